package dev.rialto.compiler;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Measures how long compiling takes, cold and warm, by the size of the project.
final class CompileTimes {
    private static final int ROUNDS = 60;

    private CompileTimes() {}

    public static void main(String[] arguments) {
        System.out.println(
                "| functions | lines | first, ms | warm, ms (median) | warm, ms (worst of last 20) |");
        System.out.println("|---|---|---|---|---|");
        try (ProjectCompiler compiler =
                new ProjectCompiler(CompilerSettings.defaults(Path.of("unused")))) {
            for (int functions : new int[] {1, 10, 40}) {
                measure(compiler, functions);
            }
        }
    }

    private static void measure(ProjectCompiler compiler, int functions) {
        Map<String, byte[]> files = new HashMap<>();
        files.put("src/main/resources/micro-app.json", bytes("{\"name\": \"bench\"}"));
        long lines = 0;
        for (int i = 0; i < functions; i++) {
            String source = source(i);
            lines += source.lines().count();
            files.put("src/main/java/bench/Orders" + i + ".java", bytes(source));
        }
        Project project = new Project(files);
        double[] times = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long begin = System.nanoTime();
            compiler.compile(project);
            times[i] = (System.nanoTime() - begin) / 1e6;
        }
        double first = times[0];
        double[] warm = java.util.Arrays.copyOfRange(times, ROUNDS - 20, ROUNDS);
        java.util.Arrays.sort(warm);
        System.out.printf(
                "| %d | %d | %.0f | %.0f | %.0f |%n", functions, lines, first, warm[10], warm[19]);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String source(int number) {
        return """
        package bench;

        import dev.rialto.sdk.Context;
        import dev.rialto.sdk.Function;
        import dev.rialto.sdk.Interface;
        import java.util.List;
        import java.util.Map;
        import java.util.stream.Collectors;

        /// Sums up orders.
        @Function("ordersNUMBER")
        public class OrdersNUMBER {
            public record Line(String product, int count, double price) {}

            public record Order(String id, List<Line> lines) {}

            public record Sum(double total, Map<String, Integer> counts) {}

            /// Adds all up.
            @Interface
            public Sum sum(Order order, Context context) {
                double total = 0;
                for (Line line : order.lines()) {
                    total += line.count() * line.price();
                }
                return new Sum(total, order.lines().stream()
                        .collect(Collectors.groupingBy(Line::product,
                                Collectors.summingInt(Line::count))));
            }
        }
        """
                .replace("NUMBER", String.valueOf(number));
    }
}

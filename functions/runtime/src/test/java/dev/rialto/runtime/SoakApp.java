package dev.rialto.runtime;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.kernel.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import tools.jackson.databind.JsonNode;

/// A micro app that uses what leaves traces in the JVM: records, lambdas, enums, texts put together
/// at run time, its own exceptions, locks, caches, and conversion from and to JSON.
final class SoakApp {
    private static final String SOURCE =
            """
            package soak;

            import dev.rialto.sdk.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.function.Supplier;
            import java.util.stream.*;

            @Function("orders")
            public class Orders {
                public enum Kind { FOOD, BOOK, OTHER }

                public record Line(String product, Kind kind, int count, double price) {}

                public record Order(String id, List<Line> lines, Map<String, Line> extras) {}

                public record Sum(String text, double total, Map<Kind, Integer> counts) {}

                public sealed interface Shape permits Circle, Square {}
                public record Circle(double radius) implements Shape {}
                public record Square(double side) implements Shape {}

                static final class Refused extends RuntimeException {
                    Refused(String message) { super(message); }
                }

                private static final Map<String, Sum> CACHE = new ConcurrentHashMap<>();
                private static final List<Object> KEPT = new ArrayList<>();
                private final Object lock = new Object();
                private int calls;

                @Interface
                public Sum sum(Order order, Context context) {
                    synchronized (lock) {
                        calls++;
                    }
                    double total = 0;
                    for (Line line : order.lines()) {
                        total += line.count() * line.price();
                    }
                    Map<Kind, Integer> counts = order.lines().stream().collect(Collectors.groupingBy(
                            Line::kind, () -> new EnumMap<>(Kind.class), Collectors.summingInt(Line::count)));
                    Shape shape = total > 10 ? new Circle(total) : new Square(total);
                    String told = switch (shape) {
                        case Circle(double radius) -> "circle " + radius;
                        case Square(double side) -> "square " + side;
                    };
                    try {
                        refuse(order);
                    } catch (Refused refused) {
                        told += ", " + refused.getMessage();
                    }
                    KEPT.add(shape);
                    Sum sum = new Sum(String.format("%s: %.2f, %s, %d", order.id(), total, told, calls), total, counts);
                    CACHE.put(order.id(), sum);
                    context.log().info(order.toString() + sum + order.hashCode());
                    return sum;
                }

                private void refuse(Order order) {
                    Supplier<String> text = () -> order.id() + "!";
                    if (order.equals(order)) {
                        throw new Refused(text.get());
                    }
                }

                @Interface
                public Sum fail(Order order) {
                    throw new Refused("no " + order.id());
                }
            }
            """;

    private SoakApp() {}

    static Artifact compiled(Path folder) throws IOException {
        Path source = folder.resolve("Orders.java");
        Files.writeString(source, SOURCE);
        Path output = Files.createDirectory(folder.resolve("output"));
        var errors = new ByteArrayOutputStream();
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                errors,
                                errors,
                                "-g",
                                "-parameters",
                                "-proc:full",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                output.toString(),
                                source.toString());
        if (status != 0) {
            throw new AssertionError(errors.toString(StandardCharsets.UTF_8));
        }
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> all = Files.walk(output)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                files.put(output.relativize(each).toString(), Files.readAllBytes(each));
            }
        }
        files.put(
                Artifact.DESCRIPTOR,
                "{\"name\": \"soak\", \"domain\": \"demo\", \"group\": \"soak\"}"
                        .getBytes(StandardCharsets.UTF_8));
        return new Artifact(files);
    }

    static JsonNode order(int number) {
        var order = Json.object().put("id", "order-" + number);
        for (String kind : List.of("FOOD", "BOOK")) {
            order.withArray("lines")
                    .addObject()
                    .put("product", "thing")
                    .put("kind", kind)
                    .put("count", number % 7)
                    .put("price", 1.5);
        }
        order.putObject("extras").putObject("gift").put("product", "bow").put("kind", "OTHER");
        return order;
    }
}

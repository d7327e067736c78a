package dev.rialto.hardening;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/// Prints what checks cost: the same code as it was compiled, and hardened.
///
/// Run it with the flags of the server: `-XX:+UseSerialGC -XX:+UseCountedLoopSafepoints
/// -XX:LoopStripMiningIter=1000
/// -XX:CompileCommand=dontinline,dev.rialto.hardening.GuardedStrings::plus`.
@SuppressWarnings("AnnotateFormatMethod")
public final class CostOfChecks {
    private static final String CODE =
            """
            static int[] numbers = new int[4096];
            static Object kept;
            public static long arithmetic() {
                long x = 1;
                for (int i = 0; i < 20_000_000; i++) { x = x * 6364136223846793005L + i; x ^= x >>> 13; }
                return x;
            }
            public static long vectors() {
                int s = 0;
                for (int k = 0; k < 10_000; k++) for (int i = 0; i < numbers.length; i++) s += numbers[i] * 3;
                return s;
            }
            static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
            public static long recursion0() { return fib(1); }
            public static long recursion() { return fib(34); }
            public static long allocation() {
                for (int i = 0; i < 20_000_000; i++) kept = new int[i & 7];
                return 1;
            }
            interface Shape { double area(); }
            record Square(double a) implements Shape { public double area() { return a * a; } }
            record Circle(double r) implements Shape { public double area() { return 3 * r * r; } }
            record Oblong(double a, double b) implements Shape { public double area() { return a * b; } }
            public static long calls() {
                Shape[] shapes = {new Square(1), new Circle(2), new Oblong(3, 4)};
                double sum = 0;
                for (int i = 0; i < 30_000_000; i++) sum += shapes[i % 3].area();
                return (long) sum;
            }
            public static long collections() {
                Map<String, Integer> counts = new HashMap<>();
                for (int i = 0; i < 1_000_000; i++) counts.merge("k" + i % 1000, 1, Integer::sum);
                return counts.size();
            }
            public static long streams() {
                return IntStream.range(0, 20_000_000).filter(i -> i % 3 == 0).mapToLong(i -> i * 2L).sum();
            }
            public static long building() {
                long n = 0;
                for (int i = 0; i < 300_000; i++) n += new StringBuilder().append("a").append(i).append("b").toString().length();
                return n;
            }
            static String[] names = {"Ada", "Grace", "Barbara"};
            public static long joining() {
                for (int i = 0; i < 3_000_000; i++) kept = "Hello, " + names[i % 3] + "!";
                return 1;
            }
            public static long matching() {
                var p = java.util.regex.Pattern.compile("(\\\\w+)@(\\\\w+)\\\\.com");
                long n = 0;
                for (int i = 0; i < 300_000; i++) if (p.matcher("somebody" + i + "@example.com").matches()) n++;
                return n;
            }
            public static synchronized void locked() { numbers[0]++; }
            public static long locking() {
                for (int i = 0; i < 2_000_000; i++) locked();
                return 1;
            }
            public static void forever() { while (true) for (int i = 0; i < Integer.MAX_VALUE; i++) numbers[0] = numbers[0] * 31 + i; }
            """;
    private static final List<String> CASES =
            List.of(
                    "arithmetic",
                    "vectors",
                    "recursion",
                    "calls",
                    "allocation",
                    "collections",
                    "streams",
                    "building",
                    "joining",
                    "matching",
                    "locking");

    private CostOfChecks() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, byte[]> classes = Revision.compile(Revision.source(CODE));
        try (Watchdog watchdog = Watchdog.start((_, _, _) -> {})) {
            show("counted loops can be stopped: %s%n", Watchdog.countedLoopsStop());
            show("%-12s %10s %10s %8s%n", "", "plain ms", "guarded ms", "cost");
            for (String each : CASES) {
                compare(watchdog, classes, each);
            }
            stops(watchdog, classes);
            budgets(watchdog);
            metaspace(classes);
        }
    }

    private static void compare(Watchdog watchdog, Map<String, byte[]> classes, String name)
            throws Exception {
        Revision plain = Revision.unguarded(classes);
        Revision guarded = Revision.hardened(classes);
        double[] best = {Double.MAX_VALUE, Double.MAX_VALUE};
        Revision.onThread(
                watchdog,
                () -> {
                    for (int i = 0; i < 10; i++) {
                        best[0] = Math.min(best[0], millis(() -> plain.call(name)));
                        best[1] = Math.min(best[1], millis(() -> within(guarded, name)));
                    }
                    return "";
                });
        show(
                "%-12s %10.2f %10.2f %7.1f%%%n",
                name, best[0], best[1], (best[1] / best[0] - 1) * 100);
    }

    private static Object within(Revision revision, String name) throws Exception {
        return Budget.of(Duration.ofMinutes(1), 1L << 40)
                .run(Brake.of(revision), () -> String.valueOf(revision.call(name)));
    }

    private static void stops(Watchdog watchdog, Map<String, byte[]> classes) throws Exception {
        Revision revision = Revision.hardened(classes);
        List<Double> late = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Revision.onThread(
                    watchdog,
                    () -> {
                        double millis =
                                millis(() -> {
                                    try {
                                        return Budget.of(Duration.ofMillis(30), 1L << 40)
                                                .run(
                                                        Brake.of(revision),
                                                        () ->
                                                                String.valueOf(
                                                                        revision.call("forever")));
                                    } catch (CallStopped stopped) {
                                        return stopped;
                                    }
                                });
                        late.add(millis - 30);
                        return "";
                    });
        }
        late.sort(null);
        show(
                "200 loops stopped: late by %.1f ms (median), %.1f ms (worst)%n",
                late.get(100), late.getLast());
    }

    private static void budgets(Watchdog watchdog) {
        Revision.onThread(
                watchdog,
                () -> {
                    double best = Double.MAX_VALUE;
                    double clocks = Double.MAX_VALUE;
                    var meter = ManagementFactory.getThreadMXBean();
                    for (int round = 0; round < 10; round++) {
                        best =
                                Math.min(
                                        best,
                                        millis(() -> {
                                            for (int i = 0; i < 100_000; i++) {
                                                Budget.of(Duration.ofSeconds(9), 1 << 30)
                                                        .run(() -> "");
                                            }
                                            return "";
                                        }));
                        clocks =
                                Math.min(
                                        clocks,
                                        millis(() -> {
                                            long sum = 0;
                                            for (int i = 0; i < 200_000; i++) {
                                                sum += meter.getCurrentThreadCpuTime();
                                            }
                                            return sum;
                                        }));
                    }
                    show(
                            "Budget.run: %.0f ns, of which %.0f ns are two reads of CPU time%n",
                            best * 10, clocks * 10);
                    return "";
                });
    }

    private static void metaspace(Map<String, byte[]> classes) throws Exception {
        List<Revision> kept = new ArrayList<>();
        load(kept, Revision.hardened(classes));
        long[] used = new long[3];
        used[0] = metaspaceUsed();
        for (int i = 0; i < 100; i++) {
            load(kept, Revision.hardened(classes));
        }
        used[1] = metaspaceUsed();
        for (int i = 0; i < 100; i++) {
            Revision plain = Revision.unguarded(classes);
            plain.call("recursion0");
            kept.add(plain);
        }
        used[2] = metaspaceUsed();
        show(
                "metaspace of a revision: %d bytes guarded, %d bytes plain (%d kept)%n",
                (used[1] - used[0]) / 100, (used[2] - used[1]) / 100, kept.size());
    }

    private static void load(List<Revision> kept, Revision revision) throws Exception {
        revision.call("recursion0");
        Brake.of(revision);
        kept.add(revision);
    }

    private static long metaspaceUsed() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(each -> each.getName().contains("Metaspace"))
                .mapToLong(each -> each.getUsage().getUsed())
                .sum();
    }

    private static double millis(Callable<?> work) throws Exception {
        long start = System.nanoTime();
        work.call();
        return (System.nanoTime() - start) / 1e6;
    }

    private static void show(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}

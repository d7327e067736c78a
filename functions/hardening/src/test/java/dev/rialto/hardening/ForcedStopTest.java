package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls that loop inside of the JDK, where no check ends them.
class ForcedStopTest {
    private static final Watchdog WATCHDOG = Watchdog.start((_, _, _) -> {});

    /// A list that contains itself many times over, and texts that take long to compare.
    private static final String GIVEN =
            """
            static <T> List<Object> nested() {
                List<Object> l = List.of(1);
                for (int i = 0; i < 60; i++) l = List.of(l, l);
                return l;
            }
            static final String HUGE = "x".repeat(2_000_000);
            static List<String> copies() { return Collections.nCopies(2_000_000, HUGE); }
            static List<String> different() {
                return new AbstractList<>() {
                    public String get(int i) { return new String(HUGE); }
                    public int size() { return 2_000_000; }
                };
            }
            static class Gone extends ArrayList<Object> {
                Gone(Collection<?> all) { super(all); }
                public boolean removeAll(Collection<?> c) { return super.removeAll(c); }
            }
            static class Same implements Comparable<Same> {
                final String s = new String(HUGE);
                public int hashCode() { return 1; }
                public boolean equals(Object o) { return o instanceof Same t && t.s.equals(s); }
                public int compareTo(Same o) { return s.compareTo(o.s); }
            }
            """;

    @AfterAll
    static void close() {
        WATCHDOG.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nested().hashCode();",
                "nested().equals(nested());",
                "nested().toString();",
                "Objects.hash(nested());",
                "new HashSet<>(nested());",
                "Map.of(1, nested()).equals(Map.of(1, nested()));",
                "Arrays.asList(nested().toArray()).toString();",
                "Arrays.hashCode(nested().toArray());",
                "record R(Object o) {} new R(nested()).hashCode();",
                "Optional.of(nested()).hashCode();",
                "String.valueOf(nested());",
                "Object o = nested(); String s = \"x\" + o;",
                "List<String> l = new ArrayList<>(Collections.nCopies(2_000_000, HUGE + 1));"
                        + " l.set(0, HUGE + 2); Collections.max(l);",
                "List<String> l = new ArrayList<>(copies()); l.set(0, new String(HUGE));"
                        + " l.indexOf(HUGE + 1); Collections.frequency(l, new String(HUGE));",
                "new TreeSet<String>().addAll(copies());"
                        + " var t = new TreeSet<String>(List.of(HUGE)); while (true) t.addAll("
                        + "Collections.nCopies(2_000_000, new String(HUGE)));",
                "new PriorityQueue<>(Collections.nCopies(1_000_000, HUGE)).remove(HUGE + 1);"
                        + " new PriorityQueue<>(Collections.nCopies(1_000_000, HUGE + 1))"
                        + ".contains(HUGE + 2);",
                "Collections.sort(new ArrayList<>(Collections.nCopies(2_000_000, HUGE)),"
                        + " Comparator.comparing(String::toString));"
                        + " String[] a = new String[2_000_000]; Arrays.fill(a, HUGE); a[0] = new String(HUGE);"
                        + " while (true) Collections.frequency(Arrays.asList(a), new String(HUGE));",
                "new Gone(IntStream.range(0, 1_000_000).boxed().toList())"
                        + ".removeAll(IntStream.range(1_000_000, 2_000_000).boxed().toList());",
                "List<Object> l = new ArrayList<>(); l.add(l); l.add(nested()); l.toString();",
            })
    void endsSoonAfterItsDeadline(String code) throws Exception {
        long start = System.nanoTime();
        assertEnds(code, 1L << 40, CallStopped.Kind.DEADLINE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nested().toString();",
                "Collections.nCopies(100_000_000, \"x\").toString();",
                "new ArrayList<>(Collections.nCopies(200_000_000, 1));",
                "Stream.of(1).flatMap(i -> Collections.nCopies(200_000_000, i).stream()).toList();",
                "new LinkedList<>(Collections.nCopies(200_000_000, 1));",
                "new HashMap<Object, Object>() {{ for (Object o : Collections.nCopies(9, 1))"
                        + " putAll(Map.of(1, Collections.nCopies(200_000_000, 1).toString())); }};",
            })
    void endsWhenItAllocatesTooMuch(String code) throws Exception {
        assertEnds(code, 32L << 20, CallStopped.Kind.ALLOCATION);
    }

    private static void assertEnds(String code, long bytes, CallStopped.Kind kind)
            throws Exception {
        Revision revision =
                Revision.of(GIVEN + " public static void run() throws Exception {" + code + "}");
        assertThat(revision.run(WATCHDOG, "run", Duration.ofMillis(300), bytes))
                .isInstanceOfSatisfying(
                        CallStopped.class, stop -> assertThat(stop.kind()).isEqualTo(kind));
    }
}

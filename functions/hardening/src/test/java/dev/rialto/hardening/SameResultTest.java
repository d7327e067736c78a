package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Hardened code does what it did before.
class SameResultTest {
    private static final String DECLARATIONS =
            """
            sealed interface Shape { record Square(int a) implements Shape {} record Oblong(int a, long b) implements Shape {} }
            enum Color { RED, GREEN { int n() { return 7; } }; int n() { return 3; } }
            static long area(Shape s) { return switch (s) { case Shape.Square(int a) when a > 2 -> -a; case Shape.Square q -> q.a(); case Shape.Oblong(int a, long b) -> a * b; }; }
            static String color(Color c) { return switch (c) { case RED -> "r"; case GREEN -> "g" + c.n(); }; }
            static int tried() { int n = 0; for (int i = 0; i < 5; i++) { try { n += 10 / (i - 2); continue; } catch (ArithmeticException e) { n += 100; } finally { n++; } } return n; }
            static <T extends Comparable<T>> T most(List<T> all) { return all.stream().max(Comparator.naturalOrder()).orElseThrow(); }
            interface Maker<A, B> { B make(A a); }
            static class Counter { int n; synchronized int next() { return ++n; } int twice() { synchronized (this) { next(); return next(); } } }
            static int mixed(int n) { try { String s = "a"; if (n > 1) { n += s.length(); } } finally { n++; } try { Integer s = 1; n += s; } finally { n++; } return n; }
            static class Told { final List<String> told = new ArrayList<>(); Object part(String s) { return new Object() { public String toString() { told.add(s); return s.isEmpty() ? null : s; } }; } }
            static String told() { Told t = new Told(); String s = t.part("a") + "-" + t.part("") + t.part("b"); return s + t.told; }
            static String joined(String a, Object b) { return text(a + b, a + "-" + b, "<" + a + b + ">", "<" + a + "-" + b + ">"); }
            static String text(Object... parts) { return Arrays.asList(parts).toString(); }
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "area(new Shape.Square(2)) + area(new Shape.Square(3)) + area(new Shape.Oblong(3, 4))",
                "color(Color.RED) + color(Color.GREEN) + Color.valueOf(\"RED\") + new Shape.Oblong(1, 2)",
                "new Shape.Square(1).equals(new Shape.Square(1)) + \"\" + new Shape.Square(5).hashCode()",
                "tried()",
                "most(List.of(3, 9, 4)) + most(List.of(\"a\", \"c\"))",
                "new Counter().twice()",
                "told()",
                "joined(\"a\", null) + joined(null, 4L) + joined(\"\\u20ac\", 'b')",
                "\"\" + 'c' + (byte) 1 + (short) 2 + 3 + 4L + 5f + 6.0 + true + null + \"\\1\\2\" + new int[0].length",
                "(\"a\" + 1).length() + (1 + 2 + \"a\") + (char[]) null",
                "mixed(1) + mixed(2)",
                "text(1, \"a\", null, 2.5)",
                "Stream.of(\"b\", \"a\").map(String::toUpperCase).sorted(Comparator.reverseOrder()).collect(Collectors.joining(\",\", \"[\", \"]\"))",
                "Stream.of(1, 2, 3, 4).collect(Collectors.groupingBy(i -> i % 2, TreeMap::new, Collectors.summingInt(Integer::intValue)))",
                "Stream.of(3, 1).map(int[]::new).mapToInt(a -> a.length).boxed().toList()",
                "((Maker<Integer, List<Integer>>) ArrayList::new).make(5) + \"\" + ((Maker<String, Object>) StringBuilder::new).make(\"x\")",
                "IntStream.rangeClosed(1, 5).mapToObj(Integer::toString).toList() + \"\" + IntStream.range(5, 1).count()",
                "LongStream.range(-3, 3).sum() + LongStream.rangeClosed(7, 7).sum() + IntStream.range(0, 10).skip(3).limit(2).sum()",
                "IntStream.range(0, 9).sorted().distinct().sum()",
                "Arrays.toString(\"a1b22c\".split(\"[0-9]+\")) + \"a.b\".split(\"\\\\.\").length + \"aXbX\".replaceAll(\"(.)X\", \"$1-\")",
                "\"abcabc\".indexOf(\"ca\") + \"abcabc\".lastIndexOf(\"bc\") + \"aaa\".replace(\"a\", \"bb\") + \"x\".contains(\"\")",
                "new StringBuilder().append(1).append(\"a\").append((Object) null).append('c').insert(0, \"z\").reverse()",
                "String.format(\"%5.2f|%-4s|%04d\", 3.14159, \"a\", 7) + \"%s\".formatted(1) + String.join(\"-\", \"a\", \"b\") + String.join(\",\", List.of(\"c\"))",
                "new BigInteger(\"123456789\").pow(3).mod(BigInteger.TEN) + \"\" + new BigDecimal(\"1.10\").add(new BigDecimal(\"2.205\")).setScale(2, RoundingMode.HALF_UP)",
                "new int[2][3][0].length + new long[3].length + new String[2][].length + Arrays.copyOf(new int[] {1}, 3).length",
                "new HashMap<>(Map.of(\"a\", 1)).merge(\"a\", 4, Integer::sum) + new LinkedHashMap<String, Integer>(16, 0.75f, true).size()",
                "new ArrayList<>(List.of(1, 2, 3)).removeAll(Set.of(1)) + \"\" + List.of(1, 2).containsAll(List.of(2)) + Collections.disjoint(List.of(1), List.of(2))",
                "java.time.LocalDate.of(2024, 2, 28).plusDays(2) + \"\" + java.time.Duration.ofMinutes(90)",
                "Optional.of(\"a\").map(s -> s + s).filter(s -> s.length() == 2).orElse(\"\")",
                "new Random(42).ints(3, 0, 100).boxed().toList()",
                "Thread.currentThread().isInterrupted()",
                "UUID.nameUUIDFromBytes(new byte[] {1}) + Base64.getEncoder().encodeToString(\"a\".getBytes())",
            })
    void isThatOfTheCodeBefore(String expression) throws Exception {
        String code =
                DECLARATIONS
                        + "public static String run() { return String.valueOf("
                        + expression
                        + "); }";
        Map<String, byte[]> classes = Revision.compile(Revision.source(code));
        Object before = Revision.unguarded(classes).call("run");
        try (Watchdog watchdog = Watchdog.start((_, _, _) -> {})) {
            Object after =
                    Revision.hardened(classes)
                            .run(watchdog, "run", Duration.ofSeconds(20), 1 << 30);
            assertThat(after).isEqualTo(before);
        }
    }
}

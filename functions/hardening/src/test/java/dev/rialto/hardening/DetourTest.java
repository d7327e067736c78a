package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ways to what is refused that name something else: interfaces of the code's own, and generic
/// types.
class DetourTest {
    private static final String BULK =
            "void forEach(long n, BiConsumer<? super String, ? super String> c)";
    private static final String MAP = "ConcurrentHashMap<String, String>";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "interface P { BULK; } static class M extends MAP implements P {} | Main$P.forEach",
                "interface P { default BULK {} } static class M extends MAP implements P {} | Main$P.forEach",
                "interface Q { BULK; } interface P extends Q {} static class M extends MAP implements P {} | Main$Q.forEach",
                "interface P { BULK; } static abstract class N extends MAP {} static class M extends N implements P {} | Main$P.forEach",
                "interface P { BULK; } static abstract class N extends MAP implements P {} | Main$P.forEach",
                "interface P { void list(java.io.PrintWriter w); } static class M extends Dictionary<String, String> implements P"
                        + " { public int size() { return 0; } public boolean isEmpty() { return true; }"
                        + " public Enumeration<String> keys() { return null; } public Enumeration<String> elements() { return null; }"
                        + " public String get(Object o) { return null; } public String put(String k, String v) { return null; }"
                        + " public String remove(Object o) { return null; } public void list(java.io.PrintWriter w) { Thread.startVirtualThread(null); } }"
                        + " | java.lang.Thread.startVirtualThread",
                "interface P { int addAllAbsent(Collection<? extends String> c); }"
                        + " static class M extends CopyOnWriteArrayList<String> implements P {} | Main$P.addAllAbsent",
                "List<java.util.Timer> f; | java.util.Timer",
                "static void f(Map<String, ? extends ClassLoader> m) {} | java.lang.ClassLoader",
                "static Optional<java.nio.file.Path[]> f() { return null; } | java.nio.file.Path",
                "static <T extends java.util.Timer> void f(T t, List<T> l) {} | java.util.Timer",
                "static <T extends Object & java.io.FileFilter> void f(List<T> l) {} | java.io.FileFilter",
                "record R(Set<? super java.io.File> s) {} | java.io.File",
                "static class A<T extends java.lang.reflect.Method> {} | java.lang.reflect.Method",
                "static class A implements Comparable<java.net.Socket>"
                        + " { public int compareTo(java.net.Socket s) { return 0; } } | java.net.Socket",
                "static class A extends ArrayList<List<java.lang.invoke.MethodHandle>> {} | java.lang.invoke.MethodHandle",
                "static class A<T> { class B {} } A<java.io.File>.B f; | java.io.File",
            })
    void refuses(String members, String target) {
        String code = members.replace("BULK", BULK).replace("MAP", MAP);
        ForbiddenException refused =
                catchThrowableOfType(ForbiddenException.class, () -> Revision.of(code));
        assertThat(refused).as("nothing was refused").isNotNull();
        assertThat(refused.uses()).extracting(ForbiddenUse::target).contains(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "interface P { int size(); } static class M extends ConcurrentHashMap<String, String> implements P {}",
                "interface P { BULK; } static class M extends MAP implements P { public BULK {} }",
                "interface P { BULK; } static class N extends MAP { public BULK {} } static class M extends N implements P {}",
                "interface P { BULK; } static class M implements P { public BULK {} }",
                "static class A<T extends Comparable<T>> implements Comparable<A<T>>"
                        + " { Map<String, List<? super T[]>> m; public int compareTo(A<T> a) { return 0; } }",
                "enum E { A; int next() { return ordinal() + 1; } } record R<T>(List<E> l, Optional<T> o) {}",
            })
    void leavesOthers(String members) {
        assertThatNoException()
                .isThrownBy(() -> Revision.of(members.replace("BULK", BULK).replace("MAP", MAP)));
    }
}

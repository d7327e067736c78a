package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import groovy.lang.MetaClass;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroovyAllowListTest {
    private static final String USUAL =
            """
            package com.acme

            import dev.rialto.sdk.*
            import groovy.transform.*

            @Function
            class Usual {
                static record In(String name, List<Integer> ages, Map<String, Integer> counts) {}
                @Canonical static class Point { int x; int y }
                @EqualsAndHashCode @ToString static class Shape { List<Point> points = [] }
                @Immutable static class Fixed { String a; int b }
                enum Color { RED, GREEN }
                interface Walks { int steps() }
                String title = 'x'
                int count

                @Interface
                Map<String, Object> all(In given, Context context) {
                    def found = given.ages().findAll { it > 3 }.collect { it * 2 }.sort().unique()
                    int sum = 0
                    for (i in 1..3) { sum += i }
                    (1..3).each { sum += it }
                    3.times { sum++ }
                    1.upto(3) { sum += (it as int) }
                    given.counts().each { k, v -> sum += v }
                    given.counts().collectEntries { k, v -> [(k): v + 1] }
                    def grouped = given.ages().groupBy { it % 2 }
                    def text = "Hello ${given.name()} ${sum}"
                    def lines = text.readLines()*.trim().join(',')
                    def any = given.ages().any { it > 1 } && given.ages().every { it < 100 }
                    def safe = given.name()?.toUpperCase() ?: 'none'
                    def point = new Point(x: 1, y: 2)
                    point.x += 2
                    title += 'y'
                    def list = [1, 2, 3] + [4]
                    list << 5
                    def first = list[0] + list[-1]
                    def map = [a: 1, b: [2, 3]]
                    map.c = 4
                    def value = map['a']
                    switch (given.name()) { case 'Ada': sum = 1; break; case ~/B.*/: sum = 2; break; case ['x', 'y']: sum = 3; break; default: sum = 4 }
                    BigDecimal money = 1.10 * 3
                    double d = money as double
                    Walks walks = { 3 } as Walks
                    Closure<Integer> add = { int a, int b -> a + b }
                    def curried = add.curry(1)
                    def total = list.inject(0) { int a, int b -> a + b }
                    def max = list.max() <=> list.min()
                    assert sum > 0 : 'positive'
                    boolean same = point == new Point(1, 2) || 'a' in ['a'] || text.toString() =~ /H.*/
                    def range = 'a'..'c'
                    Color color = Color.valueOf('RED')
                    def cast = (Integer) map.a
                    Object o = given
                    if (o instanceof In && !(o instanceof Map)) { sum-- }
                    try { sum.intdiv(2) } catch (ArithmeticException e) { sum = e.message.size() } finally { count++ }
                    String padded = given.name().take(2) + 'x'
                    def lambda = list.stream().map(x -> x + 1).toList()
                    def ref = list.stream().map(Integer::toString).toList()
                    int[] numbers = [3, 1, 2] as int[]
                    def (a, b) = [1, 2]
                    context.log().info(text)
                    return [found: found, grouped: grouped, any: any, safe: safe, lines: lines, steps: walks.steps(), x: curried.call(2), fixed: new Fixed('a', 1).toString(), shape: new Shape().hashCode()]
                }
            }
            """;

    @Test
    void usualGroovyIsAccepted() {
        try (TryOut tryOut = new TryOut()) {
            tryOut.load(
                            Sources.described()
                                    .with("src/main/groovy/com/acme/Usual.groovy", USUAL)
                                    .project())
                    .close();
        }
    }

    /// Whoever adds a class says which of its members are meant: else a call by name of the class
    /// or its superclass comes with it.
    @Test
    void eachClassOfTheRuntimeHasAListOfItsMembers() {
        assertThat(classes())
                .filteredOn(each -> !each.isAnnotation() && each.getDeclaredMethods().length > 0)
                .filteredOn(each ->
                        GroovyAllowList.rules()
                                .lines()
                                .noneMatch(line -> line.startsWith("only " + each.getName() + ":")))
                .map(Class::getSimpleName)
                .containsExactly("GuardedCalls");
    }

    @Test
    void noListedMethodTakesAClassOrReachesOutside() {
        assertThat(classes())
                .filteredOn(each -> each != dev.rialto.compiler.groovy.GuardedCalls.class)
                .flatMap(each -> Arrays.asList(each.getMethods()))
                .filteredOn(each -> Modifier.isStatic(each.getModifiers()))
                .filteredOn(
                        each -> allowed(each.getDeclaringClass().getName() + ": " + each.getName()))
                .filteredOn(each ->
                        Arrays.stream(each.getParameterTypes())
                                .anyMatch(GroovyAllowListTest::leadsOut))
                .extracting(each -> each.getDeclaringClass().getSimpleName() + "." + each.getName())
                .containsOnly(
                        // They ask whether an object is of a class, or look for an enum's constant.
                        "DefaultGroovyMethods.isCase",
                        "DefaultGroovyMethods.isNotCase",
                        "ShortTypeHandling.castToEnum");
    }

    private static boolean leadsOut(Class<?> type) {
        return type == Class.class
                || type == MetaClass.class
                || type.getName().startsWith("java.io.")
                || type.getName().startsWith("java.net.")
                || type.getName().startsWith("java.nio.")
                || type.getName().startsWith("java.lang.reflect.")
                || type == java.util.concurrent.ExecutorService.class
                || type == java.util.Timer.class
                || type == Thread.class
                || type == Runtime.class
                || type == ClassLoader.class;
    }

    private static List<Class<?>> classes() {
        return GroovyAllowList.rules()
                .lines()
                .filter(each -> each.startsWith("allow "))
                .<Class<?>>flatMap(each -> {
                    String itsPackage = each.substring(6, each.indexOf(':'));
                    return Arrays.stream(each.substring(each.indexOf(':') + 2).split(" ", -1))
                            .map(name -> itsPackage + "." + name)
                            .map(GroovyAllowListTest::type);
                })
                .toList();
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name, false, GroovyAllowListTest.class.getClassLoader());
        } catch (ClassNotFoundException absent) {
            throw new AssertionError("groovy-allowed.txt names what is not there", absent);
        }
    }

    private static boolean allowed(String reached) {
        String owner = reached.substring(0, reached.indexOf(':'));
        String member = reached.substring(reached.indexOf(' ') + 1);
        int dot = owner.lastIndexOf('.');
        boolean known = names("allow " + owner.substring(0, dot) + ": ", owner.substring(dot + 1));
        boolean limited = GroovyAllowList.rules().contains("\nonly " + owner + ": ");
        return known && (!limited || names("only " + owner + ": ", member));
    }

    private static boolean names(String rule, String name) {
        return GroovyAllowList.rules()
                .lines()
                .filter(each -> each.startsWith(rule))
                .anyMatch(each ->
                        List.of(each.substring(rule.length()).split(" ", -1)).contains(name));
    }

    @Test
    void doesNotAllowWhatLeadsOut() {
        assertThat(
                        List.of(
                                "org.codehaus.groovy.runtime.ProcessGroovyMethods: execute",
                                "org.codehaus.groovy.runtime.ResourceGroovyMethods: getText",
                                "org.codehaus.groovy.runtime.DefaultGroovyMethods: invokeMethod",
                                "org.codehaus.groovy.runtime.DefaultGroovyMethods: getMetaClass",
                                "org.codehaus.groovy.runtime.DefaultGroovyMethods: use",
                                "org.codehaus.groovy.runtime.ScriptBytecodeAdapter: invokeMethodN",
                                "org.codehaus.groovy.runtime.InvokerHelper: invokeMethod",
                                "org.codehaus.groovy.runtime.callsite.CallSite: call",
                                "org.codehaus.groovy.vmplugin.v8.IndyInterface: invoke",
                                "groovy.lang.Closure: setDelegate",
                                "groovy.lang.GroovyObject: invokeMethod",
                                "groovy.lang.GroovyShell: evaluate",
                                "groovy.lang.MetaClass: invokeMethod",
                                "groovy.util.Eval: me"))
                .noneMatch(GroovyAllowListTest::allowed);
    }
}

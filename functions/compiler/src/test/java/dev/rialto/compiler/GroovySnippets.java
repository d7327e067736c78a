package dev.rialto.compiler;

import java.util.List;

/// Ordinary Groovy, and what it answers.
final class GroovySnippets {
    /// @param members of the class, beside the method
    /// @param body of the method, which has `input` and `context`
    /// @param answer as JSON
    record Snippet(String name, String members, String body, String answer) {
        Snippet(String name, String body, String answer) {
            this(name, "", body, answer);
        }
    }

    static final List<Snippet> ALL =
            List.of(
                    new Snippet("implicit it", "[1, 2, 3].collect { it * 2 }", "[2,4,6]"),
                    new Snippet(
                            "no parameters", "Closure<Integer> c = { -> 7 }; c.call() + c()", "14"),
                    new Snippet("findAll", "[1, 2, 3, 4].findAll { it > 2 }", "[3,4]"),
                    new Snippet("find", "['a', 'bb'].find { it.size() == 2 }", "\"bb\""),
                    new Snippet(
                            "each with a captured variable",
                            "int sum = 0; [1, 2, 3].each { sum += it }; sum",
                            "6"),
                    new Snippet(
                            "eachWithIndex",
                            "def all = []; ['a', 'b'].eachWithIndex { String s, int i -> all << s + i }; all",
                            "[\"a0\",\"b1\"]"),
                    new Snippet("inject", "[1, 2, 3].inject(10) { int a, int b -> a + b }", "16"),
                    new Snippet(
                            "groupBy",
                            "['a', 'bb', 'cc'].groupBy { it.size() }",
                            "{\"1\":[\"a\"],\"2\":[\"bb\",\"cc\"]}"),
                    new Snippet("countBy", "[1, 2, 3].countBy { it % 2 }", "{\"1\":2,\"0\":1}"),
                    new Snippet("sort", "[3, 1, 2].sort()", "[1,2,3]"),
                    new Snippet(
                            "sort by a property",
                            "['ccc', 'a', 'bb'].sort { it.size() }",
                            "[\"a\",\"bb\",\"ccc\"]"),
                    new Snippet(
                            "sort by two",
                            "[3, 1, 2].sort { Integer a, Integer b -> b <=> a }",
                            "[3,2,1]"),
                    new Snippet("sum", "[1, 2, 3].sum()", "6"),
                    new Snippet("sum of a closure", "['a', 'bb'].sum { it.size() }", "3"),
                    new Snippet("join", "[1, 2].join('-')", "\"1-2\""),
                    new Snippet("max and min", "[[1, 5, 2].max(), [4, 3].min()]", "[5,3]"),
                    new Snippet("unique", "[1, 1, 2].unique()", "[1,2]"),
                    new Snippet(
                            "any and every",
                            "[[1, 2].any { it > 1 }, [1, 2].every { it > 1 }]",
                            "[true,false]"),
                    new Snippet(
                            "collectEntries",
                            "[1, 2].collectEntries { [(it): it * it] }",
                            "{\"1\":1,\"2\":4}"),
                    new Snippet("collectMany", "[1, 2].collectMany { [it, it] }", "[1,1,2,2]"),
                    new Snippet(
                            "GString",
                            "def n = 'Ann'; \"Hello $n, ${n.size()}\".toString()",
                            "\"Hello Ann, 3\""),
                    new Snippet(
                            "GString as it is",
                            "def n = 'Ann'; [text: \"Hello $n\"]",
                            "{\"text\":\"Hello Ann\"}"),
                    new Snippet(
                            "GString as a String",
                            "int n = 2; String s = \"n is $n\"; s",
                            "\"n is 2\""),
                    new Snippet("ranges", "int sum = 0; for (i in 1..4) { sum += i }; sum", "10"),
                    new Snippet("exclusive range", "(0..<3).collect { it }", "[0,1,2]"),
                    new Snippet("each of a range", "int s = 0; (1..3).each { s += it }; s", "6"),
                    new Snippet("list of a range", "(1..3) as List", "[1,2,3]"),
                    new Snippet("list literal and index", "def l = [1, 2, 3]; l[0] + l[-1]", "4"),
                    new Snippet("sublist by range", "[1, 2, 3, 4][1..2]", "[2,3]"),
                    new Snippet(
                            "change a list",
                            "def l = [1, 2]; l[1] = 5; l << 6; l += 7; l",
                            "[1,5,6,7]"),
                    new Snippet("map literal", "def m = [a: 1, b: 2]; m.a + (int) m['b']", "3"),
                    new Snippet(
                            "change a map",
                            "def m = [a: 1]; m.b = 2; m['c'] = 3; m",
                            "{\"a\":1,\"b\":2,\"c\":3}"),
                    new Snippet(
                            "each of a map",
                            "def all = []; [a: 1, b: 2].each { k, v -> all << k + v }; all",
                            "[\"a1\",\"b2\"]"),
                    new Snippet(
                            "entries of a map",
                            "[a: 1, b: 2].findAll { it.value > 1 }.collect { it.key }",
                            "[\"b\"]"),
                    new Snippet("elvis", "String s = null; s ?: 'none'", "\"none\""),
                    new Snippet(
                            "safe navigation",
                            "String s = null; [s?.size(), 'ab'?.size()]",
                            "[null,2]"),
                    new Snippet("spread", "['a', 'bb']*.size()", "[1,2]"),
                    new Snippet(
                            "spread of a property",
                            "static record P(String n) {}",
                            "List<P> l = [new P('x'), new P('y')]; l*.n()",
                            "[\"x\",\"y\"]"),
                    new Snippet("spread in a literal", "def a = [1, 2]; [0, *a, 3]", "[0,1,2,3]"),
                    new Snippet(
                            "spread of a map", "def a = [x: 1]; [*: a, y: 2]", "{\"x\":1,\"y\":2}"),
                    new Snippet(
                            "switch",
                            "static String kind(Object o) { switch (o) { case 1: return 'one'; case 'a'..'c': return 'letter'; case [7, 8]: return 'listed'; case Map: return 'map'; case ~/x+/: return 'x'; case { it == 9 }: return 'nine'; default: return 'other' } }",
                            "[kind(1), kind('b'), kind(8), kind([:]), kind('xxx'), kind(9), kind(0.5)]",
                            "[\"one\",\"letter\",\"listed\",\"map\",\"x\",\"nine\",\"other\"]"),
                    new Snippet(
                            "switch expression",
                            "int n = 2; def r = switch (n) { case 1 -> 'one'; case 2 -> 'two'; default -> 'many' }; r",
                            "\"two\""),
                    new Snippet(
                            "String methods",
                            "['abc'.capitalize(), ' x '.trim(), 'a,b'.split(','), 'a b'.tokenize(), 'abc'.reverse(), 'abc'[1], 'abc'[0..1], 'abc' - 'b', 'ab'.padLeft(4, '-'), 'a'.center(3), 'ab' * 2]",
                            "[\"Abc\",\"x\",[\"a\",\"b\"],[\"a\",\"b\"],\"cba\",\"b\",\"ab\",\"ac\",\"--ab\",\" a \",\"abab\"]"),
                    new Snippet(
                            "more String methods",
                            "['12'.toInteger() + 1, '1.5'.toBigDecimal(), '2'.isNumber(), 'a\\nb'.readLines(), 'Hello'.take(2), 'hello'.drop(3), 'x'.toUpperCase(), 'a-b'.replaceAll('-', '+'), 'abc'.contains('b'), 'aXbX'.replaceAll(~/X/) { String it -> 'y' }]",
                            "[13,1.5,true,[\"a\",\"b\"],\"He\",\"lo\",\"X\",\"a+b\",true,\"ayby\"]"),
                    new Snippet(
                            "closure in a field",
                            "Closure<Integer> twice = { int x -> x * 2 }",
                            "twice.call(4) + twice(1)",
                            "10"),
                    new Snippet(
                            "closure as a parameter",
                            "static int apply(int n, Closure<Integer> f) { f.call(n) }",
                            "apply(3) { int x -> x + 1 }",
                            "4"),
                    new Snippet(
                            "curry",
                            "Closure<Integer> add = { int a, int b -> a + b }; int a = (int) add.curry(1).call(2); int b = (int) add.rcurry(5).call(1); a + b",
                            "9"),
                    new Snippet(
                            "compose",
                            "Closure<Integer> inc = { int a -> a + 1 }; Closure<Integer> dbl = { int a -> a * 2 }; (inc >> dbl).call(3)",
                            "8"),
                    new Snippet(
                            "default values in closures",
                            "Closure<Integer> c = { int a, int b = 5 -> a + b }; c.call(1) + c.call(1, 1)",
                            "8"),
                    new Snippet(
                            "nested closures",
                            "[[1, 2], [3]].collect { it.collect { it + 1 } }",
                            "[[2,3],[4]]"),
                    new Snippet(
                            "recursive closure",
                            "Closure<Integer> f = null; f = { int n -> n < 2 ? 1 : n * f.call(n - 1) }; f.call(5)",
                            "120"),
                    new Snippet(
                            "closure to a JDK interface",
                            "[3, 1, 2].stream().map { it * 2 }.sorted { a, b -> b <=> a }.toList()",
                            "[6,4,2]"),
                    new Snippet(
                            "closure as a Comparator",
                            "def c = { Integer a, Integer b -> b <=> a } as Comparator<Integer>; [1, 2].toSorted(c.reversed().reversed())",
                            "[2,1]"),
                    new Snippet(
                            "closure as an own interface",
                            "interface Walks { int steps(int n); default int twice(int n) { steps(n) * 2 } }",
                            "Walks w = { it + 1 } as Walks; w.steps(1) + w.twice(2)",
                            "8"),
                    new Snippet(
                            "closure assigned to an own interface",
                            "interface Says { String say(String s) }",
                            "Says s = { String x -> \"<$x>\" }; s.say('a')",
                            "\"<a>\""),
                    new Snippet(
                            "computeIfAbsent",
                            "def m = new HashMap<String, List<Integer>>(); m.computeIfAbsent('a') { [] } << 1; m",
                            "{\"a\":[1]}"),
                    new Snippet("lambda", "[1, 2].stream().map(x -> x + 1).toList()", "[2,3]"),
                    new Snippet(
                            "method reference",
                            "[1, 2].stream().map(Integer::toString).toList()",
                            "[\"1\",\"2\"]"),
                    new Snippet(
                            "constructor in a lambda",
                            "static record N(String s) {}",
                            "['a'].stream().map(s -> new N(s)).map(N::s).toList()",
                            "[\"a\"]"),
                    new Snippet(
                            "trait",
                            "trait Named { String name; String hello() { \"Hello $name\" } }\nstatic class Pet implements Named {}",
                            "def p = new Pet(name: 'Rex'); p.hello().toString()",
                            "\"Hello Rex\""),
                    new Snippet(
                            "trait without state",
                            "trait Doubles { abstract int n(); int twice() { n() * 2 } }\nstatic class Four implements Doubles { int n() { 4 } }",
                            "new Four().twice()",
                            "8"),
                    new Snippet(
                            "record",
                            "static record Point(int x, int y) { int sum() { x + y } }",
                            "def p = new Point(1, 2); [p.sum(), p.toString(), p == new Point(1, 2)]",
                            "[3,\"Point[x=1, y=2]\",true]"),
                    new Snippet(
                            "record answered",
                            "static record Point(int x, List<Integer> ys) {}",
                            "new Point(1, [2])",
                            "{\"x\":1,\"ys\":[2]}"),
                    new Snippet(
                            "canonical",
                            "@Canonical static class Point { int x; int y = 5 }",
                            "[new Point(1).toString(), new Point(1, 2) == new Point(1, 2), new Point(x: 3).x]",
                            "[\"com.acme.NAME$Point(1, 5)\",true,3]"),
                    new Snippet(
                            "immutable",
                            "@Immutable static class Fixed { String a; int b; List<Integer> c }",
                            "def f = new Fixed('a', 1, [1]); [f.a, f.b, f.c, f == new Fixed('a', 1, [1]), new Fixed(a: 'x').a]",
                            "[\"a\",1,[1],true,\"x\"]"),
                    new Snippet(
                            "to string and equals",
                            "@EqualsAndHashCode @ToString(includeNames = true) static class Shape { int n; List<String> tags = [] }",
                            "[new Shape(n: 1).toString(), new Shape(n: 1) == new Shape(n: 1), new Shape(n: 1).hashCode() == new Shape(n: 1).hashCode()]",
                            "[\"com.acme.NAME$Shape(n:1, tags:[])\",true,true]"),
                    new Snippet(
                            "tuple constructor",
                            "@TupleConstructor static class T { int a; String b }",
                            "def t = new T(1, 'x'); t.b + t.a",
                            "\"x1\""),
                    new Snippet(
                            "properties",
                            "static class P { String name; int age; String getTitle() { 'Dr ' + name } }",
                            "def p = new P(name: 'A', age: 3); p.age++; p.name += 'b'; [p.title, p.age, p.getName()]",
                            "[\"Dr Ab\",4,\"Ab\"]"),
                    new Snippet(
                            "enum",
                            "enum Color { RED, GREEN; Color next() { values()[(ordinal() + 1) % values().size()] } }",
                            "[Color.RED.next(), Color.valueOf('RED').name(), Color.values()*.name(), ('RED' as Color).ordinal()]",
                            "[\"GREEN\",\"RED\",[\"RED\",\"GREEN\"],0]"),
                    new Snippet(
                            "multiple assignment",
                            "def (a, b) = [1, 2]; def (int x, String y) = [3, 'z']; [b, a, x, y]",
                            "[2,1,3,\"z\"]"),
                    new Snippet(
                            "numbers",
                            "BigDecimal m = 1.10 * 3; [m, 7.intdiv(2), 7 / 2, 7 % 3, -7.abs(), 2.5d.round(), 10 as double, (int) 3.9, 1 + 2L]",
                            "[3.30,3,3.5,1,-7,3,10.0,3,3]"),
                    new Snippet(
                            "casts",
                            "Object o = 5; int i = (int) o; long l = o as long; String s = o as String; Object t = '6'; int j = t as int; boolean b = o as boolean; char c = 'x' as char; [i, l, s, j, b, c]",
                            "[5,5,\"5\",6,true,\"x\"]"),
                    new Snippet(
                            "casts of collections",
                            "int[] a = [3, 1] as int[]; String[] s = ['x', 'y']; Set<Integer> u = [1, 1] as Set; List<Integer> l = u as List; LinkedList<Integer> k = [1] as LinkedList<Integer>; def t = [2, 1] as TreeSet; [a.size() + a[0], s[1], u, l, k, t, a as List, a.toList()]",
                            "[5,\"y\",[1],[1],[1],[1,2],[3,1],[3,1]]"),
                    new Snippet(
                            "cast to an own class",
                            "static class A { int x = 1 }\nstatic class B extends A {}",
                            "A a = new B(); B b = (B) a; Object o = b; def c = o as A; [b.x, c.x, o instanceof B]",
                            "[1,1,true]"),
                    new Snippet(
                            "truth",
                            "[!![], !![1], !!'', !!'a', !!0, !!1, !!null, ![:], [1] ? 'y' : 'n']",
                            "[false,true,false,true,false,true,false,true,\"y\"]"),
                    new Snippet(
                            "comparison",
                            "[1 == 1L, 1.0 == 1, 'a' == \"${'a'}\", 'a' <=> 'b', 1 < 2.5, [1, 2] == [1, 2], [a: 1] == [a: 1], null == 1]",
                            "[true,true,true,-1,true,true,true,false]"),
                    new Snippet(
                            "in",
                            "[1 in [1, 2], 'x' in ['a'], 3 in 1..5, 'a' !in ['a']]",
                            "[true,false,true,false]"),
                    new Snippet(
                            "regular expressions",
                            "def m = 'ann-12' =~ /(\\w+)-(\\d+)/; [m.find() ? m.group(2) : '', 'abc' ==~ /a.c/, ('x1' =~ /\\d/) ? 1 : 0]",
                            "[\"12\",true,1]"),
                    new Snippet(
                            "try",
                            "String r; try { Integer.parseInt('x') } catch (NumberFormatException | IllegalStateException e) { r = 'no' } finally { r += '!' }; r",
                            "\"no!\""),
                    new Snippet(
                            "throw",
                            "try { throw new IllegalStateException('a' + 1) } catch (IllegalStateException e) { return e.message }",
                            "\"a1\""),
                    new Snippet(
                            "assert",
                            "int n = 1; assert n > 0; try { assert n > 1 : 'too small' } catch (AssertionError e) { return e.message.contains('too small') }",
                            "true"),
                    new Snippet(
                            "power assert",
                            "int n = 1; try { assert n > 1 } catch (AssertionError e) { return e.message.contains('n > 1') }",
                            "true"),
                    new Snippet(
                            "instanceof",
                            "Object o = 'text'; o instanceof String && o.size() == 4 ? 'y' : 'n'",
                            "\"y\""),
                    new Snippet(
                            "while and break",
                            "int i = 0; while (true) { if (i++ > 3) break }; i",
                            "5"),
                    new Snippet(
                            "times and upto",
                            "int n = 0; 3.times { n += it }; 1.upto(3) { n++ }; 3.downto(1) { n++ }; 0.step(4, 2) { n++ }; n",
                            "11"),
                    new Snippet(
                            "with",
                            "new StringBuilder().with { append('a'); append('b') }.toString()",
                            "\"ab\""),
                    new Snippet(
                            "tap",
                            "static class P { int x; int y }",
                            "def p = new P().tap { x = 1; y = 2 }; p.x + p.y",
                            "3"),
                    new Snippet(
                            "static members",
                            "static int count = 1\nstatic List<String> names = ['a', 'b'].asImmutable()\nstatic int next() { ++count }",
                            "next() >= 2 && names.size() == 2",
                            "true"),
                    new Snippet(
                            "generic method",
                            "static <T> T firstOf(List<T> l) { l[0] }",
                            "firstOf(['a']) + firstOf([1])",
                            "\"a1\""),
                    new Snippet(
                            "inheritance",
                            "static abstract class Animal { abstract String sound(); String say() { \"says ${sound()}\" } }\nstatic class Dog extends Animal { String sound() { 'wow' } }",
                            "new Dog().say().toString()",
                            "\"says wow\""),
                    new Snippet(
                            "anonymous class",
                            "def r = new Comparator<Integer>() { int compare(Integer a, Integer b) { b - a } }; [1, 2].toSorted(r)",
                            "[2,1]"),
                    new Snippet(
                            "inner class",
                            "int base = 5\nclass In { int get() { base + 1 } }",
                            "new In().get()",
                            "6"),
                    new Snippet(
                            "varargs",
                            "static int total(int... all) { (int) all.sum() }",
                            "total(1, 2, 3)",
                            "6"),
                    new Snippet(
                            "named arguments",
                            "static String named(Map<String, Object> o, String s) { s + o.a }",
                            "named(a: 1, 'x')",
                            "\"x1\""),
                    new Snippet(
                            "default arguments",
                            "static String d(String a, String b = 'z') { a + b }",
                            "d('x') + d('x', 'y')",
                            "\"xzxy\""),
                    new Snippet(
                            "transpose and collate",
                            "[[[1, 2], [3, 4]].transpose(), (1..5).toList().collate(2)]",
                            "[[[1,3],[2,4]],[[1,2],[3,4],[5]]]"),
                    new Snippet(
                            "more list methods",
                            "def l = [3, 1, 2]; [l.first(), l.last(), l.head(), l.tail(), l.init(), l.take(2), l.drop(2), l.reverse(), l.indexed(), l.withIndex()*.get(1), l.count { it > 1 }, l.split { it > 1 }, l - 3, l + [4], l.intersect([1]), l.disjoint([9]), l.sum { it * 2 }, l.plus(5), l.swap(0, 1)]",
                            "[3,2,3,[1,2],[3,1],[3,1],[2],[2,1,3],{\"0\":3,\"1\":1,\"2\":2},[0,1,2],2,[[3,2],[1]],[1,2],[3,1,2,4],[1],true,12,[3,1,2,5],[1,3,2]]"),
                    new Snippet(
                            "more map methods",
                            "def m = [b: 2, a: 1]; [m.sort(), m.collect { k, v -> k + v }, m.find { k, v -> v == 1 }?.key, m.any { k, v -> v > 1 }, m.min { it.value }.key, [y: 1].get('z', 0), m.subMap(['a']), m.groupBy { it.value % 2 }, m + [c: 3], m.inject(0) { int s, e -> s + e.value }]",
                            "[{\"a\":1,\"b\":2},[\"b2\",\"a1\"],\"a\",true,\"a\",0,{\"a\":1},{\"0\":{\"b\":2},\"1\":{\"a\":1}},{\"b\":2,\"a\":1,\"c\":3},3]"),
                    new Snippet(
                            "dates",
                            "def d = java.time.LocalDate.of(2030, 1, 31); [d.plusDays(1).toString(), d < d.plusDays(1), d.year]",
                            "[\"2030-02-01\",true,2030]"),
                    new Snippet(
                            "StringBuilder",
                            "def b = new StringBuilder(); b << 'a' << 1; b.toString()",
                            "\"a1\""),
                    new Snippet(
                            "synchronized and static init",
                            "static int n\nstatic { n = 4 }\nsynchronized int get() { n }",
                            "get()",
                            "4"),
                    new Snippet(
                            "object of the SDK",
                            "def e = Entity.of('Order').with('total', 5); [e.className(), e.number('total').orElse(0d), Query.of('Order').equalTo('a', 1).className()]",
                            "[\"Order\",5.0,\"Order\"]"),
                    new Snippet(
                            "input",
                            "Map<String, Object> m = input; def l = (List<Object>) m.list; \"${m.name}: ${l.size()}\".toString()",
                            "\"Ada: 2\""));

    private GroovySnippets() {}
}

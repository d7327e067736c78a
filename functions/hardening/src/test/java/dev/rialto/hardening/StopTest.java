package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopTest {
    private static final Watchdog WATCHDOG = Watchdog.start((_, _, _) -> {});

    @AfterAll
    static void close() {
        WATCHDOG.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true);",
                "for (int i = 0; i < 10; ) { n += i; }",
                "for (int i = 0; ; i++) for (int k = 0; k < Integer.MAX_VALUE; k++) n += k * i;",
                "do { n++; } while (n != -1);",
                "while (true) { try { while (true); } catch (Throwable t) { n++; } }",
                "while (true) { try { while (true); } catch (Error t) { n++; } }",
                "try { while (true); } finally { while (true); }",
                "try { while (true); } finally { return; }",
                "while (true) try { n++; } finally { continue; }",
                "Runnable r = () -> { while (true); }; r.run();",
                "Stream.iterate(1, i -> i + 1).forEach(i -> {});",
                "Stream.generate(() -> 1).forEach(i -> {});",
                "Stream.generate(Object::new).forEach(Objects::requireNonNull);",
                "new Object() { void f(int n) { if (n > 0) { f(n - 1); f(n - 1); } } }.f(1000);",
                "Thread.sleep(100_000);",
                "while (true) { try { Thread.sleep(100_000); } catch (Exception e) { } }",
                "Object o = new Object(); synchronized (o) { o.wait(); }",
                "synchronized (Main.class) { while (true); }",
                "new java.util.concurrent.LinkedBlockingQueue<Object>().take();",
                "new java.util.concurrent.CountDownLatch(1).await();",
                "new ArrayList<>(List.of(3, 2, 1)).sort((a, b) -> { while (true); });",
                "new TreeMap<Integer, Integer>((a, b) -> { while (true); }).put(1, 1);",
                "record Key(int i) { public int hashCode() { return 1; } }"
                        + " var m = new HashMap<Key, Key>();"
                        + " for (int i = 0; ; i = (i + 1) % 5000) m.put(new Key(i), new Key(i));",
                "LongStream.rangeClosed(Long.MIN_VALUE, Long.MAX_VALUE).sum();",
                "while (true) IntStream.range(0, Integer.MAX_VALUE).sum();",
                "IntStream.range(0, Integer.MAX_VALUE).flatMap(i -> IntStream.range(i, 1 << 30)).max();",
                "Stream.iterate(1, UnaryOperator.identity()).max(Comparator.naturalOrder());",
                "Stream.iterate(1, i -> true, UnaryOperator.identity()).max(Comparator.naturalOrder());",
                "Stream.generate(Object::new).anyMatch(\"\"::equals);",
                "new Random().ints().max();",
                "new java.util.SplittableRandom().doubles().max();",
                "ThreadLocalRandom.current().longs().max();",
                "java.util.regex.Pattern.compile(\"(a+)+b\\\\1\").matcher(\"a\".repeat(60)).matches();",
                "\"a\".repeat(60).matches(\"(a+)+b\\\\1\");",
                "\"a\".repeat(60).replaceAll(\"(a+)+b\\\\1\", \"\");",
                "\"a\".repeat(60).split(\"(a+)+b\\\\1\");",
                "java.util.regex.Pattern.compile(\"(a+)+b\\\\1\").asPredicate().test(\"a\".repeat(60));",
                "Stream.of(\"a\".repeat(60)).filter(java.util.regex.Pattern.compile(\"(a+)+b\\\\1\").asMatchPredicate()).count();",
                "TimeUnit.DAYS.sleep(1);",
                "var l = new ArrayList<>(IntStream.range(0, 1_000_000).boxed().toList());"
                        + " l.removeAll(IntStream.range(1_000_000, 2_000_000).boxed().toList());",
                "var l = IntStream.range(0, 1_000_000).boxed().toList();"
                        + " Collections.disjoint(l, IntStream.range(-1_000_000, 0).boxed().toList());",
                "String s = \"a\".repeat(4_000_000) + \"c\";"
                        + " while (true) s.indexOf(\"a\".repeat(1_000_000) + \"b\");",
                "try { ((Runnable) Thread.currentThread()).run(); } catch (Exception e) { } while (true);",
                "while (true) { try { Thread.sleep(10_000); }"
                        + " catch (InterruptedException e) { Thread.interrupted(); } }",
                "var l = new java.util.concurrent.locks.ReentrantLock(); l.lock(); l.newCondition().await();",
                "new Semaphore(0).acquire();",
                "new Object() { synchronized void f() throws Exception { wait(); } }.f();",
                "new Object() { synchronized void f() { while (true); } }.f();",
                "Iterable<Integer> i = () -> new Iterator<>() { public boolean hasNext() { return true; }"
                        + " public Integer next() { return 1; } }; i.forEach(e -> {});",
                "StreamSupport.stream(Spliterators.spliteratorUnknownSize(new Iterator<Integer>() {"
                        + " public boolean hasNext() { return true; } public Integer next() { return 1; } }, 0),"
                        + " true).max(Comparator.naturalOrder());",
                "new java.util.concurrent.atomic.AtomicInteger().updateAndGet(i -> { while (true); });",
                "new ConcurrentHashMap<Integer, Integer>().computeIfAbsent(1, i -> { while (true); });",
                "switch (n) { default -> { while (true) switch (n) { case 1: n++; default: } } }",
                "outer: while (true) { switch (n & 3) { case 0: continue outer; case 1: n++; continue outer; default: n++; } }",
                "class Deep { void f() { try { f(); } catch (StackOverflowError e) { f(); } finally { f(); } } }"
                        + " new Deep().f();",
                "while (true) try { throw new Exception(); } catch (Exception e) { n++; }",
                "class Loop { static { int i = 0; while (i == 0); } static void f() {} } Loop.f();",
                "class Loop { Loop() { while (true); } } new Loop();",
                "while (true) new BigInteger(\"9\".repeat(1000)).modPow(BigInteger.TWO.pow(4000).subtract(BigInteger.ONE), BigInteger.TWO.pow(3999));",
            })
    void endsAtItsDeadline(String code) throws Exception {
        Revision revision =
                Revision.of(
                        "static int n; public static void run() throws Exception {" + code + "}");
        long start = System.nanoTime();
        Object ended = revision.run(WATCHDOG, "run", Duration.ofMillis(200), 1L << 40);
        assertThat(ended)
                .isInstanceOfSatisfying(
                        CallStopped.class,
                        stop -> assertThat(stop.kind()).isEqualTo(CallStopped.Kind.DEADLINE));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
}

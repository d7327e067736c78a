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
                "List<Integer> l = new ArrayList<>(List.of(3, 2, 1)); l.sort((a, b) -> { while (true); });",
            })
    void endsAtItsDeadline(String code) throws Exception {
        Revision revision =
                Revision.of(
                        "static int n; public static void run() throws Exception {" + code + "}");
        long start = System.nanoTime();
        Object ended = revision.run(WATCHDOG, "run", Duration.ofMillis(200), 1L << 30);
        assertThat(ended)
                .isInstanceOfSatisfying(
                        CallStopped.class,
                        stop -> assertThat(stop.kind()).isEqualTo(CallStopped.Kind.DEADLINE));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
}

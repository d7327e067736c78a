package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Watchdog WATCHDOG = Watchdog.start((_, _, _) -> {});

    /// Tells whether somebody has the lock.
    private static final String HELD =
            " static volatile boolean held; public static boolean held() { return held; }";

    @AfterAll
    static void close() {
        WATCHDOG.close();
    }

    @Test
    void keepsOthersOut() throws Exception {
        Revision revision =
                Revision.of(
                        "static int n; static final Object lock = new Object();"
                                + " public static void add() { for (int i = 0; i < 20000; i++)"
                                + " synchronized (lock) { synchronized (lock) { n++; } } }"
                                + " public static synchronized int sum() { return n; }");
        CompletableFuture<Object> other =
                CompletableFuture.supplyAsync(() -> revision.run(WATCHDOG, "add", LONG, 1 << 30));
        assertThat(revision.run(WATCHDOG, "add", LONG, 1 << 30)).isEqualTo("null");
        assertThat(other.get()).isEqualTo("null");
        assertThat(revision.call("sum")).isEqualTo(40_000);
    }

    @Test
    void tellsWaitersWhenNotified() throws Exception {
        Revision revision =
                Revision.of(
                        "static boolean full; public static synchronized void put() {"
                                + " full = true; Main.class.notifyAll(); }"
                                + " public static synchronized void take() throws Exception {"
                                + " while (!full) Main.class.wait(); }"
                                + " public static synchronized void shortly() throws Exception {"
                                + " Main.class.wait(20); }");
        assertThat(revision.run(WATCHDOG, "shortly", LONG, 1 << 30)).isEqualTo("null");
        CompletableFuture<Object> taken =
                CompletableFuture.supplyAsync(() -> revision.run(WATCHDOG, "take", LONG, 1 << 30));
        assertThat(revision.run(WATCHDOG, "put", LONG, 1 << 30)).isEqualTo("null");
        assertThat(taken.get()).isEqualTo("null");
    }

    private static void awaitHeld(Revision revision, CompletableFuture<Object> holder)
            throws Exception {
        while (!Boolean.TRUE.equals(revision.call("held")) && !holder.isDone()) {
            Thread.sleep(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "static Object l = new Object(); public static void hold() { synchronized (l) { held = true; while (true); } }"
                        + " public static void need() { synchronized (l) { } }",
                "public static synchronized void hold() { held = true; while (true); }"
                        + " public static synchronized void need() { }",
                "static java.util.concurrent.locks.Lock l = new java.util.concurrent.locks.ReentrantLock();"
                        + " public static void hold() { l.lock(); try { held = true; while (true); } finally { l.unlock(); } }"
                        + " public static void need() { l.lock(); l.unlock(); }",
            })
    void endsTheWaitForALockAndFreesThoseOfStoppedCalls(String code) throws Exception {
        Revision revision = Revision.of(code + HELD);
        CompletableFuture<Object> holder =
                CompletableFuture.supplyAsync(
                        () -> revision.run(WATCHDOG, "hold", Duration.ofMillis(1500), 1 << 30));
        awaitHeld(revision, holder);
        long start = System.nanoTime();
        assertThat(revision.run(WATCHDOG, "need", Duration.ofMillis(100), 1 << 30))
                .isInstanceOf(CallStopped.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(holder.get()).isInstanceOf(CallStopped.class);
        assertThat(revision.run(WATCHDOG, "need", LONG, 1 << 30)).isEqualTo("null");
    }

    @Test
    void keepsNoOtherRevisionWaiting() throws Exception {
        String code =
                "public static void hold() { synchronized (String.class) { held = true; while (true); } }"
                        + " public static void need() { synchronized (String.class) { } }"
                        + HELD;
        Revision first = Revision.of(code);
        CompletableFuture<Object> holder =
                CompletableFuture.supplyAsync(
                        () -> first.run(WATCHDOG, "hold", Duration.ofMillis(1500), 1 << 30));
        awaitHeld(first, holder);
        assertThat(Revision.of(code).run(WATCHDOG, "need", Duration.ofMillis(500), 1 << 30))
                .isEqualTo("null");
        assertThat(holder.isDone()).isFalse();
        assertThat(holder.get()).isInstanceOf(CallStopped.class);
    }

    @Test
    void freesALockWhenTheMethodThrows() throws Exception {
        Revision revision =
                Revision.of(
                        "public static synchronized void fail() { throw new IllegalStateException(); }"
                                + " public static boolean held() { return Thread.holdsLock(Main.class); }"
                                + " public static boolean both() { try { fail(); }"
                                + " catch (IllegalStateException e) { } return held(); }");
        assertThat(revision.run(WATCHDOG, "both", LONG, 1 << 30)).isEqualTo("false");
    }
}

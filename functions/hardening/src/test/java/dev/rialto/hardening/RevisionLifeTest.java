package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RevisionLifeTest {
    @Test
    void nothingKeepsARevisionThatWasStoppedAlive() throws Exception {
        try (Watchdog watchdog = Watchdog.start((_, _, _) -> {})) {
            WeakReference<Revision> gone = stopOne(watchdog);
            for (int i = 0; i < 100 && gone.get() != null; i++) {
                System.gc();
                Thread.sleep(20);
            }
            assertThat(gone.get()).isNull();
        }
    }

    @Test
    void runsFastAgainAfterItWasStoppedAThousandTimes() throws Exception {
        Revision revision =
                Revision.of(
                        "public static long run() { long x = 1; while (true) x += x * 31; }"
                                + " public static long work() { long x = 1;"
                                + " for (int i = 0; i < 50_000_000; i++) x = x * 31 + i; return x; }");
        try (Watchdog watchdog = Watchdog.start((_, _, _) -> {})) {
            long before = fastest(watchdog, revision);
            Brake brake = Brake.of(revision);
            for (int i = 0; i < 1000; i++) {
                brake.pull();
                brake.ease();
                brake.rest();
            }
            assertThat(revision.run(watchdog, "run", Duration.ofMillis(50), 1 << 30))
                    .isInstanceOf(CallStopped.class);
            // In the interpreter it would take fifty times as long.
            assertThat(fastest(watchdog, revision)).isLessThan(before * 10);
        }
    }

    private static long fastest(Watchdog watchdog, Revision revision) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            revision.run(watchdog, "work", Duration.ofSeconds(60), 1 << 30);
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }

    private static WeakReference<Revision> stopOne(Watchdog watchdog) throws Exception {
        Revision revision =
                Revision.of(
                        "static Object o = new byte[1000];"
                                + " public static synchronized void run() { while (true); }");
        assertThat(revision.run(watchdog, "run", Duration.ofMillis(50), 1 << 30))
                .isInstanceOf(CallStopped.class);
        return new WeakReference<>(revision);
    }
}

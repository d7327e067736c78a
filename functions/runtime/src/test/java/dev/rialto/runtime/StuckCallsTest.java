package dev.rialto.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.hardening.Budget;
import dev.rialto.hardening.Watchdog;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Calls that somebody waits for.
class StuckCallsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void forgetsCallsThatEnded() {
        var stuck = new StuckCalls();
        try (var watchdog = Watchdog.start(stuck);
                var threads = new FunctionThreads(1, watchdog)) {
            assertThat(stuck.<Integer>await(threads, Budget.of(LONG, 1 << 20), () -> 7))
                    .isEqualTo(7);

            assertThat(stuck.waiting()).isZero();
        }
    }

    @Test
    void forgetsCallsThatFoundNoThread() {
        var stuck = new StuckCalls();
        var release = new CountDownLatch(1);
        try (var watchdog = Watchdog.start(stuck);
                var threads = new FunctionThreads(1, watchdog)) {
            threads.start(() -> {
                try {
                    release.await();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
            });

            assertThatThrownBy(() -> stuck.await(threads, Budget.of(LONG, 1 << 20), () -> 8))
                    .isInstanceOfSatisfying(
                            RialtoException.class,
                            told -> assertThat(told.code()).isEqualTo(ErrorCode.OVERLOADED));

            assertThat(stuck.waiting()).isZero();
            release.countDown();
        }
    }
}

package dev.rialto.accounts;

import dev.rialto.kernel.Timing;
import java.time.Duration;
import java.util.function.Supplier;

/// Lets responses take the same time whether or not mail is sent: sending it takes some
/// milliseconds, and that would tell who has an account.
final class EvenTime {
    private static final Duration RESPONSE_TIME = Duration.ofMillis(200);

    private final Timing timing;

    EvenTime(Timing timing) {
        this.timing = timing;
    }

    /// Works, and returns or fails no sooner than after the response time.
    <T> T spend(Supplier<T> work) {
        long started = timing.nanos();
        try {
            return work.get();
        } finally {
            await(RESPONSE_TIME.minusNanos(timing.nanos() - started));
        }
    }

    private void await(Duration rest) {
        if (!rest.isPositive()) {
            return;
        }
        try {
            timing.sleep(rest);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

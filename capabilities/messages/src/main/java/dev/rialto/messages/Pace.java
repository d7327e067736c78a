package dev.rialto.messages;

import dev.rialto.kernel.Timing;
import java.time.Duration;

/// Spaces out what several threads do together, so that it is not done more often than it may be.
/// Safe for use by many threads.
final class Pace {
    private final Timing timing;
    private final int perSecond;
    private final long interval;
    private long next;

    /// @param perSecond how often it may be done
    Pace(int perSecond, Timing timing) {
        this.timing = timing;
        this.perSecond = perSecond;
        this.interval = Duration.ofSeconds(1).dividedBy(perSecond).toNanos();
        this.next = timing.nanos();
    }

    int perSecond() {
        return perSecond;
    }

    /// Takes the next turn.
    ///
    /// @return how long to wait for it
    synchronized Duration reserve() {
        long now = timing.nanos();
        long wait = Math.max(0, next - now);
        next = now + wait + interval;
        return Duration.ofNanos(wait);
    }
}

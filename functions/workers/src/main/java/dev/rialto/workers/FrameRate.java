package dev.rialto.workers;

import java.time.Duration;

/// How fast a worker may tell what nobody has asked for: log lines, progress, and frames that mean
/// nothing. One that tells more is read more slowly; one that goes on telling what means nothing is
/// ended. Not thread-safe.
final class FrameRate {
    private static final double PER_SECOND = 2_000;
    private static final double BURST = 5_000;
    private static final double BYTES = 4_096;

    /// So many frames that mean nothing are forgotten each second, and so many are too many.
    private static final double FORGOTTEN = 100;

    private static final double MAX_MEANINGLESS = 20_000;

    private double left = BURST;
    private double meaningless;
    private long last;

    /// @param now as of [System#nanoTime]
    FrameRate(long now) {
        this.last = now;
    }

    /// Counts a frame.
    ///
    /// @return how long to wait before the next one is read
    Duration count(int bytes, long now) {
        double passed = (now - last) / (double) Duration.ofSeconds(1).toNanos();
        last = now;
        meaningless = Math.max(0, meaningless - passed * FORGOTTEN);
        left = Math.min(BURST, left + passed * PER_SECOND) - 1 - bytes / BYTES;
        return left >= 0
                ? Duration.ZERO
                : Duration.ofNanos((long) (-left / PER_SECOND * Duration.ofSeconds(1).toNanos()));
    }

    /// Counts one of those just counted as meaningless.
    ///
    /// @return whether it is one too many
    boolean isFlood() {
        meaningless++;
        return meaningless > MAX_MEANINGLESS;
    }
}

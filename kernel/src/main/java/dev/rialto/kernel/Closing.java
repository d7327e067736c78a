package dev.rialto.kernel;

import java.time.Duration;

/// Tells threads that work at intervals that they are to end. Safe for use by many threads.
public final class Closing {
    private final Timing timing;
    private boolean begun;

    public Closing(Timing timing) {
        this.timing = timing;
    }

    /// Ends all waits, now and later.
    public synchronized void begin() {
        begun = true;
        timing.wake(this);
    }

    public synchronized boolean hasBegun() {
        return begun;
    }

    /// Waits for the next interval.
    ///
    /// @return whether the thread is to end
    public synchronized boolean await(Duration interval) throws InterruptedException {
        long end = timing.nanos() + interval.toNanos();
        for (long left = end - timing.nanos(); !begun && left > 0; left = end - timing.nanos()) {
            timing.await(this, left);
        }
        return begun;
    }
}

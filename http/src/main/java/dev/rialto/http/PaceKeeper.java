package dev.rialto.http;

import dev.rialto.kernel.Timing;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The thread that ends connections whose client overran its [Pace] or is not there any more. One
/// thread keeps the time of all connections.
final class PaceKeeper implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(250);

    /// What has an eye kept on it.
    interface Kept {
        /// Called a few times per second. Must neither wait nor throw.
        ///
        /// @param now of [Timing#nanos]
        void enforce(long now);
    }

    private final Set<Kept> all = ConcurrentHashMap.newKeySet();
    private final Timing timing;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("http-pace-keeper").unstarted(this::run);

    PaceKeeper(Timing timing) {
        this.timing = timing;
    }

    Timing timing() {
        return timing;
    }

    void start() {
        thread.start();
    }

    void add(Kept kept) {
        all.add(kept);
    }

    void remove(Kept kept) {
        all.remove(kept);
    }

    /// Looks at all once.
    void enforce() {
        long now = timing.nanos();
        all.forEach(kept -> kept.enforce(now));
    }

    private void run() {
        try {
            while (true) {
                timing.sleep(PERIOD);
                enforce();
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

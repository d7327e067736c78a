package dev.rialto.http;

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
        /// @param now [System#nanoTime]
        void enforce(long now);
    }

    private final Set<Kept> all = ConcurrentHashMap.newKeySet();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("http-pace-keeper").unstarted(this::run);

    void start() {
        thread.start();
    }

    void add(Kept kept) {
        all.add(kept);
    }

    void remove(Kept kept) {
        all.remove(kept);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PERIOD);
                long now = System.nanoTime();
                all.forEach(kept -> kept.enforce(now));
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

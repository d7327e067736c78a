package dev.rialto.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The thread that ends connections whose client overran its [Pace].
final class PaceKeeper implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(250);

    private final Set<Pace> paces = ConcurrentHashMap.newKeySet();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("http-pace-keeper").unstarted(this::run);

    void start() {
        thread.start();
    }

    void add(Pace pace) {
        paces.add(pace);
    }

    void remove(Pace pace) {
        paces.remove(pace);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PERIOD);
                long now = System.nanoTime();
                paces.forEach(pace -> pace.enforce(now));
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

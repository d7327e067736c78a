package dev.rialto.workers;

import java.util.List;
import java.util.stream.Stream;

/// Does several things beside each other that each take a while.
final class Together {
    private Together() {}

    /// Waits until all have been done.
    static void run(Stream<Runnable> all) {
        List<Thread> running = all.map(each -> Thread.ofVirtual().start(each)).toList();
        try {
            for (Thread each : running) {
                each.join();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

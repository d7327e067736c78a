package dev.rialto.workers;

import dev.rialto.kernel.Json;
import java.time.Duration;

/// Ends a worker that answers no ping although it is busy, that takes too much memory, or that does
/// not finish a message.
final class WorkerWatch {
    private static final Duration PING_EVERY = Duration.ofSeconds(1);
    private static final int LOOKS = 10;

    private final Worker worker;
    private final IncomingFrames incoming;
    private volatile long answered = System.nanoTime();

    /// @param incoming its frames
    WorkerWatch(Worker worker, IncomingFrames incoming) {
        this.worker = worker;
        this.incoming = incoming;
    }

    /// Watches it until it has ended.
    ///
    /// @param patience how long it may be busy without an answer
    /// @param memory of all its processes, in bytes
    void start(Duration patience, long memory) {
        Thread.ofVirtual().name("worker-watch").start(() -> watch(patience, memory));
    }

    /// It has answered a ping.
    void answered() {
        answered = System.nanoTime();
    }

    private void watch(Duration patience, long memory) {
        try {
            while (worker.isAlive()) {
                var busy = BusyTime.from(worker.processes(), patience);
                long sent = System.nanoTime();
                worker.send(Json.object().put("type", "ping"));
                Thread.sleep(PING_EVERY);
                requireMemory(memory);
                if (incoming.isLate()) {
                    end("the worker took too long to send a message", false);
                }
                awaitAnswer(sent, busy);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void requireMemory(long memory) {
        if (worker.processes().residentMemory() > memory) {
            end("the worker took more than " + (memory >> 20) + " MB of memory", true);
        }
    }

    /// A worker that is unresponsive for so long is in a loop that only killing it can end.
    private void awaitAnswer(long sent, BusyTime busy) throws InterruptedException {
        while (worker.isAlive() && answered - sent < 0 && !incoming.hasWaitedSince(sent)) {
            if (busy.isTooLong()) {
                end(
                        "the worker was busy for longer than " + Worker.seconds(busy.patience()),
                        false);
            }
            Thread.sleep(PING_EVERY.dividedBy(LOOKS));
        }
    }

    private void end(String why, boolean outOfMemory) {
        worker.end(new WorkerEnd(why, outOfMemory));
    }
}

package dev.rialto.workers;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Limits the memory of frames that come from workers: of those that are being read, and of
/// requests that are being answered. A worker whose frame finds no room is not read until there is
/// some.
///
/// Requests get half of it, so that the results that they may be waiting for can always be read.
public final class IncomingBudget {
    /// The share of the heap that frames of all workers may use.
    private static final int SHARE = 3;

    /// The room that a worker gets even if others have used up theirs.
    private static final long LEAST = 256L << 10;

    /// The share of all requests' room that those of one worker may use.
    private static final int SHARE_OF_WORKER = 2;

    /// How long a frame may wait until it is read.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final long max;
    private final long minOfWorker;
    private final Duration patience;
    private long used;
    private long held;
    private int growing;

    /// What the frames of one worker take. Its budget guards it.
    static final class Account {
        private long used;
        private long held;
    }

    /// The room of one frame, until it is closed.
    final class Room implements AutoCloseable {
        private final Account worker;
        private long bytes;
        private boolean isHeld;

        private Room(Account worker) {
            this.worker = worker;
        }

        private void add(long more) {
            bytes += more;
            worker.used += more;
            used += more;
        }

        /// Takes more for what is being read, waiting for it. Others begin to read only afterwards,
        /// unless it takes so much that they would wait for long.
        ///
        /// @throws IOException if there will be no room
        void grow(long more) throws IOException {
            synchronized (IncomingBudget.this) {
                require(bytes + more);
                int first = bytes + more <= max / 2 ? 1 : 0;
                growing += first;
                try {
                    if (!awaited(() -> fits(worker, more), patience.dividedBy(3))) {
                        throw full(bytes + more);
                    }
                    add(more);
                } finally {
                    growing -= first;
                    IncomingBudget.this.notifyAll();
                }
            }
        }

        /// Keeps it for a request that is being answered, waiting for requests to end.
        ///
        /// @return false when there is no room for it in time
        boolean hold() throws IOException {
            synchronized (IncomingBudget.this) {
                isHeld = awaited(() -> canHold(worker, bytes), patience.dividedBy(6));
                if (isHeld) {
                    worker.held += bytes;
                    held += bytes;
                }
                return isHeld;
            }
        }

        @Override
        public void close() {
            synchronized (IncomingBudget.this) {
                if (isHeld) {
                    worker.held -= bytes;
                    held -= bytes;
                    isHeld = false;
                }
                add(-bytes);
                IncomingBudget.this.notifyAll();
            }
        }
    }

    /// @param max how many bytes the frames of all workers may take
    /// @param minOfWorker how many those of each worker may take in any case
    /// @param patience how long a frame may wait until it is read
    IncomingBudget(long max, long minOfWorker, Duration patience) {
        this.max = max;
        this.minOfWorker = minOfWorker;
        this.patience = patience;
    }

    /// The budget that fits the heap.
    static IncomingBudget ofHeap() {
        return new IncomingBudget(Runtime.getRuntime().maxMemory() / SHARE, LEAST, PATIENCE);
    }

    /// Takes room for a frame that is about to be read, waiting for it.
    ///
    /// @throws IOException if there will be no room
    synchronized Room take(Account worker, long bytes) throws IOException {
        require(bytes);
        if (!awaited(() -> canBegin(worker, bytes), patience)) {
            throw full(bytes);
        }
        var room = new Room(worker);
        room.add(bytes);
        return room;
    }

    /// How many bytes are taken.
    synchronized long used() {
        return used;
    }

    private void require(long bytes) throws UnacceptableFrameException {
        if (bytes > max) {
            throw new UnacceptableFrameException(
                    "the worker sent a message that takes "
                            + megabytes(bytes)
                            + " of memory, more than the "
                            + megabytes(max)
                            + " that the server's heap has for messages");
        }
    }

    private static UnacceptableFrameException full(long bytes) {
        return new UnacceptableFrameException(
                "the worker sent a message that takes "
                        + megabytes(bytes)
                        + " of memory, which the server did not have in time");
    }

    private static String megabytes(long bytes) {
        return (bytes >> 20) + " MB";
    }

    private boolean canBegin(Account worker, long bytes) {
        return isLittle(worker.used + bytes) || (growing == 0 && fits(worker, bytes));
    }

    private boolean fits(Account worker, long bytes) {
        return isLittle(worker.used + bytes) || used + bytes <= max;
    }

    private boolean canHold(Account worker, long bytes) {
        long half = max / 2;
        return isLittle(worker.held + bytes)
                || ((held == 0 || held + bytes <= half)
                        && (worker.held == 0 || worker.held + bytes <= half / SHARE_OF_WORKER));
    }

    private boolean isLittle(long ofWorker) {
        return ofWorker <= minOfWorker;
    }

    /// Waits for a condition, which another thread's frame makes true.
    private synchronized boolean awaited(BooleanSupplier condition, Duration atMost)
            throws InterruptedIOException {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            for (long left = end - System.nanoTime();
                    !condition.getAsBoolean() && left > 0;
                    left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server is stopping");
        }
        return condition.getAsBoolean();
    }
}

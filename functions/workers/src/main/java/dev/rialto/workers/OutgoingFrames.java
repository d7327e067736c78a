package dev.rialto.workers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The frames that wait for a worker. Their memory is limited, however much a worker requests
/// without reading it.
public final class OutgoingFrames {
    private static final long LEAST_OF_WORKER = 64L << 20;

    /// The share of the heap that one worker's frames may use.
    private static final int SHARE = 8;

    private final long max;
    private final OutgoingBudget budget;
    private final Runnable ending;
    private final Deque<byte[]> frames = new ArrayDeque<>();
    private byte @Nullable [] underWay;
    private volatile long waiting;
    private boolean closed;

    /// @param max how many bytes may wait
    /// @param budget of all workers
    /// @param ending ends the worker if others need the room that it occupies
    OutgoingFrames(long max, OutgoingBudget budget, Runnable ending) {
        this.max = max;
        this.budget = budget;
        this.ending = ending;
    }

    /// How many bytes may wait for a worker of this server.
    public static long maxOfWorker() {
        return Math.max(LEAST_OF_WORKER, Runtime.getRuntime().maxMemory() / SHARE);
    }

    /// Enqueues a frame; a single frame is accepted whatever its size.
    ///
    /// @return false when there is no room
    boolean add(byte[] frame) {
        return !isTooMuch(frame) && add(frame, budget.makeRoom(this, frame.length));
    }

    private synchronized boolean isTooMuch(byte[] frame) {
        return waiting > 0 && waiting + frame.length > max;
    }

    private synchronized boolean add(byte[] frame, boolean allHaveRoom) {
        if (closed) {
            return true;
        }
        if (isTooMuch(frame) || (waiting > 0 && !allHaveRoom)) {
            return false;
        }
        frames.add(frame);
        count(frame.length);
        notifyAll();
        return true;
    }

    /// Takes the next frame, waiting for it. It counts until the next call.
    ///
    /// @return empty if no more frames follow
    synchronized Optional<byte[]> take() throws InterruptedException {
        if (underWay != null) {
            count(-underWay.length);
            underWay = null;
        }
        while (frames.isEmpty() && !closed) {
            wait();
        }
        if (closed) {
            return Optional.empty();
        }
        byte[] next = frames.remove();
        underWay = next;
        return Optional.of(next);
    }

    /// Whether no frame follows yet the one that was taken.
    synchronized boolean isLast() {
        return frames.isEmpty();
    }

    /// Drops the waiting frames.
    synchronized void close() {
        closed = true;
        frames.clear();
        underWay = null;
        count(-waiting);
        notifyAll();
    }

    /// How many bytes wait.
    long waiting() {
        return waiting;
    }

    /// Drops the waiting frames and ends the worker.
    void overflow() {
        close();
        ending.run();
    }

    private synchronized void count(long bytes) {
        waiting += bytes;
        budget.count(this, bytes);
    }
}

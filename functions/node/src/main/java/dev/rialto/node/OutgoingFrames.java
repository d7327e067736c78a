package dev.rialto.node;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Frames on their way to a worker. They take so much of the server's memory and no more, however
/// much a worker asks for that it does not read.
final class OutgoingFrames {
    private static final long LEAST_OF_WORKER = 64L << 20;

    /// What one may take, as a part of the heap.
    private static final int SHARE = 8;

    private final long most;
    private final OutgoingBudget budget;
    private final Runnable ending;
    private final Deque<byte[]> frames = new ArrayDeque<>();
    private byte @Nullable [] underWay;
    private volatile long waiting;
    private boolean closed;

    /// @param most how many bytes may wait
    /// @param budget of all workers
    /// @param ending ends the worker when others need the room that it holds
    OutgoingFrames(long most, OutgoingBudget budget, Runnable ending) {
        this.most = most;
        this.budget = budget;
        this.ending = ending;
    }

    /// How many bytes may wait for a worker of this server.
    static long mostOfWorker() {
        return Math.max(LEAST_OF_WORKER, Runtime.getRuntime().maxMemory() / SHARE);
    }

    /// Lets a frame wait; one finds room where no other waits, whatever its size.
    ///
    /// @return false when there is no room
    boolean add(byte[] frame) {
        return !isTooMuch(frame) && add(frame, budget.makeRoom(this, frame.length));
    }

    private synchronized boolean isTooMuch(byte[] frame) {
        return waiting > 0 && waiting + frame.length > most;
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

    /// The next frame, which counts until this is called again. Waits for it.
    ///
    /// @return empty when nothing follows
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

    /// Drops what waits.
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

    /// Drops what waits, and ends the worker.
    void overflow() {
        close();
        ending.run();
    }

    private synchronized void count(long bytes) {
        waiting += bytes;
        budget.count(this, bytes);
    }
}

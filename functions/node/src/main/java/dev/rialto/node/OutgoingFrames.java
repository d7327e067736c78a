package dev.rialto.node;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Frames on their way to a worker. They take so much of the server's memory and no more, however
/// much a worker asks for that it does not read.
final class OutgoingFrames {
    /// A worker is given so much room even while others have taken theirs.
    private static final long LEAST = 1L << 20;

    private static final long LEAST_OF_WORKER = 64L << 20;

    /// What workers may take together, as a part of the heap.
    private static final int SHARE_OF_ALL = 4;

    /// What one may take, as a part of the heap.
    private static final int SHARE = 8;

    private static final AtomicLong WAITING_FOR_ALL = new AtomicLong();

    private final long most;
    private final Deque<byte[]> frames = new ArrayDeque<>();
    private byte @Nullable [] underWay;
    private long waiting;
    private boolean closed;

    /// @param most how many bytes may wait
    OutgoingFrames(long most) {
        this.most = most;
    }

    /// How many bytes may wait for a worker of this server.
    static long mostOfWorker() {
        return Math.max(LEAST_OF_WORKER, Runtime.getRuntime().maxMemory() / SHARE);
    }

    /// Lets a frame wait; one finds room where no other waits, whatever its size.
    ///
    /// @return false when there is no room
    synchronized boolean add(byte[] frame) {
        if (closed) {
            return true;
        }
        long then = waiting + frame.length;
        boolean allAreFull =
                WAITING_FOR_ALL.get() + frame.length
                        > Runtime.getRuntime().maxMemory() / SHARE_OF_ALL;
        if (waiting > 0 && (then > most || (allAreFull && then > LEAST))) {
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

    private void count(long bytes) {
        waiting += bytes;
        WAITING_FOR_ALL.addAndGet(bytes);
    }
}

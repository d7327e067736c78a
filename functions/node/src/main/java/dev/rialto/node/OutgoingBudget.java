package dev.rialto.node;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// What frames on their way to all workers of a runtime may take of the server's memory.
final class OutgoingBudget {
    /// What workers may take together, as a part of the heap.
    private static final int SHARE = 4;

    /// A worker is given so much room even while others have taken theirs.
    private static final long LEAST = 1L << 20;

    private final long most;
    private final long leastOfWorker;
    private final AtomicLong waiting = new AtomicLong();
    private final Set<OutgoingFrames> holders = ConcurrentHashMap.newKeySet();

    /// @param most how many bytes may wait for all workers
    /// @param leastOfWorker how many may wait for each of them all the same
    OutgoingBudget(long most, long leastOfWorker) {
        this.most = most;
        this.leastOfWorker = leastOfWorker;
    }

    /// What the heap has room for.
    static OutgoingBudget ofHeap() {
        return new OutgoingBudget(Runtime.getRuntime().maxMemory() / SHARE, LEAST);
    }

    /// Makes room for a frame: while there is none, the worker for which most waits loses its
    /// frames, and ends. To be called without a lock of frames.
    ///
    /// @return false when that worker is the one that the frame is for
    boolean makeRoom(OutgoingFrames frames, long bytes) {
        long wanted = frames.waiting() + bytes;
        while (waiting.get() + bytes > most && wanted > leastOfWorker) {
            Optional<OutgoingFrames> largest =
                    holders.stream()
                            .filter(each -> each != frames)
                            .max(Comparator.comparingLong(OutgoingFrames::waiting))
                            .filter(each -> each.waiting() >= wanted);
            if (largest.isEmpty()) {
                return false;
            }
            largest.get().overflow();
        }
        return true;
    }

    /// Counts frames that wait, or with a negative number, that no longer do.
    void count(OutgoingFrames frames, long bytes) {
        waiting.addAndGet(bytes);
        if (frames.waiting() > 0) {
            holders.add(frames);
        } else {
            holders.remove(frames);
        }
    }
}

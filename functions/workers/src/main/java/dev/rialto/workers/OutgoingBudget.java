package dev.rialto.workers;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Limits the memory of frames that wait for the workers of a runtime.
public final class OutgoingBudget {
    /// The share of the heap that frames of all workers may use.
    private static final int SHARE = 4;

    /// The room that a worker gets even if others have used up theirs.
    private static final long LEAST = 1L << 20;

    private final long max;
    private final long minOfWorker;
    private final AtomicLong waiting = new AtomicLong();
    private final Set<OutgoingFrames> holders = ConcurrentHashMap.newKeySet();

    /// @param max how many bytes may wait for all workers
    /// @param minOfWorker how many may wait for each worker in any case
    OutgoingBudget(long max, long minOfWorker) {
        this.max = max;
        this.minOfWorker = minOfWorker;
    }

    /// The budget that fits the heap.
    public static OutgoingBudget ofHeap() {
        return new OutgoingBudget(Runtime.getRuntime().maxMemory() / SHARE, LEAST);
    }

    /// Makes room for a frame: while there is none, the worker with the most waiting bytes loses
    /// its frames, and is ended. Must be called without holding a lock of frames.
    ///
    /// @return false if that worker is the receiver of the frame
    boolean makeRoom(OutgoingFrames frames, long bytes) {
        long wanted = frames.waiting() + bytes;
        while (waiting.get() + bytes > max && wanted > minOfWorker) {
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

    /// Counts waiting frames; a negative number counts frames that no longer wait.
    void count(OutgoingFrames frames, long bytes) {
        waiting.addAndGet(bytes);
        if (frames.waiting() > 0) {
            holders.add(frames);
        } else {
            holders.remove(frames);
        }
    }
}

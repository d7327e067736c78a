package dev.rialto.runtime;

import dev.rialto.hardening.CallStopped;
import dev.rialto.hardening.Watchdog;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Limits the memory of functions. What a revision keeps between its calls is measured each time it
/// has allocated as much as it may keep; if it keeps more, it is unloaded. If memory is short
/// nevertheless, the calls that have allocated most are ended, otherwise the revision that keeps
/// most is unloaded.
///
/// Used by its own thread only, unless stated otherwise.
final class MemoryWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(MemoryWatch.class.getName());

    /// The occupancies at which to look closely, at which something must be ended after a
    /// collection, and that is aimed for then.
    private static final double TIGHT = 0.8;

    private static final double SHORT = 0.7;
    private static final double FINE = 0.5;

    private static final double BUSY = 0.4;
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long COLLECT_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

    /// Less than this is not worth ending or unloading.
    private static final long LITTLE = 8 << 20;

    /// The share of time for measuring one revision: one part in this many.
    private static final long SHARE_OF_TIME = 20;

    private final long limit;
    private final Heap heap;
    private final Supplier<List<Watchdog.Running>> calls;
    private final Set<WatchedRevision> known = ConcurrentHashMap.newKeySet();
    private final Queue<WatchedRevision> due = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;
    private long collectAt = System.nanoTime();

    /// A revision, which keeps memory.
    interface Revision {
        /// @param enough when to stop counting, in bytes
        RetainedMemory.Measured measure(long enough);

        /// Unloads it.
        void evict(RetainedMemory.Measured kept);
    }

    /// A watched revision. Its methods may be called by any thread.
    final class WatchedRevision {
        private final Revision revision;
        private volatile boolean queued;
        private long notBefore = System.nanoTime();
        private long bytes;

        /// Counted without synchronization: a few lost updates don't matter.
        private long allocated;

        private WatchedRevision(Revision revision) {
            this.revision = revision;
        }

        /// Adds to what it has allocated.
        void allocated(long more) {
            allocated += more;
            if (allocated > limit && !queued) {
                queued = true;
                allocated = 0;
                due.add(this);
            }
        }

        /// Is called when it is unloaded.
        void forget() {
            known.remove(this);
        }
    }

    MemoryWatch(long limit, Heap heap, Supplier<List<Watchdog.Running>> calls) {
        this.limit = limit;
        this.heap = heap;
        this.calls = calls;
        this.thread = Thread.ofPlatform().daemon().name("function-memory").unstarted(this::run);
    }

    /// Starts a watch with its own thread.
    static MemoryWatch start(long limit, Supplier<List<Watchdog.Running>> calls) {
        var watch = new MemoryWatch(limit, Heap.ofThisJvm(), calls);
        watch.thread.start();
        return watch;
    }

    /// Watches a revision until it is unloaded. May be called by any thread.
    WatchedRevision watch(Revision revision) {
        var kept = new WatchedRevision(revision);
        known.add(kept);
        return kept;
    }

    private void run() {
        while (!closed) {
            double used = heap.used();
            LockSupport.parkNanos(used > BUSY ? BUSY_NANOS : IDLE_NANOS);
            try {
                look();
            } catch (RuntimeException | Error failure) {
                LOG.log(Level.SEVERE, "can't watch the memory of functions", failure);
            }
        }
    }

    /// Checks once.
    void look() {
        for (WatchedRevision each = due.poll(); each != null; each = due.poll()) {
            each.queued = false;
            if (System.nanoTime() - each.notBefore < 0) {
                each.allocated = limit;
            } else {
                measure(each);
            }
        }
        if (heap.used() > TIGHT && System.nanoTime() - collectAt >= 0) {
            makeRoom();
        }
    }

    private void makeRoom() {
        known.forEach(this::measure);
        heap.collect();
        collectAt = System.nanoTime() + COLLECT_EVERY_NANOS;
        double used = heap.used();
        if (used <= SHORT || endCalls((long) ((used - FINE) * heap.size())) || evictLargest()) {
            return;
        }
        collectAt = System.nanoTime() + GIVE_UP_NANOS;
        LOG.warning(() ->
                "memory is short: %d %% is in use, but not by functions"
                        .formatted(Math.round(used * 100)));
    }

    /// Ends the calls that have allocated most.
    ///
    /// @param bytes how much to free
    private boolean endCalls(long bytes) {
        long freed = 0;
        for (Watchdog.Running each : calls.get()) {
            if (freed >= bytes || each.allocated() < LITTLE) {
                break;
            }
            each.budget().stop(CallStopped.Kind.SHORTAGE);
            freed += each.allocated();
        }
        return freed > 0;
    }

    private boolean evictLargest() {
        Optional<WatchedRevision> largest =
                known.stream()
                        .filter(each -> each.bytes >= LITTLE)
                        .max(Comparator.comparingLong(each -> each.bytes));
        largest.ifPresent(each -> evict(each, each.revision.measure(2 * limit)));
        return largest.isPresent();
    }

    private void measure(WatchedRevision kept) {
        long start = System.nanoTime();
        RetainedMemory.Measured measured = kept.revision.measure(2 * limit);
        kept.bytes = measured.bytes();
        if (measured.bytes() > limit) {
            evict(kept, measured);
        }
        long end = System.nanoTime();
        kept.notBefore = end + SHARE_OF_TIME * (end - start);
    }

    private void evict(WatchedRevision kept, RetainedMemory.Measured measured) {
        known.remove(kept);
        kept.revision.evict(measured);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}

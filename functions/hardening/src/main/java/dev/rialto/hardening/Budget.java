package dev.rialto.hardening;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/// What one call may use of time and memory, and what it has used. Budgets nest: a call inside a
/// call, on the same thread, never gets a later deadline than the one around it.
public final class Budget {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Locks for code that runs without a brake.
    private static final Monitors SHARED = new Monitors();

    private final long withinNanos;
    private final long allocationLimit;
    private final List<Lock> locks = new ArrayList<>(0);
    private final List<Brake> pulled = new ArrayList<>(0);

    private Monitors.@Nullable Held held;
    private boolean stuckTold;
    private volatile CallStopped.@Nullable Kind stopped;
    private @Nullable CallStopped signal;
    private long stoppedAt;
    private @Nullable FunctionThread thread;
    private @Nullable Budget outer;
    private @Nullable Brake brake;
    private boolean ended;
    private @Nullable Map<Object, @Nullable Object> values;
    private int asideBefore;
    private long deadline;
    private long startAllocated;
    private long startCpu;
    private long usedAllocated;
    private long usedCpu;
    private long innerAllocated;
    private long innerCpu;

    private Budget(long withinNanos, long allocationLimit) {
        this.withinNanos = withinNanos;
        this.allocationLimit = allocationLimit;
    }

    /// A budget for one call.
    ///
    /// @param within from the moment it runs
    public static Budget of(Duration within, long allocationBytes) {
        if (within.isNegative() || allocationBytes < 0) {
            throw new IllegalArgumentException(within + ", " + allocationBytes + " bytes");
        }
        long nanos = within.toSeconds() > 1L << 30 ? 1L << 60 : within.toNanos();
        return new Budget(nanos, allocationBytes);
    }

    /// Runs something, once, on a [FunctionThread]. When code of a revision is to run, the other
    /// method is better: to stop this call slows all revisions down for a moment.
    ///
    /// @throws CallStopped when this budget, or one around it, was used up
    public <T extends @Nullable Object> T run(Callable<T> work) throws Exception {
        return spend(null, work);
    }

    /// Runs something of one revision, once, on a [FunctionThread]. To stop it disturbs no other
    /// revision.
    ///
    /// @throws CallStopped when this budget, or one around it, was used up
    public <T extends @Nullable Object> T run(Brake revision, Callable<T> work) throws Exception {
        return spend(revision, work);
    }

    /// Lets the server work for the current call: it is not interrupted meanwhile.
    ///
    /// @throws CallStopped when the call was stopped before or meanwhile
    public static <T extends @Nullable Object> T aside(Callable<T> work) throws Exception {
        FunctionThread thread = FunctionThread.current();
        int depth = thread.depthAside();
        try {
            thread.goAside(depth + 1);
            checkStopped();
            return work.call();
        } finally {
            thread.comeBack(depth);
            checkStopped();
        }
    }

    /// The innermost budget of the current thread.
    public static Optional<Budget> current() {
        return Optional.ofNullable(innermost());
    }

    /// Ends the call soon, or before it has begun. May be called by any thread.
    public void stop(CallStopped.Kind kind) {
        FunctionThread running;
        synchronized (this) {
            if (stopped != null || ended) {
                return;
            }
            stoppedAt = System.nanoTime();
            stopped = kind;
            running = thread;
            if (running == null) {
                return;
            }
            pulled.addAll(Brake.within(running.budget));
            pulled.forEach(Brake::pull);
            running.interruptCall();
        }
    }

    /// Processor time that the call has used, with calls inside of it; of this moment when the
    /// thread that runs it asks.
    public long cpuNanos() {
        return ended || thread == null ? usedCpu : THREADS.getCurrentThreadCpuTime() - startCpu;
    }

    /// What the call has allocated, with calls inside of it.
    public long allocatedBytes() {
        return ended || thread == null
                ? usedAllocated
                : THREADS.getCurrentThreadAllocatedBytes() - startAllocated;
    }

    /// Processor time without that of the calls inside.
    public long ownCpuNanos() {
        return cpuNanos() - innerCpu;
    }

    /// What the call has allocated, without the calls inside.
    public long ownAllocatedBytes() {
        return allocatedBytes() - innerAllocated;
    }

    /// How long the call may still take; never negative.
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, remainingNanos()));
    }

    long remainingNanos() {
        return deadline - System.nanoTime();
    }

    /// Throws when the current call is being stopped.
    static void checkStopped() {
        for (Budget each = innermost(); each != null; each = each.outer) {
            if (each.stopped != null) {
                throw each.signal();
            }
        }
    }

    /// Stops the current call if it may not allocate so much more.
    static void reserve(long bytes) {
        Budget innermost = innermost();
        if (innermost == null) {
            return;
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        for (Budget each = innermost; each != null; each = each.outer) {
            if (allocated - each.startAllocated + bytes > each.allocationLimit) {
                each.stop(CallStopped.Kind.ALLOCATION);
            }
        }
        checkStopped();
    }

    /// The innermost budget of the current thread. A stop that was sent to the call by force has
    /// arrived when this returns.
    static @Nullable Budget innermost() {
        if (Thread.currentThread() instanceof FunctionThread thread) {
            thread.settle();
            return thread.budget;
        }
        return null;
    }

    /// Stops the call, and those around it, if their time is over or they allocated too much.
    ///
    /// @param allocated by its thread up to now
    void enforce(long now, long allocated) {
        if (now - deadline >= 0) {
            stop(CallStopped.Kind.DEADLINE);
        }
        if (allocated - startAllocated > allocationLimit) {
            stop(CallStopped.Kind.ALLOCATION);
        }
    }

    /// Whether the call began so long ago.
    boolean hasRunFor(long now, long nanos) {
        return now - (deadline - withinNanos) > nanos;
    }

    long startAllocated() {
        return startAllocated;
    }

    long startCpu() {
        return startCpu;
    }

    @Nullable Budget outer() {
        return outer;
    }

    long deadline() {
        return deadline;
    }

    /// Interrupts once more what a stopped call waits for, since code may have swallowed it.
    ///
    /// @return true, once, when the call has not ended for so long
    synchronized boolean insist(FunctionThread running, long now, long stuckNanos) {
        if (stopped == null || ended) {
            return false;
        }
        running.interruptCall();
        boolean stuck = !stuckTold && now - stoppedAt > stuckNanos;
        stuckTold |= stuck;
        return stuck;
    }

    /// Whether checks should have ended the call by now.
    ///
    /// @param allocated by its thread up to now
    synchronized boolean isOverdue(long now, long allocated) {
        return stopped != null
                && !ended
                && (now - stoppedAt > ForcedStop.GRACE_NANOS
                        || allocated - startAllocated
                                > 2 * allocationLimit + ForcedStop.GRACE_BYTES);
    }

    /// What stops the revision that runs within it, where that is known.
    @Nullable Brake brake() {
        return brake;
    }

    Monitors monitors() {
        Brake known = brake;
        return known == null ? SHARED : known.monitors();
    }

    static Monitors sharedMonitors() {
        return SHARED;
    }

    /// The last taken of the monitors that the call holds.
    Monitors.@Nullable Held held() {
        return held;
    }

    void held(Monitors.@Nullable Held last) {
        held = last;
    }

    /// What libraries keep for the call; see [CallValues].
    Map<Object, @Nullable Object> values() {
        Map<Object, @Nullable Object> known = values;
        if (known == null) {
            known = CallValues.empty();
            values = known;
        }
        return known;
    }

    /// Locks that the call holds, each as often as it does.
    List<Lock> locks() {
        return locks;
    }

    private <T extends @Nullable Object> T spend(@Nullable Brake revision, Callable<T> work)
            throws Exception {
        FunctionThread current = FunctionThread.current();
        begin(current, revision);
        int depth = Math.max(1, asideBefore);
        @Nullable T result = null;
        Throwable failure = null;
        try {
            try {
                try {
                    current.comeBack(0);
                    // Whoever stopped the call around this one may not have seen this one yet.
                    checkStopped();
                    result = work.call();
                    current.goAside(depth);
                } catch (Throwable thrown) {
                    failure = thrown;
                    current.goAside(depth);
                }
            } catch (CallStopped forced) {
                // It came on the way here.
                failure = forced;
                current.goAside(depth);
            }
        } catch (CallStopped another) {
            failure = another;
            current.goAside(depth);
        }
        CallStopped stop = end(current);
        if (stop != null) {
            throw stop;
        }
        return result(result, failure);
    }

    @SuppressWarnings("NullAway") // without a failure it is what the call returned
    private static <T extends @Nullable Object> T result(
            @Nullable T result, @Nullable Throwable failure) throws Exception {
        if (failure == null) {
            return result;
        }
        if (failure instanceof Exception known) {
            throw known;
        }
        if (failure instanceof Error known) {
            throw known;
        }
        throw new UndeclaredThrowableException(failure);
    }

    private void begin(FunctionThread current, @Nullable Brake revision) {
        asideBefore = current.depthAside();
        if (asideBefore == 0) {
            current.goAside(1);
        }
        boolean begun = false;
        try {
            claim(current, revision);
            begun = true;
        } finally {
            if (!begun) {
                current.comeBack(asideBefore);
            }
        }
        if (outer == null) {
            // Not earlier: falling asleep, it looks for budgets once more.
            current.watchdog().wake();
        }
    }

    private synchronized void claim(FunctionThread current, @Nullable Brake revision) {
        if (thread != null) {
            throw new IllegalStateException("a budget can be used for one call only");
        }
        if (stopped != null) {
            throw signal();
        }
        thread = current;
        brake = revision;
        Budget around = current.budget;
        outer = around;
        long now = System.nanoTime();
        deadline = now + withinNanos;
        if (around != null && around.deadline - deadline < 0) {
            deadline = around.deadline;
        }
        startAllocated = THREADS.getCurrentThreadAllocatedBytes();
        startCpu = THREADS.getCurrentThreadCpuTime();
        current.budget = this;
    }

    /// The server's code runs already.
    private @Nullable CallStopped end(FunctionThread current) {
        usedCpu = THREADS.getCurrentThreadCpuTime() - startCpu;
        usedAllocated = THREADS.getCurrentThreadAllocatedBytes() - startAllocated;
        Monitors.releaseAll(this);
        GuardedLocks.releaseAll(this);
        Budget around = outer;
        CallStopped result = null;
        synchronized (this) {
            ended = true;
            current.budget = around;
            if (stopped != null) {
                result = signal();
            }
        }
        if (asideBefore == 0) {
            current.comeBack(0);
        }
        for (Brake each : pulled) {
            each.ease();
            current.watchdog().restLater(each);
        }
        if (around != null) {
            around.innerCpu += usedCpu;
            around.innerAllocated += usedAllocated;
            result = around.stopOf(result);
        }
        return result;
    }

    /// The stop of the outermost of the budgets around that was stopped, else that of the inner
    /// one.
    private @Nullable CallStopped stopOf(@Nullable CallStopped inner) {
        CallStopped result = inner;
        for (Budget each = this; each != null; each = each.outer) {
            if (each.stopped != null) {
                result = each.signal();
            }
        }
        return result;
    }

    /// What ends the call; the same for all who ask.
    synchronized CallStopped signal() {
        CallStopped.Kind kind = stopped;
        if (kind == null) {
            throw new IllegalStateException("not stopped");
        }
        if (signal == null) {
            signal = new CallStopped(kind, message(kind));
        }
        return signal;
    }

    private String message(CallStopped.Kind kind) {
        return switch (kind) {
            case DEADLINE -> "the call took longer than " + withinNanos / 1_000_000 + " ms";
            case ALLOCATION -> "the call allocated more than " + allocationLimit + " bytes";
            case CANCELLED -> "the call was cancelled";
            case SHORTAGE -> "the server ran short of memory";
        };
    }
}

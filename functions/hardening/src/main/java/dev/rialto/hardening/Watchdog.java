package dev.rialto.hardening;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Ends calls whose budget is used up. It looks at all function threads every few milliseconds,
/// from a thread of its own.
public final class Watchdog implements AutoCloseable {
    /// Told of calls that do not end although they were stopped.
    @FunctionalInterface
    public interface Listener {
        /// Called once for a call that still runs a second after it was stopped.
        ///
        /// @param stack where it was
        void onStuck(Budget budget, Thread thread, List<StackTraceElement> stack);
    }

    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// A call that used more processor time has to stand back behind those that are short.
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ThreadMXBean meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Set<FunctionThread> threads = ConcurrentHashMap.newKeySet();
    private final ForcedStop force = new ForcedStop();
    private final Set<Brake> resting = ConcurrentHashMap.newKeySet();
    private final Listener listener;
    private final Thread thread;
    private long lastBusy = System.nanoTime();
    private volatile boolean asleep;
    private volatile boolean closed;

    private Watchdog(Listener listener) {
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name("function-watchdog").unstarted(this::watch);
    }

    /// A watchdog that works already.
    public static Watchdog start(Listener listener) {
        var watchdog = new Watchdog(listener);
        watchdog.meter.setThreadAllocatedMemoryEnabled(true);
        watchdog.meter.setThreadCpuTimeEnabled(true);
        watchdog.thread.start();
        return watchdog;
    }

    /// Whether this JVM can interrupt counted loops. Without `-XX:+UseCountedLoopSafepoints` a loop
    /// over an `int` holds up whoever wants to stop it, and every garbage collection, until it
    /// ends.
    public static boolean countedLoopsStop() {
        var flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return Boolean.parseBoolean(flags.getVMOption("UseCountedLoopSafepoints").getValue());
    }

    /// Ends what it does, not the calls.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /// A call that runs, with the calls inside of it.
    ///
    /// @param allocated in bytes, up to now; not all of it is still in use
    public record Running(Budget budget, long allocated) {}

    /// All calls that run, those first that have allocated most.
    public List<Running> running() {
        List<Running> all = new ArrayList<>();
        for (FunctionThread each : threads) {
            Budget outermost = each.budget;
            while (outermost != null && outermost.outer() != null) {
                outermost = outermost.outer();
            }
            if (outermost != null) {
                long allocated = meter.getThreadAllocatedBytes(each.threadId());
                all.add(new Running(outermost, allocated - outermost.startAllocated()));
            }
        }
        all.sort(Comparator.comparingLong(Running::allocated).reversed());
        return all;
    }

    void watch(FunctionThread watched) {
        threads.add(watched);
    }

    void forget(FunctionThread watched) {
        threads.remove(watched);
    }

    /// A call begins.
    void wake() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    void restLater(Brake brake) {
        resting.add(brake);
    }

    private void watch() {
        while (!closed) {
            try {
                round();
            } catch (RuntimeException | Error failure) {
                // Whatever a listener throws, and when memory is short above all, calls must end.
                LockSupport.parkNanos(BUSY_NANOS);
            }
        }
    }

    private void round() {
        long now = System.nanoTime();
        long wait = BUSY_NANOS;
        boolean busy = false;
        for (FunctionThread each : threads) {
            Budget budget = each.budget;
            if (budget != null) {
                busy = true;
                look(each, budget, now);
                wait = Math.min(wait, untilDeadline(budget, now));
            }
        }
        resting.removeIf(Brake::rest);
        if (busy || !resting.isEmpty()) {
            lastBusy = now;
        }
        sleep(now - lastBusy > IDLE_AFTER_NANOS, wait);
    }

    private void sleep(boolean idle, long wait) {
        if (!idle) {
            LockSupport.parkNanos(wait);
            return;
        }
        asleep = true;
        // A call that began before this one fell asleep saw no reason to wake it.
        if (threads.stream().allMatch(each -> each.budget == null)) {
            LockSupport.parkNanos(IDLE_NANOS);
        }
        asleep = false;
    }

    private void look(FunctionThread each, Budget innermost, long now) {
        if (!each.isDemoted()
                && innermost.hasRunFor(now, LONG_NANOS)
                && meter.getThreadCpuTime(each.threadId()) - innermost.startCpu() > LONG_NANOS) {
            each.demote();
        }
        long allocated = meter.getThreadAllocatedBytes(each.threadId());
        Budget overdue = null;
        for (Budget budget = innermost; budget != null; budget = budget.outer()) {
            budget.enforce(now, allocated);
            if (budget.insist(each, now, STUCK_NANOS)) {
                listener.onStuck(budget, each, List.of(each.getStackTrace()));
            }
            if (budget.isOverdue(now, allocated)) {
                overdue = budget;
            }
        }
        if (overdue == null) {
            force.forget(each);
        } else {
            force.strike(each, overdue, now);
        }
    }

    private static long untilDeadline(Budget budget, long now) {
        long until = budget.deadline() - now;
        return until > 0 ? Math.max(until, 100_000) : BUSY_NANOS;
    }
}

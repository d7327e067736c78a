package dev.rialto.hardening;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A thread that runs hardened code. No other thread may: budgets, locks and limits are found from
/// it.
///
/// Its code is either that of a call, which may be interrupted and ended by force, or the server's,
/// which may not: then it is *aside*. Only the thread itself goes aside and comes back; whoever
/// interrupts or ends a call holds the same lock meanwhile, so that neither ever reaches the
/// server's code. See [ForcedStop].
public final class FunctionThread extends Thread {
    // Enough for recursion that makes sense, and soon used up by one that does not end.
    private static final long STACK_BYTES = 1 << 20;

    private static final int TURNS = 1_000;
    private static final long TURNING_NANOS = 1_000_000;

    private final Watchdog watchdog;
    private final Object interruption = new Object();

    /// 0 while code of a call runs; else how deep the server's code is nested. Written by the
    /// thread itself only, with the lock.
    private int aside = 1;

    /// Whether a stop was sent by force of which it isn't known that it has arrived.
    private volatile boolean struck;

    private volatile boolean demoted;
    private boolean begun;

    /// The innermost budget that is being spent.
    volatile @Nullable Budget budget;

    /// When to try again to end the call by force; the watchdog's.
    final ForcedStop.Attempts attempts = new ForcedStop.Attempts();

    public FunctionThread(Watchdog watchdog, Runnable work, String name) {
        super(null, work, name, STACK_BYTES, false);
        this.watchdog = watchdog;
        setDaemon(true);
    }

    @Override
    public void run() {
        // Hardened code can get at the current thread, and a thread is a Runnable.
        if (begun) {
            throw new IllegalStateException("a thread can be started only once");
        }
        begun = true;
        watchdog.watch(this);
        try {
            super.run();
        } finally {
            watchdog.forget(this);
        }
    }

    /// The current thread.
    ///
    /// @throws IllegalStateException when it is not a function thread
    static FunctionThread current() {
        if (Thread.currentThread() instanceof FunctionThread thread) {
            return thread;
        }
        throw new IllegalStateException("not on a FunctionThread: " + Thread.currentThread());
    }

    /// Waits for a stop that was sent to the current call by force, if there is one. To be called
    /// where code of a call comes into the server's.
    ///
    /// @throws CallStopped when it arrives
    public static void settleCurrent() {
        if (Thread.currentThread() instanceof FunctionThread thread) {
            thread.settle();
        }
    }

    /// Looks whether the current call is being stopped, in code of the server that works for it for
    /// long.
    ///
    /// @throws CallStopped when it is
    public static void checkStopped() {
        Budget.checkStopped();
    }

    /// Whether calls of this thread have to stand back behind others. It stays so: to take it back
    /// needs rights that a server should not have.
    public boolean isDemoted() {
        return demoted;
    }

    @SuppressWarnings("ThreadPriorityCheck") // fairness, not correctness, is what depends on it
    void demote() {
        demoted = true;
        setPriority(MIN_PRIORITY);
    }

    Watchdog watchdog() {
        return watchdog;
    }

    /// Interrupts what the call waits for, unless the server works for it just now.
    void interruptCall() {
        synchronized (interruption) {
            if (aside == 0) {
                interrupt();
            }
        }
    }

    /// How deep the server's code is nested; 0 in code of a call. For the thread itself.
    int depthAside() {
        return aside;
    }

    /// From here on the server works for the call, which must not be interrupted: interrupts close
    /// channels that others share. A stop that was sent by force has arrived when this returns.
    ///
    /// It may arrive anywhere in here, so it is done again after each arrival. At most one is on
    /// its way, as a rule: see [ForcedStop].
    ///
    /// @param depth more than 0
    void goAside(int depth) {
        try {
            close(depth);
        } catch (CallStopped arrived) {
            try {
                close(depth);
            } catch (CallStopped another) {
                close(depth);
            }
        }
    }

    private void close(int depth) {
        synchronized (interruption) {
            aside = depth;
            Thread.interrupted();
            if (!struck) {
                return;
            }
        }
        turn();
        struck = false;
    }

    /// From here on code of a call runs again, or the server's code that is nested less deep.
    void comeBack(int depth) {
        synchronized (interruption) {
            aside = depth;
        }
    }

    /// See [#settleCurrent()].
    void settle() {
        if (struck) {
            turn();
            // It came before, and was swallowed.
            struck = false;
        }
    }

    /// Passes so many places where the JVM throws what was sent that it is thrown, if it is still
    /// to come.
    private static void turn() {
        long start = System.nanoTime();
        int turns = 0;
        while (turns < TURNS || System.nanoTime() - start < TURNING_NANOS) {
            Thread.onSpinWait();
            turns++;
        }
    }

    /// Whether a stop that was sent has not been seen to arrive.
    boolean isStruck() {
        return struck;
    }

    /// Lets somebody send a stop by force, unless the server works for the call just now.
    ///
    /// @param within the budget that was used up; nothing happens when it has ended
    /// @param send returns whether it sent one; told beforehand, by [#expect()]
    /// @return what send returned, else false
    boolean strike(Budget within, BooleanSupplier send) {
        synchronized (interruption) {
            if (aside > 0) {
                return false;
            }
            for (Budget each = budget; each != null; each = each.outer()) {
                if (each == within) {
                    return send.getAsBoolean();
                }
            }
            return false;
        }
    }

    /// A stop is about to be sent.
    void expect() {
        struck = true;
    }
}

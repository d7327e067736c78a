package dev.rialto.hardening;

import org.jspecify.annotations.Nullable;

/// A thread that runs hardened code. No other thread may: budgets, locks and limits are found from
/// it.
public final class FunctionThread extends Thread {
    // Enough for recursion that makes sense, and soon used up by one that does not end.
    private static final long STACK_BYTES = 1 << 20;

    private final Watchdog watchdog;
    private final Object interruption = new Object();
    private int aside;
    private volatile boolean demoted;
    private boolean begun;

    /// The innermost budget that is being spent.
    volatile @Nullable Budget budget;

    public FunctionThread(Watchdog watchdog, Runnable work, String name) {
        super(null, work, name, STACK_BYTES, false);
        this.watchdog = watchdog;
        setDaemon(true);
    }

    @Override
    public void run() {
        // Hardened code can get at the current thread, and a thread is a Runnable.
        if (begun) {
            throw new IllegalStateException("a thread runs once");
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
    /// @throws IllegalStateException when it is no function thread
    static FunctionThread current() {
        if (Thread.currentThread() instanceof FunctionThread thread) {
            return thread;
        }
        throw new IllegalStateException("not on a FunctionThread: " + Thread.currentThread());
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

    /// From here on the server works for the call, which must not be interrupted: interrupts close
    /// channels that others share.
    void stepAside() {
        synchronized (interruption) {
            aside++;
            Thread.interrupted();
        }
    }

    void stepBack() {
        synchronized (interruption) {
            aside--;
        }
    }

    /// From here on code of others runs again, maybe inside of what the server does for a call.
    ///
    /// @return what [#leaveCall] is given
    int enterCall() {
        synchronized (interruption) {
            int before = aside;
            aside = 0;
            return before;
        }
    }

    void leaveCall(int before) {
        synchronized (interruption) {
            aside = before;
            if (before > 0) {
                Thread.interrupted();
            }
        }
    }
}

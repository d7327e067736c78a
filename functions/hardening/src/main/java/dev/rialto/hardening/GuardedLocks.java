package dev.rialto.hardening;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/// Replaces the methods of locks of `java.util.concurrent` in hardened code: a call waits for a
/// lock no longer than its deadline, and the locks of a stopped call are released.
@SuppressWarnings("ReferenceEquality") // locks are about identity
public final class GuardedLocks {
    private GuardedLocks() {}

    @InsteadOf(Lock.class)
    public static void lock(Lock lock) {
        if (!ofJdk(lock)) {
            lock.lock();
            return;
        }
        while (true) {
            try {
                lockInterruptibly(lock);
                return;
            } catch (InterruptedException interrupted) {
                Budget.checkStopped();
            }
        }
    }

    @InsteadOf(Lock.class)
    public static void lockInterruptibly(Lock lock) throws InterruptedException {
        Budget budget = Budget.innermost();
        lock.lockInterruptibly();
        took(lock, budget);
    }

    @InsteadOf(Lock.class)
    public static boolean tryLock(Lock lock) {
        Budget budget = Budget.innermost();
        boolean taken = lock.tryLock();
        if (taken) {
            took(lock, budget);
        }
        return taken;
    }

    @InsteadOf(Lock.class)
    public static boolean tryLock(Lock lock, long time, TimeUnit unit) throws InterruptedException {
        Budget budget = Budget.innermost();
        boolean taken = lock.tryLock(time, unit);
        if (taken) {
            took(lock, budget);
        }
        return taken;
    }

    @InsteadOf(Lock.class)
    public static void unlock(Lock lock) {
        Budget budget = Budget.innermost();
        lock.unlock();
        if (budget != null) {
            List<Lock> locks = budget.locks();
            for (int i = locks.size() - 1; i >= 0; i--) {
                if (locks.get(i) == lock) {
                    locks.remove(i);
                    return;
                }
            }
        }
    }

    /// Gives back what a call still holds that has ended.
    static void releaseAll(Budget ended) {
        for (Lock each : ended.locks().reversed()) {
            try {
                each.unlock();
            } catch (IllegalMonitorStateException notHeld) {
                // A condition that was waited for gave it back.
            }
        }
        ended.locks().clear();
    }

    private static void took(Lock lock, @Nullable Budget budget) {
        if (budget != null && ofJdk(lock)) {
            budget.locks().add(lock);
        }
    }

    private static boolean ofJdk(Lock lock) {
        return lock.getClass().getClassLoader() == null;
    }
}

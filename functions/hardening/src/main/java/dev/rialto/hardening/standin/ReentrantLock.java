package dev.rialto.hardening.standin;

import dev.rialto.hardening.GuardedLocks;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/// A lock that classes of libraries may extend: what they override does not change how it is
/// watched.
public class ReentrantLock implements Lock {
    private final java.util.concurrent.locks.ReentrantLock inner;

    public ReentrantLock() {
        this(false);
    }

    public ReentrantLock(boolean fair) {
        inner = new java.util.concurrent.locks.ReentrantLock(fair);
    }

    @Override
    public void lock() {
        GuardedLocks.lock(inner);
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        GuardedLocks.lockInterruptibly(inner);
    }

    @Override
    public boolean tryLock() {
        return GuardedLocks.tryLock(inner);
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        return GuardedLocks.tryLock(inner, time, unit);
    }

    @Override
    public void unlock() {
        GuardedLocks.unlock(inner);
    }

    @Override
    public Condition newCondition() {
        return inner.newCondition();
    }

    public int getHoldCount() {
        return inner.getHoldCount();
    }

    public boolean isHeldByCurrentThread() {
        return inner.isHeldByCurrentThread();
    }

    public boolean isLocked() {
        return inner.isLocked();
    }

    public final boolean isFair() {
        return inner.isFair();
    }

    public final boolean hasQueuedThreads() {
        return inner.hasQueuedThreads();
    }

    public final int getQueueLength() {
        return inner.getQueueLength();
    }
}

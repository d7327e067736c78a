package dev.rialto.accounts;

import dev.rialto.kernel.Timing;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Time that passes when somebody works or sleeps, and at once.
final class StoppedTime implements Timing {
    private final AtomicLong nanos = new AtomicLong();

    int pass(int millis) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
        return millis;
    }

    long millis() {
        return Duration.ofNanos(nanos.get()).toMillis();
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public void sleep(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    public void await(Object monitor, long most) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void wake(Object monitor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Thread thread(String name, Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean join(Thread thread, Duration atMost) {
        throw new UnsupportedOperationException();
    }
}

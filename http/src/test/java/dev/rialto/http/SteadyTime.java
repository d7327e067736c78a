package dev.rialto.http;

import dev.rialto.kernel.Timing;
import java.time.Duration;

/// A time that stands still until it is moved. Nothing waits in it.
final class SteadyTime implements Timing {
    private long nanos = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    void pass(Duration passed) {
        nanos += passed.toNanos();
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void await(Object monitor, long atMost) {
        throw new AssertionError("nothing is to wait");
    }

    @Override
    public void wake(Object monitor) {
        throw new AssertionError("nothing waits");
    }

    @Override
    public void sleep(Duration length) {
        throw new AssertionError("nothing is to sleep");
    }

    @Override
    public Thread thread(String name, Runnable task) {
        throw new AssertionError("nothing is to run");
    }

    @Override
    public boolean join(Thread other, Duration atMost) {
        throw new AssertionError("nothing runs");
    }
}

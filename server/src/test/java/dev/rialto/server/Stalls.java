package dev.rialto.server;

/// Measures for how long the machine keeps this process from running, which is no fault of what is
/// tested.
final class Stalls implements AutoCloseable {
    private final Thread watcher;
    private volatile long longest;
    private volatile boolean closed;

    Stalls() {
        watcher = Thread.ofPlatform().daemon().name("stalls").start(this::watch);
    }

    private void watch() {
        while (!closed) {
            long before = System.nanoTime();
            try {
                Thread.sleep(5);
            } catch (InterruptedException stop) {
                return;
            }
            longest = Math.max(longest, System.nanoTime() - before);
        }
    }

    /// The longest stall so far, in nanoseconds.
    long longest() {
        return longest;
    }

    @Override
    public void close() {
        closed = true;
        watcher.interrupt();
    }
}

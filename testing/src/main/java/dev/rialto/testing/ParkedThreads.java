package dev.rialto.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// Platform threads that do some work and then park until they are closed, for tests of what
/// threads hold.
public final class ParkedThreads implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();

    /// Starts a thread, and returns when it has done its work.
    public Thread start(String name, Runnable work) {
        var done = new CountDownLatch(1);
        Thread thread =
                run(
                        name,
                        () -> {
                            work.run();
                            done.countDown();
                            while (!Thread.interrupted()) {
                                LockSupport.park();
                            }
                        });
        await(done::await);
        return thread;
    }

    /// Starts a thread whose work ends when it is interrupted.
    public Thread run(String name, Runnable work) {
        Thread thread = Thread.ofPlatform().name(name).start(work);
        threads.add(thread);
        return thread;
    }

    @Override
    public void close() {
        for (Thread each : threads) {
            each.interrupt();
            await(each::join);
        }
    }

    private interface Waiting {
        void run() throws InterruptedException;
    }

    private static void await(Waiting waiting) {
        try {
            waiting.run();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}

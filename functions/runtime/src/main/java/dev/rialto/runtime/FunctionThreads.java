package dev.rialto.runtime;

import dev.rialto.hardening.FunctionThread;
import dev.rialto.hardening.Watchdog;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The threads that run functions: platform threads, since the operating system then shares the
/// processors fairly between them, and counts what each uses.
final class FunctionThreads implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(20);

    private final AtomicInteger count = new AtomicInteger();
    private final ThreadPoolExecutor pool;

    FunctionThreads(int most, Watchdog watchdog) {
        pool =
                new ThreadPoolExecutor(
                        0,
                        most,
                        IDLE.toMillis(),
                        TimeUnit.MILLISECONDS,
                        new SynchronousQueue<>(),
                        work ->
                                new FunctionThread(
                                        watchdog, work, "function-" + count.incrementAndGet()));
    }

    /// Runs a task soon, on a thread that runs nothing else meanwhile.
    ///
    /// @throws RialtoException OVERLOADED when all threads are taken
    void start(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException _) {
            throw new RialtoException(
                    ErrorCode.OVERLOADED, "too many functions run at once: try again in a moment");
        }
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}

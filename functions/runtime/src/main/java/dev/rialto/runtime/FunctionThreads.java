package dev.rialto.runtime;

import dev.rialto.hardening.FunctionThread;
import dev.rialto.hardening.Watchdog;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The threads that run functions: platform threads, since the operating system then shares the
/// processors fairly between them, and counts what each uses. A thread waits for more when it has
/// done its task, unless the task was so long that the thread was demoted.
final class FunctionThreads implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(20);

    private final Watchdog watchdog;
    private final int most;
    private final Semaphore room;
    private final SynchronousQueue<Runnable> tasks = new SynchronousQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closed;

    FunctionThreads(int most, Watchdog watchdog) {
        this.most = most;
        this.room = new Semaphore(most);
        this.watchdog = watchdog;
    }

    /// Runs a task soon, on a thread that runs nothing else meanwhile.
    ///
    /// @param task must not fail
    /// @throws RialtoException OVERLOADED when all threads are taken
    void start(Runnable task) {
        if (closed) {
            throw new RialtoException(ErrorCode.OVERLOADED, "the server stops");
        }
        if (tasks.offer(task)) {
            return;
        }
        if (!room.tryAcquire()) {
            throw new RialtoException(
                    ErrorCode.OVERLOADED,
                    "more than " + most + " functions run at once: try again in a moment");
        }
        String name = "function-" + count.incrementAndGet();
        var first = new AtomicReference<@Nullable Runnable>(task);
        new FunctionThread(watchdog, () -> work(first), name).start();
    }

    /// Neither a frame nor the thread keeps a task that has ended: it would keep the revision.
    private void work(AtomicReference<@Nullable Runnable> first) {
        try {
            boolean ran = run(first.getAndSet(null));
            while (ran) {
                ran = run(next());
            }
        } finally {
            room.release();
        }
    }

    private static boolean run(@Nullable Runnable task) {
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    private @Nullable Runnable next() {
        boolean demoted =
                Thread.currentThread() instanceof FunctionThread thread && thread.isDemoted();
        if (closed || demoted) {
            return null;
        }
        try {
            return tasks.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            return null;
        }
    }

    /// Takes no more tasks; those that run may end.
    @Override
    public void close() {
        closed = true;
        while (tasks.offer(FunctionThreads::endOfWork)) {
            // each wakes a thread that waits
        }
    }

    private static void endOfWork() {
        // The thread that runs it looks whether there is more to do.
    }
}

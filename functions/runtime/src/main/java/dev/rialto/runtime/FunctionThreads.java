package dev.rialto.runtime;

import dev.rialto.hardening.FunctionThread;
import dev.rialto.hardening.Watchdog;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The threads that run functions: platform threads, since the operating system then shares the
/// processors fairly between them, and counts what each uses. A thread waits for more when it has
/// done its task, unless the task was so long that the thread was demoted.
///
/// No app gets more than its share of them, so that others always find some. The thread of a task
/// that is given up, since it does not end, is replaced by another.
final class FunctionThreads implements AutoCloseable {
    /// So many tasks of one app that were given up are replaced; more count against its share.
    static final int REPLACED_OF_APP = 16;

    private static final Duration IDLE = Duration.ofSeconds(20);

    private final Watchdog watchdog;
    private final int most;
    private final int mostOfApp;
    private final Semaphore room;
    private final SynchronousQueue<Runnable> tasks = new SynchronousQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, Share> shares = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// @param most tasks at once
    /// @param mostOfApp of one app
    FunctionThreads(int most, int mostOfApp, Watchdog watchdog) {
        this.most = most;
        this.mostOfApp = mostOfApp;
        this.room = new Semaphore(most);
        this.watchdog = watchdog;
    }

    /// What one app has of the threads.
    static final class Share {
        private final String app;
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger givenUp = new AtomicInteger();

        private Share(String app) {
            this.app = app;
        }

        /// How many tasks of the app were given up and still run.
        int givenUp() {
            return givenUp.get();
        }
    }

    /// A task of an app.
    final class Job implements Runnable {
        private final Share share;
        private final Runnable task;
        private boolean replaced;
        private boolean ended;

        private Job(Share share, Runnable task) {
            this.share = share;
            this.task = task;
        }

        @Override
        public void run() {
            try {
                task.run();
            } finally {
                end();
            }
        }

        private synchronized void end() {
            ended = true;
            if (replaced) {
                share.givenUp.decrementAndGet();
            } else {
                share.running.decrementAndGet();
            }
        }

        /// Lets another thread take the place of the one that runs this.
        synchronized void giveUp() {
            if (ended || replaced || share.givenUp.get() >= REPLACED_OF_APP) {
                return;
            }
            replaced = true;
            share.givenUp.incrementAndGet();
            share.running.decrementAndGet();
            room.release();
        }

        private synchronized boolean isReplaced() {
            return replaced;
        }
    }

    /// The share of an app, to be kept by those who start tasks.
    Share share(String app) {
        return shares.computeIfAbsent(app, Share::new);
    }

    /// @param task must not fail
    Job job(Share share, Runnable task) {
        return new Job(share, task);
    }

    /// Runs a task soon, on a thread that runs nothing else meanwhile.
    ///
    /// @throws RialtoException OVERLOADED when all threads are taken, or all of the app's
    void start(Job job) {
        if (closed) {
            throw new RialtoException(ErrorCode.OVERLOADED, "the server is stopping");
        }
        AtomicInteger running = job.share.running;
        if (running.incrementAndGet() > mostOfApp) {
            running.decrementAndGet();
            throw tooMany("functions of the app \"" + job.share.app + "\"", mostOfApp);
        }
        boolean started = false;
        try {
            started = tasks.offer(job) || startThread(job);
        } finally {
            if (!started) {
                running.decrementAndGet();
            }
        }
        if (!started) {
            throw tooMany("functions", most);
        }
    }

    private boolean startThread(Job job) {
        if (!room.tryAcquire()) {
            return false;
        }
        String name = "function-" + count.incrementAndGet();
        var first = new AtomicReference<@Nullable Runnable>(job);
        boolean started = false;
        try {
            new FunctionThread(watchdog, () -> work(first), name).start();
            started = true;
        } finally {
            if (!started) {
                room.release();
            }
        }
        return true;
    }

    private static RialtoException tooMany(String what, int most) {
        return new RialtoException(
                ErrorCode.OVERLOADED,
                "more than " + most + " " + what + " run at once: try again shortly");
    }

    /// How a thread's turn ended.
    private enum Turn {
        DONE,
        NOTHING_TO_DO,
        REPLACED
    }

    /// Neither a frame nor the thread keeps a task that has ended: it would keep the revision.
    private void work(AtomicReference<@Nullable Runnable> first) {
        Turn last = Turn.NOTHING_TO_DO;
        try {
            last = run(first.getAndSet(null));
            while (last == Turn.DONE) {
                last = run(next());
            }
        } finally {
            if (last != Turn.REPLACED) {
                room.release();
            }
        }
    }

    private static Turn run(@Nullable Runnable task) {
        if (task == null) {
            return Turn.NOTHING_TO_DO;
        }
        task.run();
        return task instanceof Job job && job.isReplaced() ? Turn.REPLACED : Turn.DONE;
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

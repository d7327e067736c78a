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
/// processors fairly between them, and counts what each uses. After its task, a thread waits for
/// the next one, unless the task took so long that the thread was demoted.
///
/// No app gets more than its share of them, so that some remain for others. The thread of a task
/// that is abandoned, because it does not end, is replaced.
final class FunctionThreads implements AutoCloseable {
    /// The number of abandoned tasks of one app whose threads are replaced; more count against its
    /// share.
    static final int REPLACED_OF_APP = 16;

    private static final Duration IDLE = Duration.ofSeconds(20);

    private final Watchdog watchdog;
    private final int max;
    private final int maxOfApp;
    private final Semaphore room;
    private final SynchronousQueue<Runnable> tasks = new SynchronousQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, Share> shares = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// @param max tasks at once
    /// @param maxOfApp of one app
    FunctionThreads(int max, int maxOfApp, Watchdog watchdog) {
        this.max = max;
        this.maxOfApp = maxOfApp;
        this.room = new Semaphore(max);
        this.watchdog = watchdog;
    }

    /// One app's share of the threads.
    static final class Share {
        private final String app;
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger givenUp = new AtomicInteger();

        private Share(String app) {
            this.app = app;
        }

        /// The number of abandoned tasks of the app that still run.
        int givenUp() {
            return givenUp.get();
        }
    }

    /// A task of an app.
    final class Job implements Runnable {
        private final Share share;
        private final Runnable task;
        private final Runnable then;
        private boolean replaced;
        private boolean ended;

        private Job(Share share, Runnable task, Runnable then) {
            this.share = share;
            this.task = task;
            this.then = then;
        }

        @Override
        public void run() {
            try {
                task.run();
            } finally {
                end();
            }
            then.run();
        }

        private synchronized void end() {
            ended = true;
            if (replaced) {
                share.givenUp.decrementAndGet();
            } else {
                share.running.decrementAndGet();
            }
        }

        /// Replaces the thread that runs this by another.
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

    /// The share of an app, to be kept by callers that start tasks.
    Share share(String app) {
        return shares.computeIfAbsent(app, Share::new);
    }

    /// @param task must not fail
    Job job(Share share, Runnable task) {
        return job(share, task, () -> {});
    }

    /// @param task must not fail
    /// @param then runs when the task no longer counts against its share
    Job job(Share share, Runnable task, Runnable then) {
        return new Job(share, task, then);
    }

    /// Runs a task on a thread of its own.
    ///
    /// @throws RialtoException OVERLOADED if all threads are busy, or all of the app's
    void start(Job job) {
        if (closed) {
            throw new RialtoException(ErrorCode.OVERLOADED, "the server is stopping");
        }
        AtomicInteger running = job.share.running;
        if (running.incrementAndGet() > maxOfApp) {
            running.decrementAndGet();
            throw tooMany("functions of the app \"" + job.share.app + "\"", maxOfApp);
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
            throw tooMany("functions", max);
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

    private static RialtoException tooMany(String what, int max) {
        return new RialtoException(
                ErrorCode.OVERLOADED,
                "more than " + max + " " + what + " run at once: try again shortly");
    }

    /// How a thread's turn ended.
    private enum Turn {
        DONE,
        NOTHING_TO_DO,
        REPLACED
    }

    /// Neither a frame nor the thread may keep an ended task, which would keep the revision.
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

    /// Accepts no more tasks; running ones may end.
    @Override
    public void close() {
        closed = true;
        while (tasks.offer(FunctionThreads::endOfWork)) {
            // each wakes a waiting thread
        }
    }

    private static void endOfWork() {
        // The running thread checks for further tasks.
    }
}

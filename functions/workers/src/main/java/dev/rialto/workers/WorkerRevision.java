package dev.rialto.workers;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A revision and the worker that runs it now. A worker that ends is replaced, immediately at
/// first, and with growing delays if several end early.
public final class WorkerRevision implements LoadedRevision {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(15);
    private static final Duration LONG_LIFE = Duration.ofSeconds(30);
    private static final Duration WAIT_FOR_WORKER = Duration.ofSeconds(5);
    private static final Duration WAIT_FOR_CALLS = Duration.ofSeconds(30);

    private final Descriptor descriptor;
    private final Workers workers;
    private final BiConsumer<String, String> log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Worker worker;
    private int calls;
    private boolean closed;

    /// Starts workers and makes them load the revision's project.
    public interface Workers extends AutoCloseable {
        /// @throws RuntimeException when it can't be loaded
        Worker start();

        /// Releases what workers share.
        @Override
        void close();
    }

    /// @param first loads the project
    public WorkerRevision(
            Descriptor descriptor, Worker first, Workers workers, BiConsumer<String, String> log) {
        this.descriptor = descriptor;
        this.worker = first;
        this.workers = workers;
        this.log = log;
        Thread.ofVirtual().name("worker-" + descriptor.name()).start(() -> follow(first));
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public LoadedInterface find(InterfaceDescriptor descriptor) {
        return invocation -> call(descriptor, invocation);
    }

    private Result call(InterfaceDescriptor descriptor, Invocation invocation) {
        Worker current = enter(invocation.within());
        try {
            return current.call(
                    0,
                    descriptor,
                    invocation,
                    () -> "the function took longer than " + Worker.seconds(invocation.within()));
        } finally {
            locked(() -> calls--);
        }
    }

    @Override
    public void close() {
        locked(() -> closed = true);
        lock.lock();
        try {
            long left = WAIT_FOR_CALLS.toNanos();
            while (calls > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        Worker last = worker();
        if (last != null) {
            last.close();
            last.awaitEnd();
        }
        workers.close();
    }

    /// Counts a starting call.
    private Worker enter(Duration within) {
        lock.lock();
        try {
            long left = Math.min(within.toNanos(), WAIT_FOR_WORKER.toNanos());
            while (!closed && (worker == null || !worker.isAlive()) && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (closed) {
                throw new RialtoException(
                        ErrorCode.SCRIPT_FAILED, "this revision accepts no more calls");
            }
            if (worker == null || !worker.isAlive()) {
                throw new RialtoException(
                        ErrorCode.OVERLOADED, "the worker is restarting: try again shortly");
            }
            calls++;
            return worker;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RialtoException(ErrorCode.SCRIPT_FAILED, "the server is stopping");
        } finally {
            lock.unlock();
        }
    }

    /// Replaces each worker that ends.
    private void follow(Worker first) {
        Worker current = first;
        Duration pause = FIRST_PAUSE;
        while (true) {
            long begun = System.nanoTime();
            if (current != null) {
                String why = current.awaitEnd();
                if (isClosed()) {
                    return;
                }
                log.accept("error", why);
            }
            boolean lived = System.nanoTime() - begun > LONG_LIFE.toNanos();
            pause = lived ? FIRST_PAUSE : pause;
            if (!sleep(pause)) {
                return;
            }
            pause = min(pause.multipliedBy(2), MAX_PAUSE);
            current = startAgain();
        }
    }

    private @Nullable Worker startAgain() {
        Worker next;
        try {
            next = workers.start();
        } catch (RuntimeException failure) {
            if (!isClosed()) {
                log.accept("error", "the worker did not restart: " + failure.getMessage());
            }
            return null;
        }
        locked(() -> worker = next);
        if (isClosed()) {
            next.close();
        }
        return next;
    }

    /// @return whether there is still a need for workers
    private boolean sleep(Duration pause) {
        lock.lock();
        try {
            long left = pause.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// The process that runs it now, and its descendants.
    public Optional<ProcessTree> processes() {
        return Optional.ofNullable(worker()).map(Worker::processes);
    }

    private @Nullable Worker worker() {
        lock.lock();
        try {
            return worker;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}

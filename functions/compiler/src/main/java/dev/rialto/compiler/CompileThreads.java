package dev.rialto.compiler;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Runs compilations: few at once, none for longer than it may take.
///
/// A compiler can't be stopped, and there are sources that keep one busy for years. So each
/// compilation has a thread of its own, which is left alone when its time is over; it counts as
/// stuck until it ends, and when too many are stuck no more are begun.
final class CompileThreads {
    private static final Logger LOG = Logger.getLogger(CompileThreads.class.getName());

    /// Compilers descend into expressions; a long chain of them needs more than a usual stack.
    private static final long STACK = 16L << 20;

    private final CompilerSettings.Limits limits;
    private final Semaphore turns;
    private final AtomicInteger stuck = new AtomicInteger();

    CompileThreads(CompilerSettings.Limits limits) {
        this.limits = limits;
        this.turns = new Semaphore(limits.atOnce(), true);
    }

    /// How many compilations were given up and still run.
    int stuck() {
        return stuck.get();
    }

    /// Runs a compilation and waits for it.
    ///
    /// @throws RefusedException when it takes too long
    /// @throws RialtoException when too many run
    <T> T run(Supplier<T> compilation) {
        try {
            if (stuck.get() >= limits.stuck()
                    || !turns.tryAcquire(limits.within().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new RialtoException(
                        ErrorCode.OVERLOADED,
                        "too many compilations are running, "
                                + stuck
                                + " of them stuck: try again later");
            }
            try {
                return await(compilation);
            } finally {
                turns.release();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RialtoException(ErrorCode.OVERLOADED, "the compilation was interrupted");
        }
    }

    private <T> T await(Supplier<T> compilation) throws InterruptedException {
        CompletableFuture<T> result = new CompletableFuture<>();
        // Set by whoever is first: the thread that ends, or the one that waits no longer.
        AtomicBoolean over = new AtomicBoolean();
        Thread thread = new Thread(null, () -> fill(result, compilation, over), "compile", STACK);
        thread.setDaemon(true);
        thread.start();
        try {
            return result.get(limits.within().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException tooLong) {
            leave(thread, over);
            throw new RefusedException(
                    Problem.of(
                            "compiling took longer than "
                                    + limits.within().toMillis()
                                    + " ms and was abandoned: types that are nested or inferred"
                                    + " less deeply compile faster"));
        } catch (ExecutionException failed) {
            throw unwrap(failed);
        } catch (InterruptedException stopped) {
            leave(thread, over);
            throw stopped;
        }
    }

    private <T> void fill(
            CompletableFuture<T> result, Supplier<T> compilation, AtomicBoolean over) {
        try {
            result.complete(compilation.get());
        } catch (Throwable failed) {
            result.completeExceptionally(failed);
        } finally {
            if (!over.compareAndSet(false, true)) {
                stuck.decrementAndGet();
                LOG.log(Level.INFO, "an abandoned compilation has ended");
            }
        }
    }

    // Only a hint that callers come first; nothing relies on it.
    @SuppressWarnings("ThreadPriorityCheck")
    private void leave(Thread thread, AtomicBoolean over) {
        if (over.compareAndSet(false, true)) {
            stuck.incrementAndGet();
            thread.setPriority(Thread.MIN_PRIORITY);
            LOG.log(Level.WARNING, "a compilation takes too long; stuck compilations: {0}", stuck);
        }
    }

    private static RuntimeException unwrap(ExecutionException failed) {
        return switch (failed.getCause()) {
            case RefusedException refused -> refused;
            case RialtoException told -> told;
            case StackOverflowError _ ->
                    new RefusedException(
                            Problem.of("the sources are nested too deeply to be compiled"));
            case null, default ->
                    new RialtoException(ErrorCode.INTERNAL, "the compiler failed", failed);
        };
    }
}

package dev.rialto.runtime;

import dev.rialto.hardening.Budget;
import dev.rialto.hardening.Watchdog;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/// Runs calls that a caller waits for. A call that was stopped and does not end, not even by force,
/// is abandoned: its caller gets an error, its thread is replaced, and the log shows where it
/// hangs.
final class StuckCalls implements Watchdog.Listener {
    private static final Logger LOG = Logger.getLogger(StuckCalls.class.getName());

    private final Map<Budget, Waiting<?>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger givenUp = new AtomicInteger();

    /// The owner of a call.
    interface Owner {
        /// The call was abandoned and still runs. Called once.
        ///
        /// @param stack where it hangs
        void givenUp(List<StackTraceElement> stack);

        /// An abandoned call has finally ended.
        void ended();
    }

    private record Waiting<T>(
            CompletableFuture<T> result, FunctionThreads.Job job, Owner owner, Abandoned lost) {}

    /// Whether a call was abandoned.
    private static final class Abandoned {
        private boolean givenUp;
        private boolean ended;

        /// @return false if it has ended
        synchronized boolean giveUp() {
            givenUp = !ended;
            return givenUp;
        }

        /// @return whether it had been abandoned
        synchronized boolean end() {
            ended = true;
            return givenUp;
        }
    }

    /// Runs a call on a function thread, and waits until it has ended or is abandoned.
    ///
    /// @param work spends the budget
    /// @throws CompletionException of what the call threw
    /// @throws RialtoException OVERLOADED if all threads are busy
    <T> T await(
            FunctionThreads threads,
            FunctionThreads.Share share,
            Budget budget,
            Owner owner,
            Callable<T> work) {
        return start(threads, share, budget, owner, work).join();
    }

    /// Starts a call on a function thread.
    ///
    /// @param work spends the budget
    /// @return completes when the call has ended or is abandoned
    /// @throws RialtoException OVERLOADED when all threads are taken
    <T> CompletableFuture<T> start(
            FunctionThreads threads,
            FunctionThreads.Share share,
            Budget budget,
            Owner owner,
            Callable<T> work) {
        var result = new CompletableFuture<T>();
        var lost = new Abandoned();
        var told = new AtomicReference<Runnable>(() -> {});
        // Whoever is told may start the next call, for which there must be room.
        FunctionThreads.Job job =
                threads.job(
                        share,
                        () -> {
                            told.set(outcome(result, work));
                            waiting.remove(budget);
                            if (lost.end()) {
                                givenUp.decrementAndGet();
                                owner.ended();
                            }
                        },
                        () -> told.get().run());
        waiting.put(budget, new Waiting<>(result, job, owner, lost));
        boolean started = false;
        try {
            threads.start(job);
            started = true;
        } finally {
            if (!started) {
                waiting.remove(budget);
            }
        }
        return result;
    }

    /// Runs the work.
    ///
    /// @return passes on the result
    private static <T> Runnable outcome(CompletableFuture<T> result, Callable<T> work) {
        try {
            T value = work.call();
            return () -> result.complete(value);
        } catch (Throwable failure) {
            return () -> result.completeExceptionally(failure);
        }
    }

    /// The number of calls that have neither ended nor been abandoned.
    int waiting() {
        return waiting.size();
    }

    /// The number of abandoned calls that still run.
    int givenUp() {
        return givenUp.get();
    }

    @Override
    public void onStuck(Budget budget, Thread thread, List<StackTraceElement> stack) {
        LOG.severe(() ->
                thread.getName()
                        + " runs a call that was stopped but does not end:\n  at "
                        + stack.stream()
                                .map(StackTraceElement::toString)
                                .collect(Collectors.joining("\n  at ")));
        Waiting<?> call = waiting.remove(budget);
        if (call != null && call.lost().giveUp()) {
            givenUp.incrementAndGet();
            call.job().giveUp();
            call.owner().givenUp(stack);
            call.result()
                    .completeExceptionally(
                            new RialtoException(
                                    ErrorCode.TIMEOUT,
                                    "the function was stopped, but has not ended yet"));
        }
    }
}

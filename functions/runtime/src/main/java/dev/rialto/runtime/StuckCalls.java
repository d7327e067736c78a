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
import java.util.logging.Logger;
import java.util.stream.Collectors;

/// Calls that somebody waits for. One that was stopped and doesn't end is given up: whoever waits
/// is told so, and the log names where it hangs.
final class StuckCalls implements Watchdog.Listener {
    private static final Logger LOG = Logger.getLogger(StuckCalls.class.getName());

    private final Map<Budget, CompletableFuture<?>> waiting = new ConcurrentHashMap<>();

    /// Runs a call on a thread of functions, and waits until it has ended or is given up.
    ///
    /// @param work spends the budget
    /// @throws CompletionException of what the call threw
    /// @throws RialtoException OVERLOADED when all threads are taken
    <T> T await(FunctionThreads threads, Budget budget, Callable<T> work) {
        var result = new CompletableFuture<T>();
        waiting.put(budget, result);
        try {
            threads.start(() -> {
                try {
                    result.complete(work.call());
                } catch (Throwable failure) {
                    result.completeExceptionally(failure);
                }
            });
            return result.join();
        } finally {
            waiting.remove(budget);
        }
    }

    /// How many calls somebody waits for.
    int waiting() {
        return waiting.size();
    }

    @Override
    public void onStuck(Budget budget, Thread thread, List<StackTraceElement> stack) {
        LOG.severe(() ->
                thread.getName()
                        + " runs a call that was stopped and does not end:\n  at "
                        + stack.stream()
                                .map(StackTraceElement::toString)
                                .collect(Collectors.joining("\n  at ")));
        CompletableFuture<?> result = waiting.remove(budget);
        if (result != null) {
            result.completeExceptionally(
                    new RialtoException(
                            ErrorCode.TIMEOUT, "the function was stopped, and has not ended yet"));
        }
    }
}

package dev.rialto.runtime;

import dev.rialto.hardening.Budget;
import dev.rialto.hardening.Watchdog;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/// Calls that somebody waits for. One that was stopped and doesn't end is given up: whoever waits
/// is told so, and the log names where it hangs.
final class StuckCalls implements Watchdog.Listener {
    private static final Logger LOG = Logger.getLogger(StuckCalls.class.getName());

    private final Map<Budget, CompletableFuture<?>> waiting = new ConcurrentHashMap<>();

    void expect(Budget budget, CompletableFuture<?> result) {
        waiting.put(budget, result);
    }

    void forget(Budget budget) {
        waiting.remove(budget);
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

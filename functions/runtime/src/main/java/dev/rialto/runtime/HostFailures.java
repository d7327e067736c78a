package dev.rialto.runtime;

import dev.rialto.hardening.Budget;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.FunctionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Translates failures between the platform and functions: a function gets the [FunctionException]
/// that a client would see.
final class HostFailures {
    private HostFailures() {}

    /// Calls the platform for a result. It is not interrupted, even if the call is ended.
    static <T extends @Nullable Object> T call(Supplier<T> request) {
        try {
            return Budget.aside(request::get);
        } catch (RialtoException failure) {
            throw new FunctionException(failure.number(), failure.getMessage());
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new AssertionError("a supplier throws no checked exception", impossible);
        }
    }

    /// Calls the platform without a result, in the same way.
    static void run(Runnable request) {
        call(() -> {
            request.run();
            return true;
        });
    }

    /// Writes a value that a function passes to the platform, which may run code of the function.
    static <T> T write(Supplier<T> writer) {
        try {
            return writer.get();
        } catch (RialtoException failure) {
            throw new FunctionException(failure.number(), failure.getMessage());
        }
    }
}

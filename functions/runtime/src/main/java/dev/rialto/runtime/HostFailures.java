package dev.rialto.runtime;

import dev.rialto.hardening.Budget;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.FunctionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Failures on their way between the platform and functions: a function sees the
/// [FunctionException] that a client would be told.
final class HostFailures {
    private HostFailures() {}

    /// Asks the platform for something. It is not interrupted meanwhile, even when the call is
    /// ended.
    static <T extends @Nullable Object> T told(Supplier<T> asked) {
        try {
            return Budget.aside(asked::get);
        } catch (RialtoException failure) {
            throw new FunctionException(failure.number(), failure.getMessage());
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new AssertionError("a supplier throws no checked exception", impossible);
        }
    }

    /// Tells the platform something, in the same way.
    static void telling(Runnable told) {
        told(() -> {
            told.run();
            return true;
        });
    }

    /// Writes what a function gives to the platform, which may run code of the function.
    static <T> T written(Supplier<T> writing) {
        try {
            return writing.get();
        } catch (RialtoException failure) {
            throw new FunctionException(failure.number(), failure.getMessage());
        }
    }
}

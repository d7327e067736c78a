package dev.rialto.sdk;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Calls of other functions of the app. They share the deadline and the caller of the call they are
/// made in.
public interface Functions {
    /// Calls a function and waits for its result.
    ///
    /// @param name an address, `[domain]-[group]-[function]-[interface]`, or the name of a cloud
    ///   function, which may be a webhook
    /// @param input a record, a map, or null for none
    /// @param output what to read the result as: a record, `Map`, `List`, `String`, ...
    /// @throws FunctionException when the function fails or there is none
    <T> T call(String name, @Nullable Object input, Class<T> output);

    /// Runs tasks at the same time, each within a time of its own, and waits for all of them.
    ///
    /// @return how each ended, in the order of the tasks
    <T> List<Attempt<T>> together(Duration within, List<? extends Callable<? extends T>> tasks);

    /// How a task ended.
    sealed interface Attempt<T> {
        record Done<T>(T value) implements Attempt<T> {}

        /// @param reason what it threw
        record Failed<T>(Exception reason) implements Attempt<T> {}

        /// It was stopped at the end of its time.
        record Late<T>() implements Attempt<T> {}

        /// The value, or something else when there is none.
        default T orElse(T other) {
            return switch (this) {
                case Done<T>(T value) -> value;
                case Failed<T> _, Late<T> _ -> other;
            };
        }
    }
}

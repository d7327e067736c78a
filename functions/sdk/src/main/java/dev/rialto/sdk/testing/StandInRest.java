package dev.rialto.sdk.testing;

import dev.rialto.sdk.Rest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The REST API as a test answers it.
public final class StandInRest implements Rest {
    private final Map<String, Function<Map<String, ?>, Map<String, ?>>> answers =
            new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    StandInRest() {}

    /// A request that was made.
    public record Call(String method, String path, Map<String, ?> body) {}

    /// Answers requests of a method and path.
    ///
    /// @param answer is given the body
    /// @return this
    public StandInRest answer(
            String method, String path, Function<Map<String, ?>, Map<String, ?>> answer) {
        answers.put(method + " " + path, answer);
        return this;
    }

    /// The requests that were made, the oldest first.
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    @Override
    public StandInRest asMaster() {
        return this;
    }

    @Override
    public Map<String, @Nullable Object> call(
            String method, String path, Map<String, ? extends @Nullable Object> body) {
        calls.add(new Call(method, path, body));
        var answer = answers.get(method + " " + path);
        if (answer == null) {
            throw new UnsupportedOperationException(
                    "the test has no answer for "
                            + method
                            + " "
                            + path
                            + ": give one with rest().answer(...)");
        }
        return new LinkedHashMap<>(answer.apply(body));
    }
}

package dev.rialto.sdk.testing;

import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Http;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Other servers as a test answers for them. Nothing is sent.
public final class StandInHttp implements Http {
    private static final int FAILED = 141;

    private final Map<String, Function<Request, Response>> answers = new ConcurrentHashMap<>();
    private final Map<String, Function<Request, @Nullable Object>> values =
            new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    StandInHttp() {}

    /// Answers [#send] for a method and URL.
    ///
    /// @return this
    public StandInHttp answer(String method, String url, Function<Request, Response> answer) {
        answers.put(method + " " + url, answer);
        return this;
    }

    /// Answers [#fetch] for a method and URL.
    ///
    /// @param answer gives what the function wants to read: there is no JSON here
    /// @return this
    public StandInHttp answerValue(
            String method, String url, Function<Request, @Nullable Object> answer) {
        values.put(method + " " + url, answer);
        return this;
    }

    /// The requests that were sent, the oldest first.
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public Response send(Request request) {
        return found(answers, request).apply(request);
    }

    @Override
    public <T> T fetch(Request request, Class<T> output) {
        Object value = found(values, request).apply(request);
        if (!output.isInstance(value)) {
            throw new FunctionException(
                    FAILED, "the test answers " + value + ", which is not a " + output.getName());
        }
        return output.cast(value);
    }

    private <A> A found(Map<String, A> known, Request request) {
        requests.add(request);
        A answer = known.get(request.method() + " " + request.url());
        if (answer == null) {
            throw new UnsupportedOperationException(
                    "the test has no answer for "
                            + request.method()
                            + " "
                            + request.url()
                            + ": give one with http().answer(...) or http().answerValue(...)");
        }
        return answer;
    }
}

package dev.rialto.sdk.testing;

import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Functions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Other functions of the app, as far as a test has given them answers.
public final class StandInFunctions implements Functions {
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    /// What stands in for a function.
    public interface Answer {
        @Nullable Object to(@Nullable Object input) throws Exception;
    }

    /// A call that was made.
    public record Call(String name, @Nullable Object input) {}

    StandInFunctions() {}

    /// Lets a function answer.
    ///
    /// @param name an address or the name of a cloud function, as the code calls it
    /// @return this
    public StandInFunctions answer(String name, Answer answer) {
        answers.put(name, answer);
        return this;
    }

    /// What was called, the first one first.
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    @Override
    public <T> T call(String name, @Nullable Object input, Class<T> output) {
        calls.add(new Call(name, input));
        Answer answer = answers.get(name);
        if (answer == null) {
            throw new FunctionException(
                    "Invalid function: \"" + name + "\": the test defined no answer");
        }
        return read(name, answered(answer, input), output);
    }

    private static @Nullable Object answered(Answer answer, @Nullable Object input) {
        try {
            return answer.to(input);
        } catch (FunctionException failure) {
            throw failure;
        } catch (Exception failure) {
            // As the server tells of whatever a function throws.
            throw new FunctionException(String.valueOf(failure.getMessage()));
        }
    }

    // Functions that return nothing answer null, though callers seldom ask for it.
    @SuppressWarnings("NullAway")
    private static <T> T read(String name, @Nullable Object answer, Class<T> output) {
        Object value =
                answer instanceof Record && output == Map.class ? PlainValue.of(answer) : answer;
        if (value != null && !output.isInstance(value)) {
            throw new IllegalArgumentException(
                    "the stand-in for "
                            + name
                            + " returns a "
                            + value.getClass().getSimpleName()
                            + ", the call expects a "
                            + output.getSimpleName());
        }
        return output.cast(value);
    }

    @Override
    public <T> List<Attempt<T>> together(
            Duration within, List<? extends Callable<? extends T>> tasks) {
        long end = System.nanoTime() + within.toNanos();
        List<FutureTask<T>> running = new ArrayList<>();
        for (Callable<? extends T> each : tasks) {
            var task = new FutureTask<T>(each::call);
            Thread.ofVirtual().start(task);
            running.add(task);
        }
        List<Attempt<T>> attempts = new ArrayList<>();
        for (FutureTask<T> each : running) {
            attempts.add(ended(each, end));
        }
        return attempts;
    }

    private static <T> Attempt<T> ended(FutureTask<T> task, long end) {
        try {
            long left = Math.max(0, end - System.nanoTime());
            return new Attempt.Done<>(task.get(left, TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            task.cancel(true);
            return new Attempt.Late<>();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Exception reason) {
                return new Attempt.Failed<>(reason);
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Attempt.Late<>();
        }
    }
}

package dev.rialto.runtime;

import dev.rialto.functions.spi.Host;
import dev.rialto.hardening.Brake;
import dev.rialto.hardening.Budget;
import dev.rialto.hardening.CallStopped;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Functions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Other functions as one call sees them, and its concurrent tasks.
final class HostedFunctions implements Functions {
    private final Host host;
    private final Values values;
    private final Threads threads;
    private final Brake brake;
    private final long allocation;
    private final LongAdder cpu = new LongAdder();
    private final LongAdder allocated = new LongAdder();

    /// Runs the tasks.
    ///
    /// @param owner is notified of abandoned tasks, as of calls
    record Threads(
            FunctionThreads threads,
            FunctionThreads.Share share,
            StuckCalls stuck,
            StuckCalls.Owner owner) {
        private <T> CompletableFuture<T> start(Budget budget, Callable<T> work) {
            return stuck.start(threads, share, budget, owner, work);
        }
    }

    /// @param allocation what each task may allocate, in bytes
    HostedFunctions(Host host, Values values, Threads threads, Brake brake, long allocation) {
        this.host = host;
        this.values = values;
        this.threads = threads;
        this.brake = brake;
        this.allocation = allocation;
    }

    @Override
    @SuppressWarnings("NullAway") // a function that returns nothing is answered with null
    public <T> T call(String name, @Nullable Object input, Class<T> output) {
        requireReadable(output);
        JsonNode given =
                input == null ? Json.object() : HostFailures.write(() -> values.write(input));
        JsonNode answer = HostFailures.call(() -> host.call(name, given));
        try {
            return answer.isNull() ? null : values.read(answer, output);
        } catch (RialtoException mismatch) {
            throw new FunctionException(
                    mismatch.number(),
                    "the result of " + name + " does not fit: " + mismatch.getMessage());
        }
    }

    /// A type that can't be read is a mistake in the calling code, which its own callers must not
    /// see.
    private void requireReadable(Class<?> output) {
        try {
            values.reader(output);
        } catch (RialtoException unreadable) {
            throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
        }
    }

    private record Task<T>(Budget budget, CompletableFuture<T> result) {}

    @Override
    public <T> List<Attempt<T>> together(
            Duration within, List<? extends Callable<? extends T>> tasks) {
        long end = System.nanoTime() + within.toNanos();
        List<Task<T>> started = new ArrayList<>();
        try {
            for (Callable<? extends T> each : tasks) {
                started.add(start(within, each));
            }
            List<Attempt<T>> ended = new ArrayList<>();
            for (Task<T> each : started) {
                ended.add(await(each, end));
            }
            return ended;
        } finally {
            for (Task<T> each : started) {
                if (!each.result().isDone()) {
                    each.budget().stop(CallStopped.Kind.CANCELLED);
                }
            }
        }
    }

    private <T> Task<T> start(Duration within, Callable<? extends T> work) {
        Budget budget = Budget.of(within, allocation);
        try {
            return new Task<>(budget, threads.start(budget, () -> run(budget, work)));
        } catch (RialtoException busy) {
            return new Task<>(budget, CompletableFuture.failedFuture(busy));
        }
    }

    private <T> T run(Budget budget, Callable<? extends T> work) throws Exception {
        try {
            return budget.run(brake, work::call);
        } finally {
            cpu.add(budget.cpuNanos());
            allocated.add(budget.allocatedBytes());
        }
    }

    private static <T> Attempt<T> await(Task<T> task, long end) {
        try {
            long left = Math.max(0, end - System.nanoTime());
            return new Attempt.Done<>(task.result().get(left, TimeUnit.NANOSECONDS));
        } catch (TimeoutException _) {
            return new Attempt.Late<>();
        } catch (ExecutionException failure) {
            return switch (failure.getCause()) {
                case CallStopped _ -> new Attempt.Late<>();
                case Exception known -> new Attempt.Failed<>(known);
                case null, default ->
                        new Attempt.Failed<>(
                                new FunctionException(String.valueOf(failure.getCause())));
            };
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new Attempt.Late<>();
        }
    }

    /// Processor time of the tasks that have ended, in nanoseconds.
    long cpuNanos() {
        return cpu.sum();
    }

    /// What the tasks that have ended allocated, in bytes.
    long allocatedBytes() {
        return allocated.sum();
    }
}

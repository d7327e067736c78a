package dev.rialto.runtime;

import dev.rialto.hardening.Brake;
import dev.rialto.hardening.Budget;
import dev.rialto.hardening.CallStopped;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.spi.Host;
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

/// Other functions, as one call sees them, and its tasks that run beside each other.
final class HostedFunctions implements Functions {
    private final Host host;
    private final Values values;
    private final FunctionThreads threads;
    private final FunctionThreads.Share share;
    private final Brake brake;
    private final long allocation;
    private final LongAdder cpu = new LongAdder();
    private final LongAdder allocated = new LongAdder();

    /// @param allocation what each task may allocate, in bytes
    HostedFunctions(
            Host host,
            Values values,
            FunctionThreads threads,
            FunctionThreads.Share share,
            Brake brake,
            long allocation) {
        this.host = host;
        this.values = values;
        this.threads = threads;
        this.share = share;
        this.brake = brake;
        this.allocation = allocation;
    }

    @Override
    @SuppressWarnings("NullAway") // a function that returns nothing is answered with null
    public <T> T call(String name, @Nullable Object input, Class<T> output) {
        JsonNode given =
                input == null ? Json.object() : HostFailures.written(() -> values.write(input));
        JsonNode answer = HostFailures.told(() -> host.call(name, given));
        try {
            return answer.isNull() ? null : values.read(answer, output);
        } catch (RialtoException mismatch) {
            throw new FunctionException(
                    mismatch.number(),
                    name
                            + " does not answer a "
                            + output.getSimpleName()
                            + ": "
                            + mismatch.getMessage());
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
        var task = new Task<T>(Budget.of(within, allocation), new CompletableFuture<>());
        try {
            threads.start(threads.job(share, () -> run(task, work)));
        } catch (RialtoException busy) {
            task.result().completeExceptionally(busy);
        }
        return task;
    }

    private <T> void run(Task<T> task, Callable<? extends T> work) {
        try {
            task.result().complete(task.budget().run(brake, work::call));
        } catch (Throwable failure) {
            task.result().completeExceptionally(failure);
        } finally {
            cpu.add(task.budget().cpuNanos());
            allocated.add(task.budget().allocatedBytes());
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

package dev.rialto.telemetry;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.OperationObserver;
import dev.rialto.kernel.Contract.Metering;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/// Measures the calls of operations: their number, duration, errors and metered units. Labels are
/// names that the server and, up to a limit, micro apps declare: neither apps, nor classes, nor
/// users, whose number is unlimited.
final class OperationMetrics implements OperationObserver {
    /// Upper bounds of the histogram's buckets.
    private static final Duration[] BOUNDS = {
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private static final int MAX_CONTRIBUTED = 1_000;

    /// The meter of what is beyond the limit.
    private static final String OTHERS = "others";

    private final MeterRegistry registry;
    private final Map<Operation, Meters> meters = new ConcurrentHashMap<>();
    private final Map<String, Counter> contributed = new ConcurrentHashMap<>();
    private final Map<Failure, Counter> errors = new ConcurrentHashMap<>();

    /// The meters of an operation.
    ///
    /// @param units shared with the other operations that count for the same meter
    private record Meters(Timer seconds, Counter units) {}

    private record Failure(Operation operation, String kind, String code) {}

    OperationMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Answer observe(
            Call call, Supplier<Answer> run, Function<Throwable, RialtoException> meaning) {
        Operation operation = call.operation();
        Meters known = known(operation);
        long start = System.nanoTime();
        try {
            Answer answer = run.get();
            if (answer.status() < 400) {
                count(call, known);
            } else {
                count(operation, kind(answer.status()), "answered");
            }
            return answer;
        } catch (RuntimeException | Error failure) {
            ErrorCode code = meaning.apply(failure).code();
            count(operation, code.kind(), code.name());
            throw failure;
        } finally {
            known.seconds().record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        }
    }

    /// Reads first: computeIfAbsent may take a lock even if the key is present.
    private Meters known(Operation operation) {
        Meters known = meters.get(operation);
        return known == null ? meters.computeIfAbsent(operation, this::meters) : known;
    }

    private Meters meters(Operation operation) {
        return new Meters(
                Timer.builder("rialto.operation")
                        .description("Duration of an operation's calls.")
                        .tag("operation", operation.id())
                        .serviceLevelObjectives(BOUNDS)
                        .register(registry),
                units(operation.contract().metering().meter()));
    }

    private void count(Call call, Meters known) {
        Metering metering = call.contract().metering();
        if (metering.meter().equals(call.operation().contract().metering().meter())) {
            known.units().increment(metering.cost());
        } else {
            count(metering);
        }
    }

    /// Meters a call of a function. Micro apps name meters, and there may be any number of micro
    /// apps: beyond a limit, their units are added up.
    void count(Metering metering) {
        Counter known = contributed.get(metering.meter());
        if (known == null) {
            String name = contributed.size() < MAX_CONTRIBUTED ? metering.meter() : OTHERS;
            known = contributed.computeIfAbsent(name, this::units);
        }
        known.increment(metering.cost());
    }

    private Counter units(String meter) {
        return Counter.builder("rialto.metered.units")
                .description("Units that successful calls were metered with.")
                .tag("meter", meter)
                .register(registry);
    }

    private void count(Operation operation, ErrorCode.Kind kind, String code) {
        errors.computeIfAbsent(
                        new Failure(operation, kind.name().toLowerCase(Locale.ROOT), code),
                        failure ->
                                Counter.builder("rialto.operation.errors")
                                        .description("Failed calls of an operation.")
                                        .tag("operation", operation.id())
                                        .tag("kind", failure.kind())
                                        .tag("code", code)
                                        .register(registry))
                .increment();
    }

    /// Operations and functions may also return an error status without throwing.
    private static ErrorCode.Kind kind(int status) {
        return status < 500 ? ErrorCode.Kind.CALLER : ErrorCode.Kind.SERVER;
    }
}

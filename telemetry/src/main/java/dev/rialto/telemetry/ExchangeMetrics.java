package dev.rialto.telemetry;

import dev.rialto.http.Exchange;
import dev.rialto.http.ExchangeObserver;
import dev.rialto.kernel.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Counts HTTP requests, including those that match no operation.
final class ExchangeMetrics implements ExchangeObserver {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final MeterRegistry registry;
    private final Counter received;
    private final Counter sent;
    private final Map<Kind, Counter> requests = new ConcurrentHashMap<>();
    private final Map<ErrorCode, Counter> errors = new ConcurrentHashMap<>();

    /// @param status the first digit
    private record Kind(String method, int status) {
        static Kind of(Exchange exchange) {
            String method = METHODS.contains(exchange.method()) ? exchange.method() : "other";
            return new Kind(method, exchange.status() / 100);
        }
    }

    ExchangeMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.received =
                Counter.builder("rialto.http.received")
                        .description("Bytes of request bodies.")
                        .baseUnit("bytes")
                        .register(registry);
        this.sent =
                Counter.builder("rialto.http.sent")
                        .description("Bytes of response bodies.")
                        .baseUnit("bytes")
                        .register(registry);
    }

    @Override
    public void answered(Exchange exchange) {
        Kind kind = Kind.of(exchange);
        // Read first: computeIfAbsent may take a lock even if the key is present.
        Counter counted = requests.get(kind);
        (counted == null ? requests.computeIfAbsent(kind, this::requests) : counted).increment();
        received.increment((double) exchange.received());
        sent.increment((double) exchange.sent());
        exchange.failure()
                .ifPresent(code -> errors.computeIfAbsent(code, this::errors).increment());
    }

    private Counter requests(Kind kind) {
        return Counter.builder("rialto.http.requests")
                .description("HTTP requests.")
                .tag("method", kind.method())
                .tag("status", kind.status() == 0 ? "none" : kind.status() + "xx")
                .register(registry);
    }

    private Counter errors(ErrorCode code) {
        return Counter.builder("rialto.http.errors")
                .description("HTTP requests that failed, before or during their operation.")
                .tag("kind", code.kind().name().toLowerCase(Locale.ROOT))
                .tag("code", code.name())
                .register(registry);
    }
}

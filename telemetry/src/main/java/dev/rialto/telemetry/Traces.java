package dev.rialto.telemetry;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.OperationObserver;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Span;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Sends traces of operations by OTLP over HTTP. Spans that can't be sent in time are dropped: no
/// request waits for them.
final class Traces implements OperationObserver, AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_VALUE_LENGTH = 2_000;
    private static final AttributeKey<String> OPERATION =
            AttributeKey.stringKey("rialto.operation");
    private static final AttributeKey<String> REQUEST = AttributeKey.stringKey("rialto.request.id");
    private static final AttributeKey<String> METHOD =
            AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");

    private static final TextMapGetter<Call> HEADERS =
            new TextMapGetter<>() {
                @Override
                public @Nullable String get(@Nullable Call call, String key) {
                    return call == null ? null : call.header(key).orElse(null);
                }
            };

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    Traces(TraceSettings settings, String version) {
        var exporter =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(settings.endpoint() + "/v1/traces")
                        .setTimeout(TIMEOUT)
                        .setConnectTimeout(TIMEOUT)
                        .build();
        provider =
                SdkTracerProvider.builder()
                        .setResource(
                                Resource.getDefault()
                                        .merge(
                                                Resource.create(
                                                        Attributes.builder()
                                                                .put("service.name", "rialto")
                                                                .put("service.version", version)
                                                                .build())))
                        .setSampler(
                                Sampler.parentBased(Sampler.traceIdRatioBased(settings.sampling())))
                        .setSpanLimits(
                                SpanLimits.builder()
                                        .setMaxAttributeValueLength(MAX_VALUE_LENGTH)
                                        .build())
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(exporter)
                                        .setScheduleDelay(Duration.ofSeconds(1))
                                        .build())
                        .build();
        tracer = provider.get("dev.rialto", version);
    }

    @Override
    public Answer observe(
            Call call, Supplier<Answer> run, Function<Throwable, RialtoException> meaning) {
        Span current = Span.current();
        if (current instanceof TracedSpan outer && !outer.isRecorded()) {
            return run.get();
        }
        TracedSpan span = begin(call, current);
        try {
            Answer answer = span.run(run);
            span.answered(answer.status());
            return answer;
        } catch (RuntimeException | Error failure) {
            span.failed(meaning.apply(failure));
            throw failure;
        } finally {
            span.end();
        }
    }

    private TracedSpan begin(Call call, Span current) {
        Operation operation = call.operation();
        var builder =
                tracer.spanBuilder(operation.id())
                        .setAttribute(OPERATION, operation.id())
                        .setAttribute(REQUEST, call.requestId());
        if (current instanceof TracedSpan outer) {
            builder.setParent(outer.context());
        } else if (!call.remoteAddress().isEmpty()) {
            builder.setParent(parent(call)).setSpanKind(SpanKind.SERVER);
            if (!operation.has(Operation.Trait.SOCKET)) {
                builder.setAttribute(METHOD, operation.method().name());
                builder.setAttribute(ROUTE, operation.path());
            }
        }
        return new TracedSpan(tracer, builder.startSpan());
    }

    private static Context parent(Call call) {
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), call, HEADERS);
    }

    @Override
    public void close() {
        provider.shutdown().join(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }
}

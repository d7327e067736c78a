package dev.rialto.telemetry;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A span recorded by OpenTelemetry. Its context is passed in [Span#CURRENT] and never bound to
/// threads. Of failures it records the kind, not the message, which may contain input of clients.
final class TracedSpan implements Span {
    private static final int SERVER_ERRORS = 500;

    private final Tracer tracer;
    private final io.opentelemetry.api.trace.Span span;
    private final Context context;

    TracedSpan(Tracer tracer, io.opentelemetry.api.trace.Span span) {
        this.tracer = tracer;
        this.span = span;
        this.context = Context.root().with(span);
    }

    Context context() {
        return context;
    }

    @Override
    public boolean isRecorded() {
        return span.isRecording();
    }

    @Override
    public <T extends @Nullable Object> T part(Part part, Supplier<T> work) {
        if (!isRecorded()) {
            return run(work);
        }
        var builder = tracer.spanBuilder(part.name()).setParent(context).setSpanKind(kind(part));
        part.attributes().forEach(builder::setAttribute);
        var child = new TracedSpan(tracer, builder.startSpan());
        try {
            return child.run(work);
        } catch (RuntimeException | Error failure) {
            child.failed(failure);
            throw failure;
        } finally {
            child.end();
        }
    }

    private static SpanKind kind(Part part) {
        return switch (part.kind()) {
            case INTERNAL -> SpanKind.INTERNAL;
            case CLIENT -> SpanKind.CLIENT;
        };
    }

    @Override
    public void note(String key, long value) {
        span.setAttribute(key, value);
    }

    @Override
    public Optional<String> traceparent() {
        var own = span.getSpanContext();
        return Optional.of(
                "00-"
                        + own.getTraceId()
                        + "-"
                        + own.getSpanId()
                        + "-"
                        + own.getTraceFlags().asHex());
    }

    /// An operation answered.
    void answered(int status) {
        span.setAttribute("http.response.status_code", status);
        if (status >= SERVER_ERRORS) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    /// An operation failed. An invalid request is not an error of the server.
    void failed(RialtoException meaning) {
        span.setAttribute("error.type", meaning.code().name());
        if (meaning.code().kind() == ErrorCode.Kind.SERVER) {
            span.setStatus(StatusCode.ERROR);
        }
        answered(meaning.code().status());
    }

    /// A part of the work failed.
    private void failed(Throwable failure) {
        span.setStatus(StatusCode.ERROR);
        span.setAttribute(
                "error.type",
                failure instanceof RialtoException known
                        ? known.code().name()
                        : failure.getClass().getName());
    }

    void end() {
        span.end();
    }
}

package dev.rialto.server;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Takes traces as OpenTelemetry's collector does, by OTLP over HTTP in protobuf.
final class TraceReceiver implements AutoCloseable {
    private final HttpServer http;
    private final List<Received> spans = new CopyOnWriteArrayList<>();

    /// A span that was received.
    ///
    /// @param parent empty when there is none
    record Received(
            String trace,
            String id,
            String parent,
            String name,
            String kind,
            boolean isError,
            Map<String, String> attributes) {}

    TraceReceiver() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext(
                "/v1/traces",
                exchange -> {
                    try (exchange) {
                        var request =
                                ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
                        request.getResourceSpansList().stream()
                                .flatMap(each -> each.getScopeSpansList().stream())
                                .flatMap(each -> each.getSpansList().stream())
                                .map(TraceReceiver::received)
                                .forEach(spans::add);
                        exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
                        exchange.sendResponseHeaders(200, -1);
                    }
                });
        http.start();
    }

    private static Received received(Span span) {
        return new Received(
                HexFormat.of().formatHex(span.getTraceId().toByteArray()),
                HexFormat.of().formatHex(span.getSpanId().toByteArray()),
                HexFormat.of().formatHex(span.getParentSpanId().toByteArray()),
                span.getName(),
                span.getKind().name().replace("SPAN_KIND_", ""),
                span.getStatus().getCodeValue() == 2,
                span.getAttributesList().stream()
                        .collect(Collectors.toMap(KeyValue::getKey, TraceReceiver::text)));
    }

    private static String text(KeyValue attribute) {
        return attribute.getValue().hasIntValue()
                ? Long.toString(attribute.getValue().getIntValue())
                : attribute.getValue().getStringValue();
    }

    String endpoint() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /// The spans of a trace, once one of them is as wanted: the last to end is sent last.
    List<Received> await(String trace, Predicate<Received> wanted) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end) {
            List<Received> ofTrace = ofTrace(trace);
            if (ofTrace.stream().anyMatch(wanted)) {
                return ofTrace;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("not received; there is " + spans);
    }

    List<Received> ofTrace(String trace) {
        return spans.stream().filter(each -> each.trace().equals(trace)).toList();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}

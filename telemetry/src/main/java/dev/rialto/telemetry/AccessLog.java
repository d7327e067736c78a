package dev.rialto.telemetry;

import dev.rialto.http.Exchange;
import dev.rialto.http.ExchangeObserver;
import dev.rialto.http.Operation;
import dev.rialto.kernel.Json;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// Logs one line per request. The query string is omitted: it contains search terms and secrets.
final class AccessLog implements ExchangeObserver {
    static final String NAME = "dev.rialto.access";

    private static final int MAX_PATH_LENGTH = 500;

    private final Logger log = Logger.getLogger(NAME);

    /// A line with its parts.
    static final class Line extends LogRecord {
        private final transient ObjectNode parts;

        Line(ObjectNode parts, String text) {
            super(Level.INFO, text);
            this.parts = parts;
            setLoggerName(NAME);
        }

        ObjectNode parts() {
            return parts;
        }
    }

    AccessLog() {
        // If it is on, its lines are written whatever the level of the log.
        log.setLevel(Level.INFO);
    }

    @Override
    public void answered(Exchange exchange) {
        ObjectNode parts =
                Json.object()
                        .put("method", plain(exchange.method()))
                        .put("path", plain(exchange.path()))
                        .put("operation", exchange.operation().map(Operation::id).orElse("-"))
                        .put("status", exchange.status())
                        .put("millis", Math.round(exchange.nanos() / 1e3) / 1e3)
                        .put("received", exchange.received())
                        .put("sent", exchange.sent())
                        .put("app", plain(exchange.app().orElse("-")))
                        .put("request", exchange.requestId())
                        .put("client", plain(exchange.client()));
        log.log(new Line(parts, text(parts)));
    }

    private static String text(ObjectNode parts) {
        var line = new StringBuilder();
        parts.properties()
                .forEach(part -> {
                    if (!line.isEmpty()) {
                        line.append(' ');
                    }
                    line.append(part.getKey()).append('=').append(part.getValue().asString());
                });
        return line.toString();
    }

    /// Escapes input of clients so that it can neither end a line nor look like another part of it.
    private static String plain(String text) {
        var plain = new StringBuilder(text.length());
        text.chars()
                .limit(MAX_PATH_LENGTH)
                .map(each -> each > ' ' && each < 127 ? each : '?')
                .forEach(each -> plain.append((char) each));
        return plain.toString();
    }
}

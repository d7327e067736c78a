package dev.rialto.telemetry;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.Span;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import tools.jackson.databind.node.ObjectNode;

/// Formats each log record as one line of JSON, for log collectors.
final class JsonLines extends Formatter {
    @Override
    public String format(LogRecord record) {
        ObjectNode line =
                Json.object()
                        .put("time", record.getInstant().toString())
                        .put("level", LogLevel.of(record.getLevel()))
                        .put("logger", String.valueOf(record.getLoggerName()));
        if (record instanceof AccessLog.Line access) {
            line.setAll(access.parts());
        } else {
            line.put("message", formatMessage(record));
        }
        // The line is written by the thread that logs.
        Span.current().traceparent().ifPresent(each -> line.put("traceparent", each));
        if (record.getThrown() != null) {
            var stack = new StringWriter();
            record.getThrown().printStackTrace(new PrintWriter(stack));
            line.put("stack", stack.toString());
        }
        return Json.write(line) + "\n";
    }
}

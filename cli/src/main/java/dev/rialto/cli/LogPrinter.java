package dev.rialto.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Prints lines of a micro app's log: when, how bad, by which request, what.
final class LogPrinter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final String INDENT = "    ";

    private final PrintWriter out;
    private final ZoneId zone;

    LogPrinter(PrintWriter out, ZoneId zone) {
        this.out = out;
        this.zone = zone;
    }

    /// @param line as the server tells it: `at`, `level`, `requestId`, `message`
    void print(JsonNode line) {
        List<String> message =
                TerminalText.clean(line.path("message").asString("")).lines().toList();
        String request = TerminalText.clean(line.path("requestId").asString(""));
        String level = TerminalText.clean(line.path("level").asString(""));
        out.println(
                time(line.path("at").asString(""))
                        + " "
                        + level.toUpperCase(Locale.ROOT)
                        + " ".repeat(Math.max(1, 6 - level.length()))
                        + (request.isEmpty() ? "" : "[" + request + "] ")
                        + (message.isEmpty() ? "" : message.getFirst()));
        message.stream().skip(1).forEach(each -> out.println(INDENT + each));
    }

    private String time(String iso) {
        try {
            return TIME.format(Instant.parse(iso).atZone(zone));
        } catch (DateTimeParseException _) {
            return TerminalText.clean(iso);
        }
    }
}

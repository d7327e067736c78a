package dev.rialto.functions.spi;

import dev.rialto.kernel.Json;
import dev.rialto.sdk.processor.Declarations;
import tools.jackson.databind.node.ObjectNode;

/// Something that keeps a micro app from being run.
///
/// @param file path in the project, or the class; empty when it is about the whole
/// @param line from 1; 0 when it is not known
/// @param column from 1; 0 when it is not known
/// @param message what is wrong and what would be right
public record Problem(String file, int line, int column, String message) {
    /// A problem of the whole project.
    public static Problem of(String message) {
        return new Problem("", 0, 0, message);
    }

    /// What a stranger wrote, as far as a message shows it: short and on one line.
    public static String shown(String text) {
        return Declarations.shown(text);
    }

    public ObjectNode wire() {
        return Json.object()
                .put("file", file)
                .put("line", line)
                .put("column", column)
                .put("message", message);
    }

    /// As compilers print it: `src/Greeter.java:12:5: message`.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
        }
        if (column > 0) {
            text.append(':').append(column);
        }
        return text.isEmpty() ? message : text.append(": ").append(message).toString();
    }
}

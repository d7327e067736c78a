package dev.rialto.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Shows what keeps a project from being deployed, as compilers do: the place, the message, the
/// line and a caret.
final class ProblemPrinter {
    private static final String INDENT = "    ";
    private static final int TAB = 8;
    private static final int MAX_LINE_LENGTH = 200;

    private final Path folder;
    private final PrintWriter out;

    /// @param folder that the files of problems are in
    ProblemPrinter(Path folder, PrintWriter out) {
        this.folder = folder;
        this.out = out;
    }

    /// @param problems as the server tells them: `file`, `line`, `column`, `message`
    void print(JsonNode problems) {
        problems.forEach(this::printOne);
        out.flush();
    }

    private void printOne(JsonNode problem) {
        String name = TerminalText.clean(problem.path("file").asString(""));
        int line = problem.path("line").asInt(0);
        int column = problem.path("column").asInt(0);
        List<String> message =
                TerminalText.clean(problem.path("message").asString("")).lines().toList();
        Path file = folder.resolve(name).normalize();
        boolean atHand = isInside(file) && Files.isRegularFile(file);
        var place = new StringBuilder(atHand ? file.toString() : name);
        if (line > 0) {
            place.append(':').append(line);
        }
        if (line > 0 && column > 0) {
            place.append(':').append(column);
        }
        String first = message.isEmpty() ? "" : message.getFirst();
        out.println(place.isEmpty() ? first : place + ": " + first);
        if (atHand && line > 0) {
            printLine(file, line, column);
        }
        message.stream().skip(1).forEach(each -> out.println(INDENT + each));
    }

    private boolean isInside(Path file) {
        return file.toAbsolutePath().startsWith(folder.toAbsolutePath().normalize());
    }

    private void printLine(Path file, int number, int column) {
        try (var lines = Files.lines(file)) {
            String line = lines.skip(number - 1L).findFirst().orElse("");
            if (line.isBlank() || line.length() > MAX_LINE_LENGTH) {
                return;
            }
            out.println(INDENT + TerminalText.clean(expanded(line)));
            if (column > 0) {
                out.println(INDENT + " ".repeat(caret(file, line, column)) + "^");
            }
        } catch (IOException | UncheckedIOException _) {
            // The place is told; the line is a convenience.
        }
    }

    /// Where the caret stands, from 0. The Java compiler counts a tab as up to eight columns, the
    /// others as one.
    private static int caret(Path file, String line, int column) {
        int at = column - 1;
        if (file.toString().endsWith(".java")) {
            return Math.min(at, expanded(line).length());
        }
        return expanded(line.substring(0, Math.min(at, line.length()))).length();
    }

    private static String expanded(String line) {
        var text = new StringBuilder();
        for (int at = 0; at < line.length(); at++) {
            char each = line.charAt(at);
            if (each == '\t') {
                text.repeat(' ', TAB - text.length() % TAB);
            } else {
                text.append(each);
            }
        }
        return text.toString();
    }
}

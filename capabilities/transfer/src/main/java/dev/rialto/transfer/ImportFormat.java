package dev.rialto.transfer;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// The form of a file that is imported.
public enum ImportFormat {
    /// One array of objects, or an object whose `results` is one.
    JSON,
    /// One object on each line.
    JSON_LINES,
    /// Comma-separated values; the first line names the fields.
    CSV;

    /// The format that a file's name tells.
    public static Optional<ImportFormat> of(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return switch (ending) {
            case "json" -> Optional.of(JSON);
            case "jsonl", "ndjson", "jsonlines" -> Optional.of(JSON_LINES);
            case "csv" -> Optional.of(CSV);
            default -> Optional.empty();
        };
    }
}

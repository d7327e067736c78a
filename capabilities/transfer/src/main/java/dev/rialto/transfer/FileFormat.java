package dev.rialto.transfer;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// The form of a file that is imported or exported.
public enum FileFormat {
    /// One array of objects; an import also takes an object whose `results` is one.
    JSON,
    /// One object on each line.
    JSON_LINES,
    /// Delimited values; the first line names the fields.
    CSV;

    /// The format that a file's name tells.
    public static Optional<FileFormat> of(Path file) {
        return switch (ending(file)) {
            case "json" -> Optional.of(JSON);
            case "jsonl", "ndjson", "jsonlines" -> Optional.of(JSON_LINES);
            case "csv", "tsv", "tab" -> Optional.of(CSV);
            default -> Optional.empty();
        };
    }

    /// Whether a file's name says that tabs are between its values.
    public static boolean isTabbed(Path file) {
        return ending(file).equals("tsv") || ending(file).equals("tab");
    }

    private static String ending(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.substring(name.lastIndexOf('.') + 1);
    }
}

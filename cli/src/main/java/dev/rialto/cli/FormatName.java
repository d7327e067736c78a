package dev.rialto.cli;

import dev.rialto.kernel.SetupException;
import dev.rialto.transfer.FileFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The formats of files as they are named on the command line.
enum FormatName {
    json(FileFormat.JSON),
    jsonl(FileFormat.JSON_LINES),
    csv(FileFormat.CSV);

    private final FileFormat format;

    FormatName(FileFormat format) {
        this.format = format;
    }

    /// The format that was named, or else the one that the file's name tells.
    static FileFormat choose(@Nullable FormatName named, Path file) {
        if (named != null) {
            return named.format;
        }
        return FileFormat.of(file)
                .orElseThrow(() ->
                        new SetupException(
                                "can't tell the format of "
                                        + file
                                        + " from its name; specify it with --format json, jsonl"
                                        + " or csv"));
    }

    FileFormat format() {
        return format;
    }
}

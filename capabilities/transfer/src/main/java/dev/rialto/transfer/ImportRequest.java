package dev.rialto.transfer;

import dev.rialto.kernel.App;
import java.nio.file.Path;
import java.util.Optional;

/// One file to import into one class.
///
/// @param schema a schema in Parse's form; without it, types are inferred
/// @param rejected where rejected rows are reported
/// @param csv what is told about a CSV file
/// @param again whether a file that was imported before is imported once more
public record ImportRequest(
        App app,
        String className,
        Path file,
        FileFormat format,
        Optional<Path> schema,
        OnConflict onConflict,
        Path rejected,
        CsvOptions csv,
        boolean again) {

    /// A request with what is usual: inferred types, rejected rows in `FILE.rejected.jsonl`.
    public static ImportRequest of(App app, String className, Path file, FileFormat format) {
        return new ImportRequest(
                app,
                className,
                file,
                format,
                Optional.empty(),
                OnConflict.REJECT,
                file.resolveSibling(file.getFileName() + ".rejected.jsonl"),
                CsvOptions.NONE,
                false);
    }
}

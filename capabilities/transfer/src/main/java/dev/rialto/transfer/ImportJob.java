package dev.rialto.transfer;

import dev.rialto.kernel.App;
import java.nio.file.Path;
import java.util.Optional;

/// One import into one class, wherever its rows come from.
///
/// @param schema a schema in Parse's form; without it, the types of new fields are inferred
/// @param rejected where rejected rows are reported
/// @param again whether input that was imported before is imported once more
record ImportJob(
        App app,
        String className,
        RowInput input,
        Optional<Path> schema,
        OnConflict onConflict,
        Path rejected,
        boolean again) {

    static ImportJob of(ImportRequest request) {
        return new ImportJob(
                request.app(),
                request.className(),
                new FileInput(request.file(), request.format(), request.csv()),
                request.schema(),
                request.onConflict(),
                request.rejected(),
                request.again());
    }
}

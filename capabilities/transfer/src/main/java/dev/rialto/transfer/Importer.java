package dev.rialto.transfer;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import dev.rialto.transfer.TransferProgress.Phase;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;

/// Brings the rows of a file into a class. Types are found in a first reading, rows written in a
/// second one, chunk by chunk; each chunk's transaction also notes how far the file is done, so an
/// import that was cut off, even by the machine's failure, goes on with the next chunk when it is
/// asked for again.
public final class Importer {
    private static final int ROWS_BETWEEN_TELLS = 5000;

    private final Database database;
    private final Classes classes;
    private final Ids ids;
    private final InstantSource clock;

    public Importer(Database database, Classes classes, Ids ids, InstantSource clock) {
        this.database = database;
        this.classes = classes;
        this.ids = ids;
        this.clock = clock;
    }

    /// Imports a file. Rows that are no objects of the class are reported, not written.
    ///
    /// @throws RialtoException when the file as a whole can't be imported; what was written before
    ///   stays, and the same request goes on from there
    public ImportReport run(ImportRequest request, TransferProgress progress) throws IOException {
        return run(ImportJob.of(request), progress);
    }

    ImportReport run(ImportJob job, TransferProgress progress) throws IOException {
        classes.requireValid(job.className());
        var store =
                new ImportStore(database, job.app(), job.className(), job.input().fingerprint());
        Optional<ClassSchema> existing = classes.find(job.app(), job.className());
        ImportState state =
                job.again() || existing.isEmpty()
                        ? ImportState.START
                        : store.find()
                                .filter(found -> found.done() || job.input().isOrdered())
                                .orElse(ImportState.START);
        if (state.done()) {
            return report(state, 0, true);
        }
        ClassSchema schema = schema(job, existing, progress);
        if (state.equals(ImportState.START)) {
            store.start();
        }
        try (var source = job.input().open()) {
            var run = new ImportRun(database, store, job, progress, state);
            Layout layout = layout(job, schema);
            var encoder = new RowEncoder(layout, csv(job, source), ids, clock);
            ImportState end = run.write(source, encoder, layout);
            classes.imported(job.app(), job.className());
            analyze(job, schema);
            return report(end, state.read(), false);
        }
    }

    /// Writes what is not objects, all of it or nothing, unless that was done before.
    ///
    /// @param name what it is, unlike any class
    ImportReport once(App app, String name, boolean again, Supplier<ImportReport> work) {
        var store = new ImportStore(database, app, name, "once");
        Optional<ImportState> before = store.find().filter(ImportState::done);
        if (before.isPresent() && !again) {
            return report(before.get(), 0, true);
        }
        return database.inTransaction(() -> {
            store.start();
            ImportReport done = work.get();
            store.advance(
                    ImportState.START,
                    new ImportState(
                            done.read(), done.written(), done.skipped(), done.rejected(), 0, true));
            return done;
        });
    }

    private ClassSchema schema(
            ImportJob job, Optional<ClassSchema> existing, TransferProgress progress)
            throws IOException {
        Map<String, FieldType> fields;
        if (job.schema().isPresent()) {
            fields = SchemaFile.read(job.schema().get());
        } else {
            fields = job.input().isTyped() ? Map.of() : infer(job, existing, progress);
        }
        return classes.ensure(job.app(), job.className(), fields);
    }

    private SequencedMap<String, FieldType> infer(
            ImportJob job, Optional<ClassSchema> existing, TransferProgress progress)
            throws IOException {
        Set<String> known = new HashSet<>();
        existing.ifPresent(schema -> known.addAll(schema.fields().keySet()));
        if (job.className().equals("_User")) {
            // Never fields: the encoder turns one into a hash and refuses the other.
            known.add("password");
            known.add("bcryptPassword");
        }
        try (var source = job.input().open()) {
            var inference = new Inference(csv(job, source), known);
            double size = Math.max(job.input().size(), 1);
            long rows = 0;
            for (Optional<InputRow> row = source.next(); row.isPresent(); row = source.next()) {
                inference.add(row.get());
                if (++rows % ROWS_BETWEEN_TELLS == 0) {
                    progress.at(Phase.INFERRING, source.position() / size, rows, 0);
                }
            }
            return new LinkedHashMap<>(inference.types());
        }
    }

    /// Lets PostgreSQL plan with what is there now, before its own housekeeping comes by.
    private void analyze(ImportJob job, ClassSchema schema) {
        try {
            database.update(Sql.of("ANALYZE " + layout(job, schema).table()));
        } catch (StoreException failure) {
            if (!failure.isTimeout()) {
                throw failure;
            }
        }
    }

    private static ImportReport report(ImportState state, long resumedAfter, boolean alreadyDone) {
        return new ImportReport(
                state.read(),
                state.written(),
                state.skipped(),
                state.rejected(),
                resumedAfter,
                alreadyDone);
    }

    private Layout layout(ImportJob job, ClassSchema schema) {
        return Layout.of(job.app(), schema, field -> classes.isSystemField(job.className(), field));
    }

    private static Optional<CsvOptions> csv(ImportJob job, RowSource source) {
        return source.hasCells() ? Optional.of(job.input().csv()) : Optional.empty();
    }
}

package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import dev.rialto.transfer.TransferProgress.Phase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

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
        classes.requireValid(request.className());
        var store =
                new ImportStore(database, request.app(), request.className(), fingerprint(request));
        Optional<ClassSchema> existing = classes.find(request.app(), request.className());
        ImportState state =
                request.again() || existing.isEmpty()
                        ? ImportState.START
                        : store.find().orElse(ImportState.START);
        if (state.done()) {
            return report(state, 0, true);
        }
        ClassSchema schema = schema(request, existing, progress);
        if (state.equals(ImportState.START)) {
            store.start();
        }
        try (var source = RowSource.open(request)) {
            var run = new ImportRun(database, store, request, progress, state);
            Layout layout = layout(request, schema);
            var encoder = new RowEncoder(layout, csv(request, source), ids, clock);
            ImportState end = run.write(source, encoder, layout);
            analyze(request, schema);
            return report(end, state.read(), false);
        }
    }

    private ClassSchema schema(
            ImportRequest request, Optional<ClassSchema> existing, TransferProgress progress)
            throws IOException {
        Map<String, FieldType> fields;
        if (request.schema().isPresent()) {
            fields = SchemaFile.read(request.schema().get());
        } else {
            fields = infer(request, existing, progress);
        }
        return classes.ensure(request.app(), request.className(), fields);
    }

    private SequencedMap<String, FieldType> infer(
            ImportRequest request, Optional<ClassSchema> existing, TransferProgress progress)
            throws IOException {
        Set<String> known = new HashSet<>();
        existing.ifPresent(schema -> known.addAll(schema.fields().keySet()));
        if (request.className().equals("_User")) {
            // Never fields: the encoder turns one into a hash and refuses the other.
            known.add("password");
            known.add("bcryptPassword");
        }
        try (var source = RowSource.open(request)) {
            var inference = new Inference(csv(request, source), known);
            double size = Math.max(Files.size(request.file()), 1);
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
    private void analyze(ImportRequest request, ClassSchema schema) {
        try {
            database.update(Sql.of("ANALYZE " + layout(request, schema).table()));
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

    private Layout layout(ImportRequest request, ClassSchema schema) {
        return Layout.of(
                request.app(), schema, field -> classes.isSystemField(request.className(), field));
    }

    private static Optional<CsvOptions> csv(ImportRequest request, RowSource source) {
        return source.hasCells() ? Optional.of(request.csv()) : Optional.empty();
    }

    /// Names the content of the file, and how it was said to be read.
    private static String fingerprint(ImportRequest request) throws IOException {
        String content = fingerprint(request.file());
        return request.csv().equals(CsvOptions.NONE)
                ? content
                : content + " " + request.csv().text();
    }

    private static String fingerprint(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                var digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchFileException missing) {
            throw new RialtoException(ErrorCode.NOT_FOUND, "there is no file " + file, missing);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }
}

package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import dev.rialto.store.StoreException;
import dev.rialto.transfer.RejectedRows.Rejected;
import dev.rialto.transfer.TransferProgress.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The second reading of one import: rows to chunks, chunks to the database.
final class ImportRun {
    private static final int CHUNK_ROWS = 5000;
    private static final int CHUNK_BYTES = 4 << 20;

    private final Database database;
    private final ImportStore store;
    private final ImportRequest request;
    private final TransferProgress progress;
    private final RejectedRows report;
    private final double fileSize;
    private ImportState state;

    private final List<EncodedRow> rows = new ArrayList<>();
    private final List<Rejected> unreadable = new ArrayList<>();
    private int bytes;

    ImportRun(
            Database database,
            ImportStore store,
            ImportRequest request,
            TransferProgress progress,
            ImportState state)
            throws IOException {
        this.database = database;
        this.store = store;
        this.request = request;
        this.progress = progress;
        this.state = state;
        this.report = new RejectedRows(request.rejected(), state.rejectedBytes());
        this.fileSize = Math.max(Files.size(request.file()), 1);
    }

    ImportState write(RowSource source, RowEncoder encoder, Layout layout) throws IOException {
        for (long done = 0; done < state.read(); done++) {
            source.next();
        }
        var writer = new ChunkWriter(layout, request.onConflict());
        boolean more = true;
        while (more) {
            Optional<InputRow> row = source.next();
            row.ifPresent(each -> take(each, encoder));
            more = row.isPresent();
            int count = rows.size() + unreadable.size();
            if (!more || count >= CHUNK_ROWS || bytes >= CHUNK_BYTES) {
                commit(writer, !more);
                progress.at(
                        Phase.IMPORTING,
                        source.position() / fileSize,
                        state.read(),
                        state.rejected());
            }
        }
        return state;
    }

    private void take(InputRow row, RowEncoder encoder) {
        switch (row) {
            case InputRow.Readable readable -> {
                try {
                    EncodedRow encoded = encoder.encode(readable);
                    rows.add(encoded);
                    bytes += encoded.size();
                } catch (RialtoException refused) {
                    unreadable.add(
                            new Rejected(
                                    readable.line(),
                                    refused.code().number(),
                                    refused.getMessage(),
                                    readable.fields()));
                }
            }
            case InputRow.Unreadable(long line, String text, RialtoException reason) ->
                    unreadable.add(
                            new Rejected(
                                    line,
                                    reason.code().number(),
                                    reason.getMessage(),
                                    Json.nodes().stringNode(text)));
        }
    }

    private void commit(ChunkWriter writer, boolean last) {
        try {
            state = database.inTransaction(() -> writeChunk(writer, last));
        } catch (StoreException failure) {
            if (failure.isUndefinedObject()) {
                throw new RialtoException(
                        ErrorCode.INVALID_CLASS_NAME,
                        "the class " + request.className() + " was changed during its import",
                        failure);
            }
            throw failure;
        }
        rows.clear();
        unreadable.clear();
        bytes = 0;
    }

    private ImportState writeChunk(ChunkWriter writer, boolean last) {
        ChunkWriter.Outcome outcome =
                database.with(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("SET LOCAL statement_timeout = 0");
                    }
                    return writer.write(connection, rows);
                });
        List<Rejected> rejected = new ArrayList<>(unreadable);
        rejected.addAll(outcome.rejected());
        rejected.sort((a, b) -> Long.compare(a.line(), b.line()));
        try {
            // The report is on the disk before the transaction says how long it is.
            var next =
                    new ImportState(
                            state.read() + rows.size() + unreadable.size(),
                            state.written() + outcome.written(),
                            state.skipped() + outcome.skipped(),
                            state.rejected() + rejected.size(),
                            report.add(rejected),
                            last);
            store.advance(state, next);
            return next;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

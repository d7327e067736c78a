package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import dev.rialto.store.StoreException;
import dev.rialto.transfer.RejectedRows.Rejected;
import dev.rialto.transfer.TransferProgress.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The second reading of one import: rows to chunks, chunks to the database. While one chunk is
/// written, the next is read.
final class ImportRun {
    private final Database database;
    private final ImportStore store;
    private final ImportJob job;
    private final TransferProgress progress;
    private final RejectedRows report;
    private final double size;
    private ImportState state;

    ImportRun(
            Database database,
            ImportStore store,
            ImportJob job,
            TransferProgress progress,
            ImportState state)
            throws IOException {
        this.database = database;
        this.store = store;
        this.job = job;
        this.progress = progress;
        this.state = state;
        this.report =
                new RejectedRows(
                        job.rejected(),
                        RejectedRows.haveSecrets(job.className()),
                        state.rejectedBytes());
        this.size = Math.max(job.input().size(), 1);
    }

    ImportState write(RowSource source, RowEncoder encoder, Layout layout) throws IOException {
        for (long done = 0; done < state.read(); done++) {
            source.next();
        }
        var writer = new ChunkWriter(layout, job.onConflict());
        try (var reader = Executors.newVirtualThreadPerTaskExecutor()) {
            Chunk chunk;
            Future<Chunk> next = reader.submit(() -> Chunk.read(source, encoder));
            do {
                chunk = await(next);
                if (!chunk.last()) {
                    next = reader.submit(() -> Chunk.read(source, encoder));
                }
                commit(writer, chunk);
                progress.at(
                        Phase.IMPORTING, chunk.position() / size, state.read(), state.rejected());
            } while (!chunk.last());
        }
        return state;
    }

    private static Chunk await(Future<Chunk> chunk) throws IOException {
        try {
            return chunk.get();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RialtoException known) {
                throw known;
            }
            throw new IOException(failure.getCause());
        }
    }

    private void commit(ChunkWriter writer, Chunk chunk) {
        try {
            state = database.inTransaction(() -> write(writer, chunk));
        } catch (StoreException failure) {
            if (failure.isUndefinedObject()) {
                throw new RialtoException(
                        ErrorCode.INVALID_CLASS_NAME,
                        "the class " + job.className() + " was changed during its import",
                        failure);
            }
            throw failure;
        }
    }

    private ImportState write(ChunkWriter writer, Chunk chunk) {
        ChunkWriter.Outcome outcome =
                database.with(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("SET LOCAL statement_timeout = 0");
                    }
                    return writer.write(connection, chunk.rows());
                });
        List<Rejected> rejected = new ArrayList<>(chunk.refused());
        rejected.addAll(outcome.rejected());
        rejected.sort((a, b) -> Long.compare(a.line(), b.line()));
        try {
            // The report is on the disk before the transaction says how long it is.
            var next =
                    new ImportState(
                            state.read() + chunk.size(),
                            state.written() + outcome.written(),
                            state.skipped() + outcome.skipped(),
                            state.rejected() + rejected.size(),
                            report.add(rejected),
                            chunk.last());
            store.advance(state, next);
            return next;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package dev.rialto.files;

import static dev.rialto.files.AppSql.in;

import dev.rialto.files.ResumableStore.Leased;
import dev.rialto.files.spi.FileInfo;
import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.files.spi.StorageFullException;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/// What has arrived of resumable uploads: pieces in the storage of files, under names that no
/// client can ask for.
///
/// A piece is registered before its content is stored, and forgotten after the content is deleted:
/// no content is ever without a row, whatever crashes.
final class UploadPieces {
    private static final Logger LOG = Logger.getLogger(UploadPieces.class.getName());

    /// Names of files of clients don't begin with a tilde when they have a directory.
    private static final String DIRECTORY = "~pieces/";

    private static final FileLabel LABEL =
            new FileLabel("application/octet-stream", Json.object(), Json.object());

    /// Whoever stored a piece that does not count yet has given up by then.
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final FileStorage storage;
    private final Database database;
    private final Ids ids;

    UploadPieces(FileStorage storage, Database database, Ids ids) {
        this.storage = storage;
        this.database = database;
        this.ids = ids;
    }

    /// Bytes of an upload that are stored.
    ///
    /// @param length in bytes
    record Piece(String name, long length) {}

    /// Stores a piece, which does not count yet.
    ///
    /// @throws RialtoException UPLOAD_LOCKED if the lease is lost; STORAGE_FULL
    Piece put(Leased leased, InputStream content) {
        App app = leased.app();
        String name = DIRECTORY + leased.key().substring(0, 32) + "/" + ids.hex(8);
        int added =
                database.update(
                        in(app, "INSERT INTO ")
                                .add(
                                        "._file_upload_piece (name, upload) SELECT ?, id_hash FROM ",
                                        name)
                                .addName(app.schema())
                                .add(
                                        "._file_upload WHERE id_hash = ? AND lease = ?"
                                                + " AND state = 'open'",
                                        leased.key(),
                                        leased.lease()));
        if (added == 0) {
            throw ResumableStore.locked();
        }
        boolean stored = false;
        try {
            FileInfo info = storage.put(app, name, content, LABEL);
            stored = true;
            return new Piece(name, info.length());
        } catch (StorageFullException full) {
            throw FileSaver.noRoom(full);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            if (!stored) {
                discard(app, List.of(name));
            }
        }
    }

    /// Lets a piece count.
    void place(App app, Piece piece, long start) {
        database.update(
                in(app, "UPDATE ")
                        .add(
                                "._file_upload_piece SET start = ?, length = ? WHERE name = ?",
                                start,
                                piece.length(),
                                piece.name()));
    }

    /// How many pieces of an upload count.
    int count(App app, String upload) {
        return database.queryFirst(
                        in(app, "SELECT count(*) FROM ")
                                .add(
                                        "._file_upload_piece WHERE upload = ?"
                                                + " AND start IS NOT NULL",
                                        upload),
                        row -> row.getInt(1))
                .orElse(0);
    }

    /// The content of an upload.
    InputStream open(App app, ResumableUpload upload) {
        List<Piece> pieces =
                database.query(
                        in(app, "SELECT name, length FROM ")
                                .add(
                                        "._file_upload_piece WHERE upload = ?"
                                                + " AND start IS NOT NULL ORDER BY start",
                                        upload.key()),
                        row -> new Piece(row.getString(1), row.getLong(2)));
        return new PieceSequence(pieces, name -> storage.open(app, name, 0));
    }

    /// Makes the pieces of an upload those of another one.
    ///
    /// @param start where in that one they begin
    void move(App app, String upload, String to, long start) {
        database.update(
                in(app, "UPDATE ")
                        .add(
                                "._file_upload_piece SET upload = ?, start = start + ?"
                                        + " WHERE upload = ? AND start IS NOT NULL",
                                to,
                                start,
                                upload));
    }

    /// Deletes pieces. What can't be deleted now is deleted by [#tidy].
    void discard(App app, List<String> names) {
        try {
            for (String name : names) {
                storage.delete(app, name);
                database.update(
                        in(app, "DELETE FROM ").add("._file_upload_piece WHERE name = ?", name));
            }
        } catch (IOException | RuntimeException later) {
            LOG.log(Level.WARNING, "pieces of an upload are deleted later", later);
        }
    }

    /// Deletes the pieces of an upload that has ended. Others may still be stored by a request that
    /// does not know it: those are deleted by it or by [#tidy].
    void discardAll(App app, String upload) {
        discard(
                app,
                database.query(
                        in(app, "SELECT name FROM ")
                                .add(
                                        "._file_upload_piece WHERE upload = ?"
                                                + " AND start IS NOT NULL",
                                        upload),
                        row -> row.getString(1)));
    }

    /// Deletes what is left of uploads that have ended, and of requests that were broken off.
    void tidy(App app) {
        discard(
                app,
                database.query(
                        in(app, "SELECT p.name FROM ")
                                .add("._file_upload_piece p JOIN ")
                                .addName(app.schema())
                                .add(
                                        "._file_upload u ON u.id_hash = p.upload"
                                                + " WHERE (p.start IS NOT NULL"
                                                + " AND u.state IN ('saved', 'gone'))"
                                                + " OR (p.start IS NULL"
                                                + " AND coalesce(u.leased_until, u.touched_at)"
                                                + " < now() - ?::interval) LIMIT 10000",
                                        ABANDONED.toSeconds() + " s"),
                        row -> row.getString(1)));
    }
}

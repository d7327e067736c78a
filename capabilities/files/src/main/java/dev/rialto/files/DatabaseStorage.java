package dev.rialto.files;

import static dev.rialto.files.AppSql.in;

import dev.rialto.files.spi.FileInfo;
import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.files.spi.StorageFullException;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Files in the database, in pieces, so that servers need share nothing else.
///
/// Each piece of an upload is committed separately: no connection is held while a client sends. The
/// file appears with the last one, when its row gets its key. What killed uploads leave has none,
/// and is removed by [#tidy].
public final class DatabaseStorage implements FileStorage {
    /// Bytes of a piece. Written into the data: it must not change.
    static final int CHUNK = 256 << 10;

    /// Clients that send more slowly than this for each piece have been cut off before.
    private static final Duration ABANDONED = Duration.ofHours(1);

    private static final String DISK_FULL = "53100";

    private final Database database;
    private final Optional<Path> disk;
    private final long keepFree;
    private final Clock clock;

    /// @param disk where the database is, if that is on this machine
    /// @param keepFree bytes of that disk that files leave free
    public DatabaseStorage(Database database, Optional<Path> disk, long keepFree, Clock clock) {
        this.database = database;
        this.disk = disk;
        this.keepFree = keepFree;
        this.clock = clock;
    }

    /// Whether the database has a file, on a connection of the caller's.
    public static boolean isIn(Connection connection, App app, String name) throws SQLException {
        String query = "SELECT 1 FROM %s._file WHERE key = ?".formatted(Sql.name(app.schema()));
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, FileKey.of(name));
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    @Override
    public FileInfo put(App app, String name, InputStream content, FileLabel label)
            throws IOException {
        return put(
                app,
                FileKey.of(name),
                content,
                label,
                clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    FileInfo put(App app, String key, InputStream content, FileLabel label, Instant createdAt)
            throws IOException {
        var upload = new Upload(app);
        try {
            byte[] next = content.readNBytes(CHUNK);
            while (next.length == CHUNK) {
                requireRoom();
                upload.add(next);
                next = content.readNBytes(CHUNK);
            }
            requireRoom();
            return upload.finish(key, next, label, createdAt);
        } catch (StoreException refused) {
            upload.discard(refused);
            throw explained(refused, key);
        } catch (IOException | RuntimeException failure) {
            upload.discard(failure);
            throw failure;
        }
    }

    private static IOException explained(StoreException refused, String key) {
        if (refused.state().equals(DISK_FULL)) {
            return new StorageFullException("the disk of the database is full", refused);
        }
        if (refused.isUniqueViolation()) {
            return new FileAlreadyExistsException(key);
        }
        throw refused;
    }

    private void requireRoom() throws IOException {
        if (disk.isPresent() && Files.getFileStore(disk.get()).getUsableSpace() <= keepFree) {
            throw new StorageFullException(
                    "the disk of " + disk.get() + " is full up to files.keep-free");
        }
    }

    /// A file that is being written.
    private final class Upload {
        private final App app;
        private final MessageDigest digest = FileKey.sha256();
        private Optional<Long> id = Optional.empty();
        private int number;
        private long length;

        Upload(App app) {
            this.app = app;
        }

        void add(byte[] chunk) throws IOException {
            long file = id.isPresent() ? id.get() : begin();
            digest.update(chunk);
            length += chunk.length;
            int added =
                    database.update(
                            in(app, "WITH upload AS (UPDATE ")
                                    .add(
                                            "._file SET touched_at = now() WHERE id = ?"
                                                    + " RETURNING id) INSERT INTO ",
                                            file)
                                    .addName(app.schema())
                                    .add(
                                            "._file_chunk (file, number, content)"
                                                    + " SELECT id, ?, ? FROM upload",
                                            number++,
                                            chunk));
            if (added == 0) {
                throw new IOException("the upload was given up, as nothing came for too long");
            }
        }

        private long begin() {
            id =
                    database.queryFirst(
                            in(app, "INSERT INTO ").add("._file DEFAULT VALUES RETURNING id"),
                            row -> row.getLong(1));
            return id.orElseThrow();
        }

        /// Writes the last piece and lets the file appear, in one transaction.
        FileInfo finish(String key, byte[] last, FileLabel label, Instant createdAt)
                throws IOException {
            try {
                return database.inTransaction(() -> {
                    try {
                        add(last);
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                    return appear(key, label, createdAt);
                });
            } catch (UncheckedIOException failure) {
                throw failure.getCause();
            }
        }

        private FileInfo appear(String key, FileLabel label, Instant createdAt) {
            var info =
                    new FileInfo(
                            label, length, HexFormat.of().formatHex(digest.digest()), createdAt);
            database.update(
                    in(app, "UPDATE ")
                            .add(
                                    "._file SET key = ?, content_type = ?, metadata = ?, tags = ?,"
                                            + " length = ?, digest = ?, created_at = ?"
                                            + " WHERE id = ?",
                                    key,
                                    label.contentType(),
                                    Json.write(label.metadata()),
                                    Json.write(label.tags()),
                                    length,
                                    info.digest(),
                                    createdAt,
                                    id.orElseThrow()));
            return info;
        }

        /// Removes what was written of a file that did not appear. What can't be removed now is
        /// swept later.
        void discard(Exception failure) {
            if (id.isEmpty()) {
                return;
            }
            try {
                database.update(
                        in(app, "DELETE FROM ")
                                .add("._file WHERE id = ? AND key IS NULL", id.get()));
            } catch (RuntimeException another) {
                failure.addSuppressed(another);
            }
        }
    }

    @Override
    public Optional<FileInfo> stat(App app, String name) {
        return find(app, FileKey.of(name));
    }

    Optional<FileInfo> find(App app, String key) {
        return database.queryFirst(
                in(app, "SELECT content_type, metadata, tags, length, digest, created_at FROM ")
                        .add("._file WHERE key = ?", key),
                row ->
                        new FileInfo(
                                new FileLabel(
                                        row.getString(1),
                                        (ObjectNode) Json.read(row.getString(2)),
                                        (ObjectNode) Json.read(row.getString(3))),
                                row.getLong(4),
                                row.getString(5),
                                row.getTimestamp(6).toInstant()));
    }

    @Override
    public InputStream open(App app, String name, long from) throws IOException {
        record Found(long id, long length) {}
        Found found =
                database.queryFirst(
                                in(app, "SELECT id, length FROM ")
                                        .add("._file WHERE key = ?", FileKey.of(name)),
                                row -> new Found(row.getLong(1), row.getLong(2)))
                        .orElseThrow(() -> new NoSuchFileException(name));
        return new ChunkStream(number -> chunk(app, found.id(), number), found.length(), from);
    }

    private Optional<byte[]> chunk(App app, long file, int number) {
        return database.queryFirst(
                in(app, "SELECT content FROM ")
                        .add("._file_chunk WHERE file = ? AND number = ?", file, number),
                row -> row.getBytes(1));
    }

    @Override
    public boolean delete(App app, String name) {
        return remove(app, FileKey.of(name));
    }

    boolean remove(App app, String key) {
        return database.update(in(app, "DELETE FROM ").add("._file WHERE key = ?", key)) > 0;
    }

    /// The files of an app that was deleted went with its schema.
    @Override
    public void deleteAll(App app) {
        try {
            database.update(in(app, "DELETE FROM ").add("._file"));
        } catch (StoreException refused) {
            if (!refused.isUndefinedObject()) {
                throw refused;
            }
        }
    }

    /// Removes what uploads of killed servers left behind.
    @Override
    public void tidy(App app) {
        database.update(
                in(app, "DELETE FROM ")
                        .add(
                                "._file WHERE key IS NULL AND touched_at < now() - ?::interval",
                                ABANDONED.toSeconds() + " s"));
    }
}

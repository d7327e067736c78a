package dev.rialto.files;

import static dev.rialto.files.AppSql.in;

import dev.rialto.files.spi.FileInfo;
import dev.rialto.files.spi.FileLabel;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.nio.file.FileAlreadyExistsException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What is known of the files of an app beside their content: who may read them, their type and
/// their size, and what they take up together.
///
/// An entry is made before the content is stored, and removed after the content is: no content is
/// ever without one, whatever crashes.
final class FileRegister {
    private static final String COLUMNS =
            "name, owner, acl, url_revision, content_type, metadata, tags, length, digest,"
                    + " created_at";

    private final Database database;

    FileRegister(Database database) {
        this.database = database;
    }

    /// What is registered under a name.
    sealed interface Entry {
        /// Nothing: a file of this name is older than the register, if there is one.
        record None() implements Entry {}

        /// An upload or a deletion that is not complete.
        record Unfinished() implements Entry {}

        record Stored(StoredFile file) implements Entry {}
    }

    /// What the files of an app take up.
    record Usage(long files, long bytes) {}

    /// Takes a name for a file that is about to be stored.
    ///
    /// @throws FileAlreadyExistsException if it is taken
    void begin(App app, String name, FileAccess access) throws FileAlreadyExistsException {
        int added =
                database.update(
                        in(app, "INSERT INTO ")
                                .add(
                                        "._file_entry (name, owner, acl, url_revision)"
                                                + " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                                        name,
                                        access.owner().orElse(null),
                                        access.acl().map(Json::write).orElse(null),
                                        access.urlRevision()));
        if (added == 0) {
            throw new FileAlreadyExistsException(name);
        }
    }

    /// Lets a file appear whose content is stored, if all files together then take up no more than
    /// they may.
    ///
    /// @param quota in bytes
    /// @return whether they do
    boolean complete(App app, String name, FileInfo info, long quota) {
        FileLabel label = info.label();
        return database.update(
                        in(app, "WITH total AS (UPDATE ")
                                .add(
                                        "._file_usage SET files = files + 1, bytes = bytes + ?"
                                                + " WHERE bytes <= ? RETURNING files) UPDATE ",
                                        info.length(),
                                        quota - info.length())
                                .addName(app.schema())
                                .add(
                                        "._file_entry SET state = 'stored', content_type = ?,"
                                                + " metadata = ?, tags = ?, length = ?,"
                                                + " digest = ?, created_at = ?,"
                                                + " checked_at = now() WHERE name = ?"
                                                + " AND EXISTS (SELECT FROM total)",
                                        label.contentType(),
                                        Json.write(label.metadata()),
                                        Json.write(label.tags()),
                                        info.length(),
                                        info.digest(),
                                        info.createdAt(),
                                        name))
                > 0;
    }

    Entry find(App app, String name) {
        return database.queryFirst(
                        in(app, "SELECT state, " + COLUMNS + " FROM ")
                                .add("._file_entry WHERE name = ?", name),
                        row ->
                                row.getString("state").equals("stored")
                                        ? new Entry.Stored(file(row))
                                        : new Entry.Unfinished())
                .orElseGet(Entry.None::new);
    }

    private static StoredFile file(ResultSet row) throws SQLException {
        var label =
                new FileLabel(
                        row.getString("content_type"),
                        object(row.getString("metadata")),
                        object(row.getString("tags")));
        return new StoredFile(
                row.getString("name"),
                new FileInfo(
                        label,
                        row.getLong("length"),
                        row.getString("digest"),
                        row.getTimestamp("created_at").toInstant()),
                new FileAccess(
                        Optional.ofNullable(row.getString("owner")),
                        Optional.ofNullable(row.getString("acl")).map(FileRegister::object),
                        row.getInt("url_revision")));
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) Json.read(json);
    }

    /// Takes the file whose content was not checked for the longest time, so that no other server
    /// checks it now.
    ///
    /// @param age how long ago that must be
    Optional<StoredFile> takeUnchecked(App app, Duration age) {
        return database.queryFirst(
                in(app, "UPDATE ")
                        .add("._file_entry SET checked_at = now() WHERE name = (SELECT name FROM ")
                        .addName(app.schema())
                        .add(
                                "._file_entry WHERE state = 'stored'"
                                        + " AND checked_at < now() - ?::interval"
                                        + " ORDER BY checked_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
                                        + " RETURNING "
                                        + COLUMNS,
                                age.toSeconds() + " s"),
                FileRegister::file);
    }

    void markDamaged(App app, String name, boolean damaged) {
        database.update(
                in(app, "UPDATE ")
                        .add(
                                "._file_entry SET damaged = ? WHERE name = ? AND damaged <> ?",
                                damaged,
                                name,
                                damaged));
    }

    /// The names of files whose content was missing or different when it was checked.
    List<String> damaged(App app, int limit) {
        return database.query(
                in(app, "SELECT name FROM ")
                        .add("._file_entry WHERE damaged ORDER BY name LIMIT ?", limit),
                row -> row.getString(1));
    }

    /// Makes a file unreadable whose content is about to be deleted.
    ///
    /// @return whether a file of this name was stored
    boolean beginDeleting(App app, String name) {
        return database.update(
                        in(app, "WITH entry AS (UPDATE ")
                                .add(
                                        "._file_entry SET state = 'deleting', touched_at = now()"
                                                + " WHERE name = ? AND state = 'stored'"
                                                + " RETURNING length) UPDATE ",
                                        name)
                                .addName(app.schema())
                                .add(
                                        "._file_usage SET files = files - 1,"
                                                + " bytes = bytes - length FROM entry"))
                > 0;
    }

    /// Forgets a file whose content is gone or was never stored.
    void remove(App app, String name) {
        database.update(
                in(app, "DELETE FROM ")
                        .add("._file_entry WHERE name = ? AND state <> 'stored'", name));
    }

    /// The names of what was begun this long ago and is not complete.
    List<String> abandoned(App app, Duration uploads, Duration deletions) {
        return database.query(
                in(app, "SELECT name FROM ")
                        .add(
                                "._file_entry WHERE"
                                        + " (state = 'uploading' AND touched_at < now() - ?::interval)"
                                        + " OR (state = 'deleting' AND touched_at < now() -"
                                        + " ?::interval) ORDER BY touched_at LIMIT 1000",
                                uploads.toSeconds() + " s",
                                deletions.toSeconds() + " s"),
                row -> row.getString(1));
    }

    Usage usage(App app) {
        return database.queryFirst(
                        in(app, "SELECT files, bytes FROM ").add("._file_usage"),
                        row -> new Usage(row.getLong(1), row.getLong(2)))
                .orElseGet(() -> new Usage(0, 0));
    }

    /// Changes who may read and change a file.
    ///
    /// @return whether there is one in the register
    boolean changeAcl(App app, String name, Optional<ObjectNode> acl) {
        return change(app, name, Sql.of("acl = ?", acl.map(Json::write).orElse(null)));
    }

    /// Makes all signed URLs of a file invalid.
    ///
    /// @return whether there is one in the register
    boolean revokeUrls(App app, String name) {
        return change(app, name, Sql.of("url_revision = url_revision + 1"));
    }

    private boolean change(App app, String name, Sql assignment) {
        return database.update(
                        in(app, "UPDATE ")
                                .add("._file_entry SET ")
                                .add(assignment)
                                .add(" WHERE name = ? AND state = 'stored'", name))
                > 0;
    }

    /// Enters a file that is older than the register, unless it was entered meanwhile.
    void adopt(App app, StoredFile file) {
        FileLabel label = file.info().label();
        database.update(
                in(app, "WITH entry AS (INSERT INTO ")
                        .add(
                                "._file_entry (name, state, content_type, metadata, tags, length,"
                                        + " digest, created_at)"
                                        + " VALUES (?, 'stored', ?, ?, ?, ?, ?, ?)"
                                        + " ON CONFLICT DO NOTHING RETURNING length) UPDATE ",
                                file.name(),
                                label.contentType(),
                                Json.write(label.metadata()),
                                Json.write(label.tags()),
                                file.info().length(),
                                file.info().digest(),
                                file.info().createdAt())
                        .addName(app.schema())
                        .add(
                                "._file_usage SET files = files + 1, bytes = bytes + length"
                                        + " FROM entry"));
    }

    /// Does work in one transaction.
    void together(Runnable work) {
        database.inTransaction(() -> {
            work.run();
            return true;
        });
    }

    /// Undoes what a transaction around an upload can't.
    void ifRolledBack(Runnable work) {
        database.afterRollback(work);
    }
}

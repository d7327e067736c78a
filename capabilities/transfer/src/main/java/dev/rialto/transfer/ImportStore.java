package dev.rialto.transfer;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.util.Optional;

/// Remembers how far each file was imported into each class of an app.
final class ImportStore {
    private final Database database;
    private final String table;
    private final String className;
    private final String fingerprint;

    /// @param fingerprint names the content of the file
    ImportStore(Database database, App app, String className, String fingerprint) {
        this.database = database;
        this.table = Sql.name(app.schema()) + ".\"_import\"";
        this.className = className;
        this.fingerprint = fingerprint;
    }

    Optional<ImportState> find() {
        return database.queryFirst(
                Sql.of(
                        "SELECT rows_read, rows_written, rows_skipped, rows_rejected,"
                                + " rejected_bytes, done FROM "
                                + table
                                + " WHERE class_name = ? AND fingerprint = ?",
                        className,
                        fingerprint),
                row ->
                        new ImportState(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getBoolean(6)));
    }

    /// Begins at the start of the file, forgetting an earlier import of it.
    void start() {
        database.inTransaction(() -> {
            database.update(
                    Sql.of(
                            "DELETE FROM " + table + " WHERE class_name = ? AND fingerprint = ?",
                            className,
                            fingerprint));
            return database.update(
                    Sql.of(
                            "INSERT INTO " + table + " (class_name, fingerprint) VALUES (?, ?)",
                            className,
                            fingerprint));
        });
    }

    /// Moves on, in the transaction that writes the rows between the two states.
    ///
    /// @throws RialtoException when somebody else imports the same file
    void advance(ImportState from, ImportState to) {
        int moved =
                database.update(
                        Sql.of(
                                "UPDATE "
                                        + table
                                        + " SET rows_read = ?, rows_written = ?, rows_skipped = ?,"
                                        + " rows_rejected = ?, rejected_bytes = ?, done = ?,"
                                        + " updated_at = now() WHERE class_name = ? AND fingerprint"
                                        + " = ? AND rows_read = ? AND NOT done",
                                to.read(),
                                to.written(),
                                to.skipped(),
                                to.rejected(),
                                to.rejectedBytes(),
                                to.done(),
                                className,
                                fingerprint,
                                from.read()));
        if (moved != 1) {
            throw new RialtoException(
                    ErrorCode.DUPLICATE_REQUEST, "another import of this file is running");
        }
    }
}

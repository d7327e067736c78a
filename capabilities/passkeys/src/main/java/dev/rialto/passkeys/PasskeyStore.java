package dev.rialto.passkeys;

import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The SQL of passkeys.
final class PasskeyStore {
    private final Database database;

    PasskeyStore(Database database) {
        this.database = database;
    }

    /// The passkeys of a user, the oldest first.
    List<Passkey> of(App app, String userId) {
        return database.query(
                select(app).add(" WHERE \"userId\" = ? ORDER BY \"createdAt\", id", userId),
                PasskeyStore::passkey);
    }

    Optional<Passkey> byCredential(App app, byte[] credentialId) {
        return database.queryFirst(
                select(app).add(" WHERE \"credentialId\" = ?", (Object) credentialId),
                PasskeyStore::passkey);
    }

    private static Sql select(App app) {
        return Sql.of(
                        "SELECT id, \"credentialId\", \"userId\", name, credential, counter,"
                                + " verified, \"backupEligible\", \"backedUp\", transports,"
                                + " \"createdAt\", \"usedAt\", \"cloneSeenAt\" FROM ")
                .add(table(app, "_passkey"));
    }

    private static Passkey passkey(ResultSet row) throws SQLException {
        return new Passkey(
                row.getString(1),
                row.getBytes(2),
                row.getString(3),
                row.getString(4),
                row.getBytes(5),
                row.getLong(6),
                row.getBoolean(7),
                new Passkey.Backup(row.getBoolean(8), row.getBoolean(9)),
                List.of((String[]) row.getArray(10).getArray()),
                new Passkey.Times(
                        row.getTimestamp(11).toInstant(),
                        Optional.ofNullable(row.getTimestamp(12)).map(Timestamp::toInstant),
                        Optional.ofNullable(row.getTimestamp(13)).map(Timestamp::toInstant)));
    }

    /// Adds a passkey.
    ///
    /// @return false when there is one with its credential id
    boolean add(App app, Passkey key) {
        return database.update(
                        Sql.of("INSERT INTO ")
                                .add(table(app, "_passkey"))
                                .add(
                                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT"
                                                + " (\"credentialId\") DO NOTHING",
                                        key.id(),
                                        key.credentialId(),
                                        key.userId(),
                                        key.name(),
                                        key.credential(),
                                        key.counter(),
                                        key.verified(),
                                        key.backup().eligible(),
                                        key.backup().done(),
                                        key.transports().toArray(String[]::new),
                                        key.times().createdAt()))
                == 1;
    }

    /// Notes a use. Of two uses with one counter only the first is noted: the other is of a clone.
    ///
    /// @param counter 0 when the authenticator does not count
    /// @return whether it was noted
    boolean use(App app, String id, long counter, boolean verified, boolean backedUp, Instant now) {
        return database.update(
                        Sql.of("UPDATE ")
                                .add(table(app, "_passkey"))
                                .add(
                                        " SET counter = ?, verified = verified OR ?, \"backedUp\" ="
                                                + " ?, \"usedAt\" = ? WHERE id = ? AND (counter < ?"
                                                + " OR (counter = 0 AND ? = 0))",
                                        counter,
                                        verified,
                                        backedUp,
                                        now,
                                        id,
                                        counter,
                                        counter))
                == 1;
    }

    void noteClone(App app, String id, Instant now) {
        database.update(
                Sql.of("UPDATE ")
                        .add(table(app, "_passkey"))
                        .add(" SET \"cloneSeenAt\" = ? WHERE id = ?", now, id));
    }

    /// @return whether the user has such a passkey
    boolean rename(App app, String userId, String id, String name) {
        return database.update(
                        Sql.of("UPDATE ")
                                .add(table(app, "_passkey"))
                                .add(
                                        " SET name = ? WHERE id = ? AND \"userId\" = ?",
                                        name,
                                        id,
                                        userId))
                == 1;
    }

    /// @return whether the user had such a passkey
    boolean delete(App app, String userId, String id) {
        return database.update(
                        Sql.of("DELETE FROM ")
                                .add(table(app, "_passkey"))
                                .add(" WHERE id = ? AND \"userId\" = ?", id, userId))
                == 1;
    }

    /// The handle of a user, which stays the same.
    ///
    /// @param fresh becomes the handle of a user who has none
    byte[] handle(App app, String userId, byte[] fresh) {
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(app, "_passkey_handle"))
                        .add(" VALUES (?, ?) ON CONFLICT (\"userId\") DO NOTHING", userId, fresh));
        return handle(app, userId).orElseThrow();
    }

    Optional<byte[]> handle(App app, String userId) {
        return database.queryFirst(
                Sql.of("SELECT handle FROM ")
                        .add(table(app, "_passkey_handle"))
                        .add(" WHERE \"userId\" = ?", userId),
                row -> row.getBytes(1));
    }

    void forget(App app, String userId) {
        for (String table : List.of("_passkey", "_passkey_handle", "_passkey_challenge")) {
            database.update(
                    Sql.of("DELETE FROM ")
                            .add(table(app, table))
                            .add(" WHERE \"userId\" = ?", userId));
        }
    }

    void forgetAll(App app) {
        for (String table : List.of("_passkey", "_passkey_handle", "_passkey_challenge")) {
            database.update(Sql.of("DELETE FROM ").add(table(app, table)));
        }
    }

    static Sql table(App app, String name) {
        return Sql.empty().addName(app.schema()).add(".").addName(name);
    }
}

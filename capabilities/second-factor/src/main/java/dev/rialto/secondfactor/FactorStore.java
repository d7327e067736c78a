package dev.rialto.secondfactor;

import dev.rialto.kernel.App;
import dev.rialto.kernel.SecretBox;
import dev.rialto.secondfactor.SecondFactorSettings.Kind;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The SQL of second factors. Secrets are sealed.
final class FactorStore {
    private final Database database;
    private final SecretBox secrets;

    FactorStore(Database database, SecretBox secrets) {
        this.database = database;
        this.secrets = secrets;
    }

    /// What a user has.
    ///
    /// @param active empty until something was confirmed
    /// @param version 0 when there is no row
    record Stored(Optional<Active> active, Optional<Pending> pending, Tries tries, long version) {
        static final Stored NOTHING =
                new Stored(Optional.empty(), Optional.empty(), new Tries(0, Optional.empty()), 0);
    }

    /// A factor that log-ins ask for.
    ///
    /// @param secret of the codes, in base 32, or the phone number
    /// @param codes how the secret makes codes
    /// @param lastStep of the last code that was accepted
    /// @param recovery hashes of the codes that are left
    record Active(Kind kind, String secret, Totp codes, long lastStep, List<String> recovery) {
        /// Doesn't show the secret.
        @Override
        public String toString() {
            return kind.text();
        }
    }

    /// What is to be confirmed.
    record Pending(String secret, Instant at) {
        /// Doesn't show the secret.
        @Override
        public String toString() {
            return "pending since " + at;
        }
    }

    /// Wrong codes since the last right one.
    record Tries(int failures, Optional<Instant> lockedUntil) {}

    Stored find(App app, String userId) {
        return read(app, userId, "");
    }

    /// Locks the row of a user until the transaction ends.
    Stored lock(App app, String userId) {
        return read(app, userId, " FOR UPDATE");
    }

    private Stored read(App app, String userId, String locking) {
        return database.queryFirst(
                        Sql.of(
                                        "SELECT kind, secret, algorithm, digits, period,"
                                                + " \"lastStep\", recovery, pending, \"pendingAt\","
                                                + " failures, \"lockedUntil\", version FROM ")
                                .add(table(app))
                                .add(" WHERE \"userId\" = ?" + locking, userId),
                        row -> stored(app, userId, row))
                .orElse(Stored.NOTHING);
    }

    private Stored stored(App app, String userId, ResultSet row) throws SQLException {
        Optional<Active> active = Optional.empty();
        String kind = row.getString(1);
        if (kind != null) {
            active =
                    Optional.of(
                            new Active(
                                    Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                                    open(app, userId, row.getBytes(2)),
                                    new Totp(
                                            Totp.Algorithm.valueOf(row.getString(3)),
                                            row.getInt(4),
                                            Duration.ofSeconds(row.getInt(5))),
                                    row.getLong(6),
                                    List.of((String[]) row.getArray(7).getArray())));
        }
        byte[] pending = row.getBytes(8);
        Optional<Pending> unconfirmed =
                pending == null
                        ? Optional.empty()
                        : Optional.of(
                                new Pending(
                                        open(app, userId, pending),
                                        row.getTimestamp(9).toInstant()));
        var tries =
                new Tries(
                        row.getInt(10),
                        Optional.ofNullable(row.getTimestamp(11)).map(each -> each.toInstant()));
        return new Stored(active, unconfirmed, tries, row.getLong(12));
    }

    /// Puts a factor in the place of what a user had, unless that has changed.
    ///
    /// @param version of what the user had
    /// @return false when it has changed
    boolean activate(App app, String userId, long version, Active factor) {
        ensure(app, userId);
        return database.update(
                        Sql.of("UPDATE ")
                                .add(table(app))
                                .add(
                                        " SET kind = ?, secret = ?, algorithm = ?, digits = ?,"
                                                + " period = ?, \"lastStep\" = ?, recovery = ?,",
                                        factor.kind().text(),
                                        seal(app, userId, factor.secret()),
                                        factor.codes().algorithm().name(),
                                        factor.codes().digits(),
                                        (int) factor.codes().period().toSeconds(),
                                        factor.lastStep(),
                                        factor.recovery().toArray(String[]::new))
                                .add(
                                        " pending = NULL, \"pendingAt\" = NULL, failures = 0,"
                                                + " \"lockedUntil\" = NULL, version = version + 1"
                                                + " WHERE \"userId\" = ? AND version = ?",
                                        userId,
                                        version))
                == 1;
    }

    private void ensure(App app, String userId) {
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(app))
                        .add(" (\"userId\") VALUES (?) ON CONFLICT DO NOTHING", userId));
    }

    /// Keeps what is to be confirmed.
    void suggest(App app, String userId, String secret, Instant now) {
        ensure(app, userId);
        database.update(
                Sql.of("UPDATE ")
                        .add(table(app))
                        .add(
                                " SET pending = ?, \"pendingAt\" = ? WHERE \"userId\" = ?",
                                seal(app, userId, secret),
                                now,
                                userId));
    }

    /// Marks a code as used.
    void accept(App app, String userId, long step) {
        database.update(
                Sql.of("UPDATE ")
                        .add(table(app))
                        .add(
                                " SET \"lastStep\" = ?, failures = 0, \"lockedUntil\" = NULL WHERE"
                                        + " \"userId\" = ?",
                                step,
                                userId));
    }

    /// Removes a recovery code.
    void useRecovery(App app, String userId, String hash) {
        database.update(
                Sql.of("UPDATE ")
                        .add(table(app))
                        .add(
                                " SET recovery = array_remove(recovery, ?), failures = 0,"
                                        + " \"lockedUntil\" = NULL WHERE \"userId\" = ?",
                                hash,
                                userId));
    }

    void count(App app, String userId, Tries tries) {
        database.update(
                Sql.of("UPDATE ")
                        .add(table(app))
                        .add(
                                " SET failures = ?, \"lockedUntil\" = ? WHERE \"userId\" = ?",
                                tries.failures(),
                                tries.lockedUntil().orElse(null),
                                userId));
    }

    /// Removes what a user has, unless it has changed.
    ///
    /// @return false when it has changed
    boolean remove(App app, String userId, long version) {
        return version == 0
                || database.update(
                                Sql.of("DELETE FROM ")
                                        .add(table(app))
                                        .add(
                                                " WHERE \"userId\" = ? AND version = ?",
                                                userId,
                                                version))
                        == 1;
    }

    void forget(App app, String userId) {
        database.update(
                Sql.of("DELETE FROM ").add(table(app)).add(" WHERE \"userId\" = ?", userId));
    }

    void forgetAll(App app) {
        database.update(Sql.of("DELETE FROM ").add(table(app)));
    }

    /// Removes what nobody has confirmed since a time.
    void removePending(App app, Instant before) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(table(app))
                        .add(" WHERE kind IS NULL AND \"pendingAt\" < ?", before));
    }

    private byte[] seal(App app, String userId, String secret) {
        return secrets.seal(secret, purpose(app, userId));
    }

    private String open(App app, String userId, byte[] sealed) {
        return secrets.open(sealed, purpose(app, userId))
                .orElseThrow(() ->
                        new IllegalStateException(
                                "this server can't read the second factor of user "
                                        + userId
                                        + " of app "
                                        + app.id()
                                        + ": give it the server.secret-key of the server that"
                                        + " stored it"));
    }

    private static String purpose(App app, String userId) {
        return "second factor of " + userId + " of " + app.schema();
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add("._second_factor");
    }
}

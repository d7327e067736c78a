package dev.rialto.accounts;

import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import dev.rialto.where.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// The wrong passwords of all nodes, in PostgreSQL. Rows exist only for keys with wrong passwords.
final class Lockouts {
    private static final int MAX_REMOVED_AT_ONCE = 5_000;
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

    private static final Invalidations.Kind FORGOTTEN = new Invalidations.Kind("accounts.lockouts");

    private final Database database;
    private final Invalidations invalidations;

    Lockouts(Database database, Invalidations invalidations) {
        this.database = database;
        this.invalidations = invalidations;
    }

    /// Calls a listener with an account whose wrong passwords were forgotten on any node.
    void listen(Invalidations.Listener listener) {
        invalidations.subscribe(FORGOTTEN, listener);
    }

    /// What is counted under some keys.
    Map<String, Failures> find(App app, List<String> keys) {
        return select(app, keys, "");
    }

    /// Counts a wrong password under each key that is not locked, even if the caller's transaction
    /// rolls back.
    ///
    /// @return what was counted before, by key
    Map<String, Failures> fail(App app, Map<String, Failures.Limit> limits, Instant now) {
        return apart(() ->
                database.inTransaction(() -> {
                    List<String> keys = limits.keySet().stream().sorted().toList();
                    database.update(insertion(app, keys));
                    Map<String, Failures> before = select(app, keys, " ORDER BY key FOR UPDATE");
                    limits.forEach((key, limit) -> {
                        Failures last = before.getOrDefault(key, Failures.NONE);
                        if (!last.isLocked(now)) {
                            database.update(change(app, key, last.failed(now, limit)));
                        }
                    });
                    return before;
                }));
    }

    /// Forgets the wrong passwords under some keys.
    void forget(App app, List<String> keys) {
        database.update(Sql.of("DELETE FROM " + table(app) + " WHERE key = ANY(?)", array(keys)));
    }

    /// Forgets all wrong passwords for an account, from wherever they came.
    ///
    /// @param account what its keys begin with
    void forgetAccount(App app, String account) {
        database.update(
                Sql.of(
                        "DELETE FROM " + table(app) + " WHERE key >= ? AND key < ?",
                        account,
                        account + '~'));
        invalidations.publish(app, FORGOTTEN, account);
    }

    /// Runs an action once the current transaction has committed.
    void afterCommit(Runnable action) {
        database.afterCommit(action);
    }

    /// Removes what has not changed since a time.
    void removeBefore(App app, Instant time) {
        int removed;
        do {
            removed =
                    database.update(
                            Sql.of(
                                    "DELETE FROM "
                                            + table(app)
                                            + " WHERE key = ANY(ARRAY(SELECT key FROM "
                                            + table(app)
                                            + " WHERE \"lockedUntil\" < ? AND since < ? LIMIT "
                                            + MAX_REMOVED_AT_ONCE
                                            + " FOR UPDATE SKIP LOCKED))",
                                    time,
                                    time));
        } while (removed == MAX_REMOVED_AT_ONCE);
    }

    /// The ids of the users that have a name as their username or email, whatever its case.
    List<String> usersNamed(App app, String name) {
        if (name.indexOf('\0') >= 0) {
            return List.of();
        }
        String table = Table.of(app, UserRules.CLASS);
        Sql query =
                Sql.of(
                        "SELECT \"objectId\" FROM "
                                + table
                                + " WHERE lower(username) = lower(?) OR lower(email) = lower(?)"
                                + " ORDER BY 1",
                        name,
                        name);
        return ifThere(table, () -> database.query(query, row -> row.getString(1)))
                .orElse(List.of());
    }

    /// Whether a user has a session from a network.
    boolean isAtHome(App app, String userId, String network) {
        if (network.isEmpty()) {
            return false;
        }
        String table = Table.of(app, Sessions.CLASS);
        Sql query =
                Sql.of(
                        "SELECT 1 FROM "
                                + table
                                + " WHERE \"user\" = ? AND "
                                + Sql.name(Sessions.NETWORK)
                                + " = ? LIMIT 1",
                        userId,
                        network);
        return ifThere(table, () -> database.queryFirst(query, _ -> true).isPresent())
                .orElse(false);
    }

    /// Reads a table, which an app without users does not have.
    private <T> Optional<T> ifThere(String table, Supplier<T> read) {
        if (database.isInTransaction()) {
            // A failed statement would end it.
            boolean there =
                    database.queryFirst(
                                    Sql.of("SELECT to_regclass(?) IS NOT NULL", table),
                                    row -> row.getBoolean(1))
                            .orElse(false);
            return there ? Optional.of(read.get()) : Optional.empty();
        }
        try {
            return Optional.of(database.apart(read));
        } catch (StoreException failure) {
            if (failure.isUndefinedObject()) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    private Map<String, Failures> select(App app, List<String> keys, String more) {
        Map<String, Failures> found = new HashMap<>();
        database.query(
                Sql.of(
                        "SELECT key, wrong, locks, since, \"lockedUntil\" FROM "
                                + table(app)
                                + " WHERE key = ANY(?)"
                                + more,
                        array(keys)),
                row -> Optional.ofNullable(found.put(row.getString(1), failures(row))));
        return found;
    }

    private static Failures failures(ResultSet row) throws SQLException {
        return new Failures(row.getInt(2), row.getInt(3), time(row, 4), time(row, 5));
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static Sql insertion(App app, List<String> keys) {
        return Sql.of(
                "INSERT INTO "
                        + table(app)
                        + " (key, wrong, locks, since, \"lockedUntil\")"
                        + " SELECT key, 0, 0, ?, ? FROM unnest(?) key ORDER BY key"
                        + " ON CONFLICT (key) DO NOTHING",
                Instant.EPOCH,
                Instant.EPOCH,
                array(keys));
    }

    private static Sql change(App app, String key, Failures to) {
        return Sql.of(
                "UPDATE "
                        + table(app)
                        + " SET wrong = ?, locks = ?, since = ?, \"lockedUntil\" = ? WHERE key = ?",
                to.wrong(),
                to.locks(),
                to.since(),
                to.lockedUntil(),
                key);
    }

    /// Runs work in a transaction of its own.
    private <T> T apart(Supplier<T> work) {
        if (!database.isInTransaction()) {
            return database.apart(work);
        }
        try {
            return CompletableFuture.supplyAsync(work, THREADS).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    /// A value that has NUL characters is in no row.
    private static Object array(List<String> values) {
        return values.stream().filter(value -> value.indexOf('\0') < 0).toArray(String[]::new);
    }

    private static String table(App app) {
        return Sql.name(app.schema()) + ".\"_lockout\"";
    }
}

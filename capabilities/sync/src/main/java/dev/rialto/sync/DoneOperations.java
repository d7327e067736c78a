package dev.rialto.sync;

import dev.rialto.kernel.App;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The operations that are done, each remembered in the transaction that did it.
final class DoneOperations {
    private static final Logger LOG = Logger.getLogger(DoneOperations.class.getName());
    private static final String TABLE = "_sync_operation";
    private static final Duration BETWEEN_CLEANINGS = Duration.ofHours(1);

    private final Database database;
    private final InstantSource clock;
    private final Duration remember;
    private final Map<String, Instant> cleanings = new ConcurrentHashMap<>();

    DoneOperations(Database database, InstantSource clock, Duration remember) {
        this.database = database;
        this.clock = clock;
        this.remember = remember;
    }

    /// Names an operation of somebody.
    record Key(App app, String caller, String id) {}

    /// What became of an operation.
    ///
    /// @param fingerprint of what it does
    /// @param version `updatedAt` that it left; empty if it left no object
    record Done(String fingerprint, String result, String objectId, String version) {}

    /// Begins an operation, in the transaction that does it; waits for one with the same key.
    ///
    /// @return empty when it is to be done now, and then [#finish] or [#undo] follows
    Optional<Done> begin(Key key) {
        int added =
                database.update(
                        Sql.of("INSERT INTO ")
                                .add(table(key.app()))
                                .add(
                                        " VALUES (?, ?, '', '', '', '', ?) ON CONFLICT DO NOTHING",
                                        key.caller(),
                                        key.id(),
                                        clock.instant().plus(remember)));
        if (added > 0) {
            return Optional.empty();
        }
        return database.queryFirst(
                Sql.of("SELECT fingerprint, result, object_id, version FROM ")
                        .add(table(key.app()))
                        .add(" WHERE caller = ? AND id = ?", key.caller(), key.id()),
                row ->
                        new Done(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4)));
    }

    void finish(Key key, Done done) {
        database.update(
                Sql.of("UPDATE ")
                        .add(table(key.app()))
                        .add(
                                " SET fingerprint = ?, result = ?, object_id = ?, version = ?"
                                        + " WHERE caller = ? AND id = ?",
                                done.fingerprint(),
                                done.result(),
                                done.objectId(),
                                done.version(),
                                key.caller(),
                                key.id()));
    }

    /// Forgets an operation that wrote nothing.
    void undo(Key key) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(table(key.app()))
                        .add(" WHERE caller = ? AND id = ?", key.caller(), key.id()));
    }

    /// Forgets what is too old to come again, if that was not done lately.
    void cleanNowAndThen(App app) {
        Instant now = clock.instant();
        Instant last = cleanings.getOrDefault(app.schema(), Instant.MIN);
        if (last.isBefore(now.minus(BETWEEN_CLEANINGS))) {
            cleanings.put(app.schema(), now);
            Thread.ofVirtual().name("forget-operations").start(() -> clean(app, now));
        }
    }

    private void clean(App app, Instant now) {
        try {
            database.update(
                    Sql.of("DELETE FROM ").add(table(app)).add(" WHERE expires_at < ?", now));
        } catch (StoreException | RialtoException failure) {
            LOG.log(Level.WARNING, "can't forget old operations of " + app.id(), failure);
        }
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add(".").addName(TABLE);
    }
}

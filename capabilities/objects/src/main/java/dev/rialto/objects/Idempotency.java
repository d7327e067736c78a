package dev.rialto.objects;

import dev.rialto.http.Answer;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.ChangeLog;
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

/// Makes writes idempotent: a request with an id (`X-Parse-Request-Id`) is recorded in the
/// transaction of its write, so that a client that lost the response may repeat it.
public final class Idempotency implements OperationStep {
    private static final Logger LOG = Logger.getLogger(Idempotency.class.getName());
    private static final Duration BETWEEN_CLEANINGS = Duration.ofMinutes(5);
    private static final String HEADER = "X-Parse-Request-Id";
    private static final int MAX_ID_LENGTH = 200;

    private final Database database;
    private final InstantSource clock;
    private final Duration ttl;
    private final Map<String, Instant> cleanings = new ConcurrentHashMap<>();

    public Idempotency(Database database, InstantSource clock, Duration ttl) {
        this.database = database;
        this.clock = clock;
        this.ttl = ttl;
    }

    @Override
    public Handler around(Operation operation, Handler next) {
        return operation.recordsRequestIds() ? remembering(operation, next) : next;
    }

    private Handler remembering(Operation operation, Handler next) {
        return call -> {
            Optional<String> id = call.header(HEADER).filter(given -> !given.isEmpty());
            if (id.isEmpty() || operation.isRepeatable(call)) {
                return next.handle(call);
            }
            Runnable remember = () -> remember(call.app(), id.get());
            return switch (operation.requestIds()) {
                case IGNORED -> next.handle(call);
                case REMEMBERED_FIRST -> {
                    database.<Boolean>inTransaction(() -> {
                        remember.run();
                        return true;
                    });
                    yield next.handle(call);
                }
                case REMEMBERED_WHEN_WRITING -> {
                    requireNew(call.app(), id.get());
                    yield database.<Answer>beginningWith(remember, () -> next.handle(call));
                }
                case REMEMBERED_IN_TRANSACTION ->
                        database.<Answer>inTransaction(() -> {
                            remember.run();
                            return next.handle(call);
                        });
            };
        };
    }

    /// Rejects a repeated request before its preparation, which may call functions. One that is
    /// still running is detected when it is recorded.
    private void requireNew(App app, String id) {
        boolean known =
                database.queryFirst(
                                Sql.of(
                                        "SELECT 1 FROM "
                                                + table(app)
                                                + " WHERE request_id = ? AND expires_at >= ?",
                                        id,
                                        clock.instant()),
                                _ -> true)
                        .isPresent();
        if (known) {
            throw duplicate();
        }
    }

    private static String table(App app) {
        return Sql.name(app.schema()) + ".\"_idempotency\"";
    }

    private static RialtoException duplicate() {
        return new RialtoException(ErrorCode.DUPLICATE_REQUEST, "Duplicate request");
    }

    private void remember(App app, String id) {
        if (id.length() > MAX_ID_LENGTH) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE,
                    HEADER + " must not be longer than " + MAX_ID_LENGTH + " characters");
        }
        Instant now = clock.instant();
        // The lock rejects a request immediately while another with its id runs, instead of
        // waiting.
        int added =
                database.update(
                        Sql.of(
                                "INSERT INTO "
                                        + table(app)
                                        + " AS t (request_id, expires_at)"
                                        + " SELECT ?::text, ?::timestamptz WHERE"
                                        + " pg_try_advisory_xact_lock(hashtextextended(?, 0))"
                                        + " ON CONFLICT (request_id) DO UPDATE"
                                        + " SET expires_at = excluded.expires_at"
                                        + " WHERE t.expires_at < ?",
                                id,
                                now.plus(ttl),
                                "rialto.request." + app.schema() + "." + id,
                                now));
        if (added == 0) {
            throw duplicate();
        }
        ChangeLog.nameRequest(database, id);
        database.afterCommit(() -> cleanNowAndThen(app, now));
    }

    private void cleanNowAndThen(App app, Instant now) {
        Instant last = cleanings.getOrDefault(app.schema(), Instant.MIN);
        if (last.isBefore(now.minus(BETWEEN_CLEANINGS))) {
            cleanings.put(app.schema(), now);
            Thread.ofVirtual().name("forget-requests").start(() -> clean(app));
        }
    }

    private void clean(App app) {
        try {
            forgetExpired(app);
        } catch (StoreException | RialtoException failure) {
            LOG.log(Level.WARNING, "can't forget old requests of " + app.id(), failure);
        }
    }

    /// Deletes recorded requests of an app that have expired.
    private void forgetExpired(App app) {
        database.update(
                Sql.of("DELETE FROM " + table(app) + " WHERE expires_at < ?", clock.instant()));
    }
}

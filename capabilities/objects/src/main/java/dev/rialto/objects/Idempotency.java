package dev.rialto.objects;

import dev.rialto.http.Operation.Handler;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Writes that happen once: a request that names itself (`X-Parse-Request-Id`) is remembered in the
/// transaction of its write, so that a client which lost the answer may send it again.
public final class Idempotency {
    private static final String HEADER = "X-Parse-Request-Id";
    private static final int LONGEST_ID = 200;

    private final Database database;
    private final InstantSource clock;
    private final Duration ttl;

    public Idempotency(Database database, InstantSource clock, Duration ttl) {
        this.database = database;
        this.clock = clock;
        this.ttl = ttl;
    }

    /// A handler that does what the given one does, once for each request id.
    public Handler once(Handler handler) {
        return call -> {
            Optional<String> id = call.header(HEADER).filter(given -> !given.isEmpty());
            if (id.isEmpty()) {
                return handler.handle(call);
            }
            return database.inTransaction(() -> {
                remember(call.app(), id.get());
                return handler.handle(call);
            });
        };
    }

    private void remember(App app, String id) {
        if (id.length() > LONGEST_ID) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE,
                    HEADER + " must not be longer than " + LONGEST_ID + " characters");
        }
        Instant now = clock.instant();
        String table = Sql.name(app.schema()) + ".\"_idempotency\"";
        // The conflict waits for a running request of the same id, so that just one of them writes.
        int added =
                database.update(
                        Sql.of(
                                "INSERT INTO "
                                        + table
                                        + " AS t (request_id, expires_at)"
                                        + " VALUES (?, ?) ON CONFLICT (request_id) DO UPDATE"
                                        + " SET expires_at = excluded.expires_at"
                                        + " WHERE t.expires_at < ?",
                                id,
                                now.plus(ttl),
                                now));
        if (added == 0) {
            throw new RialtoException(ErrorCode.DUPLICATE_REQUEST, "Duplicate request");
        }
    }

    /// Forgets the requests of an app that may not come again.
    public void forgetExpired(App app) {
        database.update(
                Sql.of(
                        "DELETE FROM "
                                + Sql.name(app.schema())
                                + ".\"_idempotency\""
                                + " WHERE expires_at < ?",
                        clock.instant()));
    }
}

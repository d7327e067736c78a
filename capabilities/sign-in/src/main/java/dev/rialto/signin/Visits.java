package dev.rialto.signin;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.SecretBox;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Visits to providers that are under way, and their results until the app takes them. They are
/// found by a secret of which the database has a hash, their content is sealed, and each is taken
/// once, on whichever node.
final class Visits {
    /// What may be open at a time from one network.
    private static final int MAX_FROM_ONE_NETWORK = 1_000;

    private final Database database;
    private final SecretBox box;
    private final InstantSource clock;

    Visits(Database database, SecretBox box, InstantSource clock) {
        this.database = database;
        this.box = box;
        this.clock = clock;
    }

    /// Which part of a visit: one can't be taken for the other.
    enum Kind {
        STATE(Duration.ofMinutes(10)),
        RESULT(Duration.ofMinutes(5));

        private final Duration lasts;

        Kind(Duration lasts) {
            this.lasts = lasts;
        }
    }

    /// Keeps something until it is taken.
    ///
    /// @param client the network that it was begun from
    /// @throws RialtoException REQUEST_LIMIT_EXCEEDED when too much is kept for that network
    void keep(App app, Kind kind, String secret, ObjectNode content, String client) {
        keep(app, kind, secret, new Taken(content, clock.instant().plus(kind.lasts)), client);
    }

    /// Keeps something for the rest of its time.
    void putBack(App app, Kind kind, String secret, Taken taken, String client) {
        keep(app, kind, secret, taken, client);
    }

    private void keep(App app, Kind kind, String secret, Taken kept, String client) {
        var now = clock.instant();
        int rows =
                database.update(
                        Sql.of("INSERT INTO ")
                                .add(table(app))
                                .add(
                                        " SELECT ?, ?, ?, ?",
                                        id(kind, secret),
                                        box.seal(Json.write(kept.content()), purpose(app, kind)),
                                        client,
                                        kept.until())
                                .add(" WHERE (SELECT count(*) FROM ")
                                .add(table(app))
                                .add(
                                        " WHERE client = ? AND \"expiresAt\" > ?) < "
                                                + MAX_FROM_ONE_NETWORK,
                                        client,
                                        now));
        if (rows == 0) {
            throw new RialtoException(
                    ErrorCode.REQUEST_LIMIT_EXCEEDED,
                    "too many sign-ins have been begun from this address; try again later");
        }
    }

    /// What was kept, and until when.
    record Taken(ObjectNode content, Instant until) {
        /// Does not show the content.
        @Override
        public String toString() {
            return "kept until " + until;
        }
    }

    private record Row(byte[] sealed, Instant until) {}

    /// Takes what was kept; of several who try, one gets it.
    Optional<Taken> take(App app, Kind kind, String secret) {
        return database.queryFirst(
                        Sql.of("DELETE FROM ")
                                .add(table(app))
                                .add(
                                        " WHERE id = ? AND \"expiresAt\" > ? RETURNING sealed, \"expiresAt\"",
                                        id(kind, secret),
                                        clock.instant()),
                        row -> new Row(row.getBytes(1), row.getTimestamp(2).toInstant()))
                .flatMap(row ->
                        box.open(row.sealed(), purpose(app, kind))
                                .map(text -> new Taken((ObjectNode) Json.read(text), row.until())));
    }

    /// Removes what was never taken.
    void tidy(App app) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(table(app))
                        .add(" WHERE \"expiresAt\" <= ?", clock.instant()));
    }

    private static byte[] id(Kind kind, String secret) {
        return Secrets.hash(kind + " " + secret);
    }

    private static String purpose(App app, Kind kind) {
        return "sign-in " + kind + " of " + app.schema();
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add("._sign_in");
    }
}

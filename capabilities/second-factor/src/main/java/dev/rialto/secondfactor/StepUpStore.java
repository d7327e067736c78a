package dev.rialto.secondfactor;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.secondfactor.spi.StepUps;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Tokens of users who have proven again who they are. Each holds for one session and some minutes.
final class StepUpStore {
    private static final String PREFIX = "step:";
    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final int RANDOM_BYTES = 32;

    private final Database database;
    private final InstantSource clock;
    private final Ids ids = new Ids();

    StepUpStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// Makes a token for the session of a call.
    StepUps.Proof open(Call call) {
        if (!(call.caller() instanceof Caller.User user)) {
            throw new RialtoException(ErrorCode.SESSION_MISSING, "log in first");
        }
        var proof =
                new StepUps.Proof(PREFIX + ids.hex(RANDOM_BYTES), clock.instant().plus(LIFETIME));
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(call.app()))
                        .add(
                                " VALUES (?, ?, ?)",
                                Hashes.sha256(proof.token()),
                                session(user),
                                proof.expiresAt()));
        return proof;
    }

    /// Whether a proof has the form of a token.
    static boolean isToken(String proof) {
        return proof.startsWith(PREFIX);
    }

    boolean accepts(App app, Caller.User user, String token) {
        return database.queryFirst(
                        Sql.of("SELECT true FROM ")
                                .add(table(app))
                                .add(
                                        " WHERE token = ? AND session = ? AND \"expiresAt\" > ?",
                                        Hashes.sha256(token),
                                        session(user),
                                        clock.instant()),
                        row -> row.getBoolean(1))
                .orElse(false);
    }

    void removeExpired(App app, Instant now) {
        database.update(
                Sql.of("DELETE FROM ").add(table(app)).add(" WHERE \"expiresAt\" < ?", now));
    }

    private static String session(Caller.User user) {
        return Hashes.sha256(user.id() + " " + user.sessionToken());
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add("._step_up");
    }
}

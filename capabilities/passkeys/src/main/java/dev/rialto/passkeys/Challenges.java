package dev.rialto.passkeys;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ClientNetwork;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/// Challenges that authenticators sign. Each is for one purpose, lives for some minutes and is used
/// once, on whatever node.
final class Challenges {
    static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final int BYTES = 32;
    private static final int MAX_REMOVED = 100;

    /// Whole companies may be behind one address.
    private static final int MAX_OPEN = 1_000;

    private final Database database;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Challenges(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// What a challenge is for.
    enum Purpose {
        REGISTRATION,
        SIGN_IN,
        STEP_UP;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Makes a challenge for a user.
    byte[] open(App app, Purpose purpose, String userId) {
        return open(app, purpose, Optional.of(userId), userId);
    }

    /// Makes a challenge for whoever can answer it.
    ///
    /// @param address of the client
    byte[] openForAnybody(App app, Purpose purpose, String address) {
        return open(app, purpose, Optional.empty(), ClientNetwork.of(address));
    }

    /// Removes some that are over, so that they don't pile up.
    ///
    /// @param asker the user or the network, of whom only so many wait for an answer
    /// @throws RialtoException REQUEST_LIMIT_EXCEEDED
    private byte[] open(App app, Purpose purpose, Optional<String> userId, String asker) {
        byte[] challenge = new byte[BYTES];
        random.nextBytes(challenge);
        Instant now = clock.instant();
        removeExpired(app, now);
        int added =
                database.update(
                        Sql.of("INSERT INTO ")
                                .add(table(app))
                                .add(
                                        " SELECT ?, ?, ?, ?, ?",
                                        challenge,
                                        purpose.text(),
                                        userId.orElse(null),
                                        asker,
                                        now.plus(LIFETIME))
                                .add(" WHERE (SELECT count(*) FROM ")
                                .add(table(app))
                                .add(" WHERE asker = ? AND \"expiresAt\" > ?)", asker, now)
                                .add(" < " + MAX_OPEN));
        if (added == 0) {
            throw new RialtoException(
                    ErrorCode.REQUEST_LIMIT_EXCEEDED,
                    "too many passkeys have been asked for and not shown; try again later");
        }
        return challenge;
    }

    /// Uses up a challenge.
    ///
    /// @return whether it could be used
    boolean use(App app, Purpose purpose, Optional<String> userId, byte[] challenge) {
        return database.update(
                        Sql.of("DELETE FROM ")
                                .add(table(app))
                                .add(
                                        " WHERE challenge = ? AND purpose = ? AND \"userId\" IS NOT"
                                                + " DISTINCT FROM ? AND \"expiresAt\" > ?",
                                        challenge,
                                        purpose.text(),
                                        userId.orElse(null),
                                        clock.instant()))
                == 1;
    }

    void removeExpired(App app, Instant now) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(table(app))
                        .add(" WHERE challenge = ANY(ARRAY(SELECT challenge FROM ")
                        .add(table(app))
                        .add(
                                " WHERE \"expiresAt\" < ? LIMIT "
                                        + MAX_REMOVED
                                        + " FOR UPDATE SKIP LOCKED))",
                                now));
    }

    private static Sql table(App app) {
        return PasskeyStore.table(app, "_passkey_challenge");
    }
}

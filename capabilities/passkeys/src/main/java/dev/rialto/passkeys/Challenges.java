package dev.rialto.passkeys;

import dev.rialto.kernel.App;
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

    /// Makes a challenge, and removes some that are over, so that they don't pile up.
    ///
    /// @param userId who must answer, if that is known
    byte[] open(App app, Purpose purpose, Optional<String> userId) {
        byte[] challenge = new byte[BYTES];
        random.nextBytes(challenge);
        Instant now = clock.instant();
        removeExpired(app, now);
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(app))
                        .add(
                                " VALUES (?, ?, ?, ?)",
                                challenge,
                                purpose.text(),
                                userId.orElse(null),
                                now.plus(LIFETIME)));
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

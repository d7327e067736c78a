package dev.rialto.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.SecretBox;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Optional;

/// The keys that sign the session tokens of apps: ECDSA on P-256, sealed in the app's schema, a new
/// one each month.
final class SessionKeys {
    private static final Duration USED_FOR = Duration.ofDays(30);
    private static final Duration KEPT_FOR = USED_FOR.plus(SessionTokens.TRUSTED_FOR).plusDays(1);
    private static final Duration CACHED_FOR = Duration.ofMinutes(1);
    private static final int MAX_CACHED = 10_000;

    private final Database database;
    private final SecretBox secrets;
    private final InstantSource clock;
    private final Ids ids = new Ids();
    private final Cache<String, Signing> signing =
            Caffeine.newBuilder().maximumSize(MAX_CACHED).expireAfterWrite(CACHED_FOR).build();
    private final Cache<Kept, ECKey> opened =
            Caffeine.newBuilder().maximumSize(MAX_CACHED).expireAfterWrite(CACHED_FOR).build();

    /// A key that signs.
    private record Signing(ECKey key, Instant createdAt) {}

    private record Kept(String schema, String id) {}

    SessionKeys(Database database, SecretBox secrets, InstantSource clock) {
        this.database = database;
        this.secrets = secrets;
        this.clock = clock;
    }

    /// The key that signs now; creates one when the last one is too old, or was sealed by another
    /// server's secret.
    ECKey signing(App app) {
        Instant oldest = clock.instant().minus(USED_FOR);
        Signing known = signing.getIfPresent(app.schema());
        if (known != null && known.createdAt().isAfter(oldest)) {
            return known.key();
        }
        Signing key = newest(app).filter(each -> each.createdAt().isAfter(oldest)).orElse(null);
        if (key == null) {
            key = create(app);
        }
        signing.put(app.schema(), key);
        database.afterRollback(() -> signing.invalidate(app.schema()));
        return key.key();
    }

    /// A key that was created before; empty when there is none, or it can't be opened.
    Optional<ECKey> find(App app, String id) {
        var kept = new Kept(app.schema(), id);
        ECKey known = opened.getIfPresent(kept);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<ECKey> key =
                database.queryFirst(
                                Sql.of("SELECT sealed FROM " + table(app) + " WHERE id = ?", id),
                                row -> row.getBytes(1))
                        .flatMap(sealed -> open(app, sealed));
        key.ifPresent(each -> opened.put(kept, each));
        return key;
    }

    /// Removes keys whose tokens are no longer accepted without a look-up.
    void tidy(App app) {
        database.update(
                Sql.of(
                        "DELETE FROM " + table(app) + " WHERE \"createdAt\" < ?",
                        clock.instant().minus(KEPT_FOR)));
    }

    private Optional<Signing> newest(App app) {
        record Row(byte[] sealed, Instant createdAt) {}
        return database
                .query(
                        Sql.of(
                                "SELECT sealed, \"createdAt\" FROM "
                                        + table(app)
                                        + " ORDER BY \"createdAt\" DESC LIMIT 10"),
                        row ->
                                new Row(
                                        row.getBytes(1),
                                        row.getObject(2, OffsetDateTime.class).toInstant()))
                .stream()
                .flatMap(row ->
                        open(app, row.sealed()).stream()
                                .map(key -> new Signing(key, row.createdAt())))
                .findFirst();
    }

    private Signing create(App app) {
        try {
            ECKey key = new ECKeyGenerator(Curve.P_256).keyID(ids.hex(8)).generate();
            Instant now = clock.instant();
            database.update(
                    Sql.of(
                            "INSERT INTO "
                                    + table(app)
                                    + " (id, sealed, \"createdAt\") VALUES (?, ?, ?)",
                            key.getKeyID(),
                            secrets.seal(key.toJSONString(), purpose(app)),
                            now));
            return new Signing(key, now);
        } catch (JOSEException impossible) {
            throw new IllegalStateException("every JDK has P-256", impossible);
        }
    }

    private Optional<ECKey> open(App app, byte[] sealed) {
        return secrets.open(sealed, purpose(app))
                .flatMap(json -> {
                    try {
                        return Optional.of(ECKey.parse(json));
                    } catch (ParseException damaged) {
                        throw new IllegalStateException("a sealed session key is damaged", damaged);
                    }
                });
    }

    private static String purpose(App app) {
        return "accounts.session-key:" + app.schema();
    }

    private static String table(App app) {
        return Sql.name(app.schema()) + ".\"_session_key\"";
    }

    /// The ids of the keys of an app, for a query.
    static String idsQuery(App app) {
        return "SELECT array_agg(id) FROM " + table(app);
    }

    /// What says whether an app has signed tokens at all, for a query.
    static String anyQuery(App app) {
        return "SELECT 1 FROM " + table(app);
    }
}

package dev.rialto.openid;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.SecretBox;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import dev.rialto.store.Sql;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Logger;

/// The keys that sign an app's tokens. The first is generated when it is needed. Each is published
/// before it signs, so that clients which keep the keys for a while know it, and stays published
/// until what it has signed has expired. Which one signs follows from the time, so that all nodes
/// use the same.
final class SigningKeys {
    private static final Logger LOG = Logger.getLogger(SigningKeys.class.getName());
    private static final Invalidations.Kind CHANGED = new Invalidations.Kind("openid.keys");

    /// How long a key is published before it signs, at most.
    private static final Duration AHEAD = Duration.ofDays(1);

    /// How long a key is published after it has signed for the last time: longer than any token is
    /// good for, by what clocks may differ.
    private static final Duration KEPT = OpenidSettings.Lengths.MAX_ACCESS.plusMinutes(30);

    /// How long a copy is used that no message says is old.
    private static final Duration CACHED = Duration.ofSeconds(30);

    /// How often tokens with unknown keys make a node look for new keys.
    private static final Duration LOOKED_UP = Duration.ofSeconds(1);

    private static final int MAX_APPS = 10_000;

    private final Database database;
    private final Invalidations invalidations;
    private final SecretBox secrets;
    private final PerApp<OpenidSettings> settings;
    private final InstantSource clock;
    private final Ids ids = new Ids();
    private final ConcurrentMap<String, Instant> lookedUp = new ConcurrentHashMap<>();
    private final Cache<String, Ring> rings =
            Caffeine.newBuilder().maximumSize(MAX_APPS).expireAfterWrite(CACHED).build();

    SigningKeys(
            Database database,
            Invalidations invalidations,
            SecretBox secrets,
            PerApp<OpenidSettings> settings,
            InstantSource clock) {
        this.database = database;
        this.invalidations = invalidations;
        this.secrets = secrets;
        this.settings = settings;
        this.clock = clock;
        var listener = new Listener();
        invalidations.subscribe(CHANGED, listener);
        invalidations.subscribe(Invalidations.Kind.APP, listener);
    }

    /// A key, without its private part when this server can't read that.
    private record Key(ECKey jwk, Instant activeFrom) {}

    /// The keys of an app, the newest first.
    private record Ring(List<Key> keys) {
        Optional<Key> signer(Instant now) {
            return keys.stream()
                    .filter(each -> each.jwk().isPrivate() && !now.isBefore(each.activeFrom()))
                    .findFirst();
        }

        /// When the next key is to be published; empty when none is active yet.
        Optional<Instant> due(Instant now, Duration rotation) {
            return signer(now)
                    .filter(signing -> signing.equals(keys.getFirst()))
                    .map(signing -> signing.activeFrom().plus(rotation).minus(ahead(rotation)));
        }

        boolean isDue(Instant now, Duration rotation) {
            return signer(now).isEmpty()
                    || due(now, rotation).filter(time -> !now.isBefore(time)).isPresent();
        }
    }

    private static Duration ahead(Duration rotation) {
        Duration half = rotation.dividedBy(2);
        return half.compareTo(AHEAD) < 0 ? half : AHEAD;
    }

    /// The key that signs now.
    ECKey signer(App app) {
        return current(app).signer(clock.instant()).orElseThrow().jwk();
    }

    /// The public keys.
    JWKSet published(App app) {
        return new JWKSet(
                current(app).keys().stream().<JWK>map(each -> each.jwk().toPublicJWK()).toList());
    }

    /// The public key that a token names.
    Optional<ECKey> find(App app, String id) {
        Optional<ECKey> known = find(cached(app), id);
        return known.isPresent() || !mayLookUp(app) ? known : find(reread(app), id);
    }

    private static Optional<ECKey> find(Ring ring, String id) {
        return ring.keys().stream()
                .map(Key::jwk)
                .filter(each -> id.equals(each.getKeyID()))
                .findFirst()
                .map(ECKey::toPublicJWK);
    }

    private boolean mayLookUp(App app) {
        Instant now = clock.instant();
        Instant before = lookedUp.get(app.schema());
        if (before != null && now.isBefore(before.plus(LOOKED_UP))) {
            return false;
        }
        lookedUp.put(app.schema(), now);
        return true;
    }

    private Ring cached(App app) {
        Ring known = rings.getIfPresent(app.schema());
        return known == null ? reread(app) : known;
    }

    private Ring reread(App app) {
        Ring read = read(app);
        rings.put(app.schema(), read);
        return read;
    }

    private Ring current(App app) {
        Ring known = cached(app);
        return known.isDue(clock.instant(), settings.of(app).keyRotation()) ? rotated(app) : known;
    }

    /// Publishes the next key when it is time, and drops those that are not needed any more.
    void rotate(App app) {
        rotated(app);
    }

    private Ring rotated(App app) {
        Ring ring =
                database.inTransaction(() -> {
                    database.update(
                            Sql.of("LOCK TABLE ")
                                    .add(ClientStore.table(app, "key"))
                                    .add(" IN SHARE ROW EXCLUSIVE MODE"));
                    boolean added = addDue(app, read(app));
                    if (removeOld(app, read(app)) || added) {
                        invalidations.publish(app, CHANGED, "");
                    }
                    return read(app);
                });
        rings.put(app.schema(), ring);
        return ring;
    }

    private boolean addDue(App app, Ring ring) {
        Instant now = clock.instant();
        Duration rotation = settings.of(app).keyRotation();
        if (!ring.isDue(now, rotation)) {
            return false;
        }
        Instant from =
                ring.signer(now)
                        .map(signing ->
                                later(
                                        signing.activeFrom().plus(rotation),
                                        now.plus(ahead(rotation))))
                        .orElse(now);
        add(app, from);
        return true;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private boolean removeOld(App app, Ring ring) {
        Instant now = clock.instant();
        int removed = 0;
        for (int i = 1; i < ring.keys().size(); i++) {
            if (ring.keys().get(i - 1).activeFrom().plus(KEPT).isBefore(now)) {
                removed += remove(app, ring.keys().get(i).jwk().getKeyID());
            }
        }
        return removed > 0;
    }

    /// Ends all keys and with them all tokens they have signed, because they may be known to
    /// others.
    void replaceAll(App app) {
        database.inTransaction(() -> {
            database.update(Sql.of("DELETE FROM ").add(ClientStore.table(app, "key")));
            invalidations.publish(app, CHANGED, "");
            database.afterCommit(() -> rings.invalidate(app.schema()));
            return true;
        });
    }

    private Ring read(App app) {
        return new Ring(
                database.query(
                        Sql.of("SELECT id, sealed, jwk, active_from FROM ")
                                .add(ClientStore.table(app, "key"))
                                .add(" ORDER BY active_from DESC, id"),
                        row ->
                                new Key(
                                        key(
                                                app,
                                                row.getString(1),
                                                row.getBytes(2),
                                                row.getString(3)),
                                        ClientStore.instant(row, 4))));
    }

    private ECKey key(App app, String id, byte[] sealed, String jwk) {
        try {
            Optional<String> opened = secrets.open(sealed, purpose(app, id));
            if (opened.isEmpty()) {
                LOG.warning(
                        "this server can't read a signing key of app "
                                + app.id()
                                + ": give it the server.secret-key of the server that stored it");
            }
            return ECKey.parse(opened.orElse(jwk));
        } catch (ParseException damaged) {
            throw new IllegalStateException("signing key " + id + " can't be read", damaged);
        }
    }

    private void add(App app, Instant activeFrom) {
        String id = ids.hex(8);
        ECKey key;
        try {
            key =
                    new ECKeyGenerator(Curve.P_256)
                            .keyID(id)
                            .keyUse(KeyUse.SIGNATURE)
                            .algorithm(JWSAlgorithm.ES256)
                            .generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException("every JDK has P-256", impossible);
        }
        database.update(
                Sql.of("INSERT INTO ")
                        .add(ClientStore.table(app, "key"))
                        .add(
                                " VALUES (?, ?, ?, ?)",
                                id,
                                secrets.seal(key.toJSONString(), purpose(app, id)),
                                key.toPublicJWK().toJSONString(),
                                activeFrom));
    }

    private int remove(App app, String id) {
        return database.update(
                Sql.of("DELETE FROM ").add(ClientStore.table(app, "key")).add(" WHERE id = ?", id));
    }

    private static String purpose(App app, String id) {
        return "openid key " + id + " of " + app.schema();
    }

    private final class Listener implements Invalidations.Listener {
        @Override
        public void changed(App app, String key) {
            rings.invalidate(app.schema());
        }

        @Override
        public void everythingChanged() {
            rings.invalidateAll();
        }
    }
}

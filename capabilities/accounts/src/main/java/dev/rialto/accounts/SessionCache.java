package dev.rialto.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Caches recent sessions with their user and the user's roles. Ending a session or changing a role
/// drops them: on this node as soon as that is committed, on others a moment later.
final class SessionCache {
    private static final Invalidations.Kind SESSIONS = new Invalidations.Kind("accounts.sessions");
    private static final Invalidations.Kind ROLES = new Invalidations.Kind("accounts.roles");

    /// A running session.
    ///
    /// @param expiresAt when it ends unless it is used
    record Known(Caller.User user, Instant expiresAt, Instant lastUse) {}

    private record Key(String appId, String token) {}

    private final Database database;
    private final Invalidations invalidations;
    private final Revocations revocations;
    private final Cache<Key, Known> cache;

    /// Increases whenever an entry of an app is dropped, which reveals stale reads that are stored
    /// afterwards.
    private final Map<String, AtomicLong> generations = new ConcurrentHashMap<>();

    SessionCache(
            Database database,
            Invalidations invalidations,
            Revocations revocations,
            AccountsSettings settings) {
        this.database = database;
        this.revocations = revocations;
        this.invalidations = invalidations;
        this.cache =
                Caffeine.newBuilder()
                        .maximumSize(settings.cachedSessions())
                        .expireAfterWrite(settings.cachedFor())
                        .build();
        invalidations.subscribe(
                SESSIONS,
                listener((app, user) -> drop(app, known -> known.user().id().equals(user))));
        Invalidations.Listener all = listener((app, _) -> drop(app, _ -> true));
        invalidations.subscribe(ROLES, all);
        invalidations.subscribe(Invalidations.Kind.APP, all);
        // What is revoked is read even when no messages arrive.
        revocations.listen(app -> drop(app.id(), _ -> true));
    }

    Optional<Known> find(App app, String token, Supplier<Optional<Known>> load) {
        var key = new Key(app.id(), token);
        Known cached = cache.getIfPresent(key);
        if (cached != null) {
            return Optional.of(cached);
        }
        AtomicLong generation = generation(app.id());
        long before = generation.get();
        Optional<Known> loaded = load.get();
        loaded.ifPresent(known -> {
            cache.put(key, known);
            if (generation.get() != before) {
                cache.invalidate(key);
            }
        });
        return loaded;
    }

    /// Drops all sessions of a user, once the current transaction has committed, and revokes all
    /// signed tokens of the user in it.
    void dropUser(App app, String userId) {
        revocations.revoke(app, Revocations.ofUser(userId));
        forgetUser(app, userId);
    }

    /// The same when one session has changed: only its token is revoked.
    void dropToken(App app, String userId, String token) {
        revocations.revoke(app, Revocations.ofToken(token));
        forgetUser(app, userId);
    }

    private void forgetUser(App app, String userId) {
        database.afterCommit(() -> drop(app.id(), known -> known.user().id().equals(userId)));
        invalidations.publish(app, SESSIONS, userId);
    }

    /// Drops all sessions of an app, because roles have changed or all sessions ended, once the
    /// current transaction has committed, and revokes all signed tokens in it.
    void dropAll(App app) {
        revocations.revoke(app, Revocations.all());
        database.afterCommit(() -> drop(app.id(), _ -> true));
        invalidations.publish(app, ROLES, "");
    }

    private void drop(String appId, Predicate<Known> which) {
        generation(appId).incrementAndGet();
        cache.asMap()
                .entrySet()
                .removeIf(entry ->
                        entry.getKey().appId().equals(appId) && which.test(entry.getValue()));
    }

    private AtomicLong generation(String appId) {
        return generations.computeIfAbsent(appId, _ -> new AtomicLong());
    }

    private interface Drop {
        void drop(String appId, String key);
    }

    private Invalidations.Listener listener(Drop drop) {
        return new Invalidations.Listener() {
            @Override
            public void changed(App app, String key) {
                revocations.expect(app.schema());
                drop.drop(app.id(), key);
            }

            @Override
            public void everythingChanged() {
                revocations.expectEverywhere();
                generations.values().forEach(AtomicLong::incrementAndGet);
                cache.invalidateAll();
            }
        };
    }
}

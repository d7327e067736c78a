package dev.rialto.accounts;

import dev.rialto.accounts.Failures.Limit;
import dev.rialto.kernel.App;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// One attempt to guess or give a password. What it turns out to be is told only if PostgreSQL,
/// asked afterwards, has no lock: however many attempts are under way on all nodes, the client
/// learns the outcome of as many as are allowed. A right password costs one query here, and one for
/// the users that a name stands for.
final class Attempt {
    private final App app;
    private final String network;
    private final Lockouts lockouts;
    private final PendingAttempts pending;
    private final InstantSource clock;
    private final Map<String, Limit> here = new LinkedHashMap<>();
    private final Map<String, Limit> everywhere = new LinkedHashMap<>();
    private final Map<String, String> userIds = new HashMap<>();
    private final Map<String, Boolean> atHome = new HashMap<>();

    /// What is counted for: a name, and a user that it may stand for.
    ///
    /// @param name in lower case
    /// @param userId empty when nobody has the name
    record Account(String name, String userId) {}

    /// @param network a digest of it; empty if it is not known, as nobody may lock a name for all
    ///   whose network is not
    Attempt(
            App app,
            LockoutSettings settings,
            Collection<Account> accounts,
            String network,
            Lockouts lockouts,
            PendingAttempts pending,
            InstantSource clock) {
        this.app = app;
        this.network = network;
        this.lockouts = lockouts;
        this.pending = pending;
        this.clock = clock;
        for (Account each : accounts) {
            String account = AttemptLimits.key(app, each);
            if (settings.failures() > 0 && !network.isEmpty()) {
                add(here, account + '.' + network, settings.here(), each);
            }
            if (settings.failuresPerAccount() > 0) {
                add(everywhere, account, settings.everywhere(), each);
            }
        }
    }

    private void add(Map<String, Limit> limits, String key, Limit limit, Account account) {
        limits.put(key, limit);
        userIds.put(key, account.userId());
    }

    /// @param userId of what was found
    /// @throws RialtoException OBJECT_NOT_FOUND if a name is locked
    <T> Optional<T> run(Supplier<Optional<T>> check, Function<T, String> userId) {
        requireUnlocked(pending.known(all().keySet()));
        Map<String, Limit> limits = all();
        if (limits.isEmpty()) {
            return check.get();
        }
        try (PendingAttempts.Places places = pending.reserve(limits)) {
            Optional<T> found = check.get();
            if (found.isPresent()) {
                right(places, userId.apply(found.get()));
            } else {
                wrong(places, limits);
            }
            return found;
        }
    }

    private Map<String, Limit> all() {
        Map<String, Limit> all = new LinkedHashMap<>(here);
        all.putAll(everywhere);
        return all;
    }

    private void wrong(PendingAttempts.Places places, Map<String, Limit> limits) {
        Instant now = clock.instant();
        Map<String, Failures> before = lockouts.fail(app, limits, now);
        Map<String, Failures> after = new HashMap<>();
        limits.forEach((key, limit) -> {
            Failures last = before.getOrDefault(key, Failures.NONE);
            after.put(key, last.isLocked(now) ? last : last.failed(now, limit));
        });
        places.learn(after);
        requireUnlocked(before);
    }

    /// The right password of a user forgets the wrong ones for that user alone: somebody else may
    /// have chosen the user's address as a name.
    private void right(PendingAttempts.Places places, String userId) {
        Map<String, Failures> found = lockouts.find(app, List.copyOf(all().keySet()));
        places.learn(found);
        requireUnlocked(found);
        List<String> keys =
                here.keySet().stream()
                        .filter(found::containsKey)
                        .filter(key -> userId.equals(userIds.get(key)))
                        .toList();
        if (!keys.isEmpty()) {
            lockouts.forget(app, keys);
            places.forget(keys);
        }
    }

    /// A lock of an account does not hold where its user has a session, so that nobody can lock a
    /// user out by guessing from elsewhere.
    private void requireUnlocked(Map<String, Failures> failures) {
        Instant now = clock.instant();
        failures.forEach((key, each) -> {
            if (each.isLocked(now) && !(everywhere.containsKey(key) && isAtHome(key))) {
                throw AttemptLimits.locked(Duration.between(now, each.lockedUntil()));
            }
        });
        everywhere.keySet().removeIf(key -> atHome.getOrDefault(userIds.get(key), false));
    }

    private boolean isAtHome(String key) {
        return atHome.computeIfAbsent(
                userIds.getOrDefault(key, ""),
                userId -> !userId.isEmpty() && lockouts.isAtHome(app, userId, network));
    }
}

package dev.rialto.accounts;

import dev.rialto.accounts.Failures.Limit;
import dev.rialto.kernel.App;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One attempt to guess or give a password. What it turns out to be is told only if PostgreSQL,
/// asked afterwards, has no lock: however many attempts are under way on all nodes, the client
/// learns the outcome of as many as are allowed. A right password costs one query.
final class Attempt {
    private final App app;
    private final List<String> names;
    private final String network;
    private final Lockouts lockouts;
    private final PendingAttempts pending;
    private final InstantSource clock;
    private final Map<String, Limit> here = new LinkedHashMap<>();
    private final Map<String, Limit> everywhere = new LinkedHashMap<>();
    private @Nullable Boolean isAtHome;

    /// @param names in lower case
    /// @param network a digest of it
    Attempt(
            App app,
            LockoutSettings settings,
            List<String> names,
            String network,
            Lockouts lockouts,
            PendingAttempts pending,
            InstantSource clock) {
        this.app = app;
        this.names = names;
        this.network = network;
        this.lockouts = lockouts;
        this.pending = pending;
        this.clock = clock;
        for (String name : names) {
            String account = AttemptLimits.account(app, name);
            if (settings.failures() > 0) {
                here.put(account + '.' + network, settings.here());
            }
            if (settings.failuresPerAccount() > 0) {
                everywhere.put(account, settings.everywhere());
            }
        }
    }

    /// @throws RialtoException OBJECT_NOT_FOUND if a name is locked
    <T> Optional<T> run(Supplier<Optional<T>> check) {
        requireUnlocked(pending.known(all().keySet()));
        Map<String, Limit> limits = all();
        if (limits.isEmpty()) {
            return check.get();
        }
        try (PendingAttempts.Places places = pending.reserve(limits)) {
            Optional<T> found = check.get();
            if (found.isPresent()) {
                right(places);
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

    private void right(PendingAttempts.Places places) {
        Map<String, Failures> found = lockouts.find(app, List.copyOf(all().keySet()));
        places.learn(found);
        requireUnlocked(found);
        List<String> keys = here.keySet().stream().filter(found::containsKey).toList();
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
            if (each.isLocked(now) && !(everywhere.containsKey(key) && isAtHome())) {
                throw AttemptLimits.locked(Duration.between(now, each.lockedUntil()));
            }
        });
        if (Boolean.TRUE.equals(isAtHome)) {
            everywhere.clear();
        }
    }

    private boolean isAtHome() {
        Boolean known = isAtHome;
        if (known == null) {
            known = lockouts.isAtHome(app, names, network);
            isAtHome = known;
        }
        return known;
    }
}

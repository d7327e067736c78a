package dev.rialto.accounts;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.rialto.accounts.Failures.Limit;
import dev.rialto.kernel.App;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Invalidations;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The attempts that are under way on this node, and what this node knows of the wrong passwords
/// before them. It keeps locked names from being hashed, and concurrent attempts from being hashed
/// beyond the limit; what is true is in [Lockouts].
final class PendingAttempts implements Invalidations.Listener {
    private static final Duration KEPT = Duration.ofHours(2);

    private final Duration patience;
    private final InstantSource clock;
    private final LoadingCache<String, Pending> pending =
            Caffeine.newBuilder()
                    .maximumSize(2L * AttemptLimits.MAX_REMEMBERED)
                    .expireAfterAccess(KEPT)
                    .build(_ -> new Pending());

    /// @param patience how long an attempt waits for others under the same key
    PendingAttempts(Duration patience, InstantSource clock) {
        this.patience = patience;
        this.clock = clock;
    }

    /// The attempts under one key. Guarded by its own lock.
    private static final class Pending {
        private Failures failures = Failures.NONE;
        private int underWay;
    }

    /// The slots of one attempt.
    static final class Places implements AutoCloseable {
        private final Map<String, Pending> taken = new LinkedHashMap<>();

        /// Notes what is known now; of a key that is left out, that there are no wrong passwords.
        void learn(Map<String, Failures> known) {
            taken.forEach((key, each) -> {
                synchronized (each) {
                    Failures now = known.getOrDefault(key, Failures.NONE);
                    // Attempts that ended at the same time may note it in another order.
                    boolean older =
                            now.lockedUntil().equals(each.failures.lockedUntil())
                                    && now.since().equals(each.failures.since())
                                    && now.wrong() < each.failures.wrong();
                    if (!older) {
                        each.failures = now;
                    }
                }
            });
        }

        void forget(Collection<String> keys) {
            for (String key : keys) {
                Pending each = taken.get(key);
                if (each != null) {
                    synchronized (each) {
                        each.failures = Failures.NONE;
                    }
                }
            }
        }

        @Override
        public void close() {
            for (Pending each : taken.values()) {
                synchronized (each) {
                    each.underWay--;
                    each.notifyAll();
                }
            }
        }
    }

    /// What this node knows of some keys.
    Map<String, Failures> known(Collection<String> keys) {
        Map<String, Failures> known = new HashMap<>();
        for (String key : keys) {
            Pending each = pending.getIfPresent(key);
            if (each != null) {
                synchronized (each) {
                    known.put(key, each.failures);
                }
            }
        }
        return known;
    }

    /// Reserves a slot under each key, and waits while pending attempts could still use them up.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND if a key is locked meanwhile
    Places reserve(Map<String, Limit> limits) {
        var places = new Places();
        boolean all = false;
        try {
            limits.forEach((key, limit) -> {
                Pending each = pending.get(key);
                take(each, limit);
                places.taken.put(key, each);
            });
            all = true;
            return places;
        } finally {
            if (!all) {
                places.close();
            }
        }
    }

    private void take(Pending each, Limit limit) {
        synchronized (each) {
            long deadline = System.nanoTime() + patience.toNanos();
            while (true) {
                Instant now = clock.instant();
                Failures failures = each.failures.at(now, limit);
                if (failures.isLocked(now)) {
                    throw AttemptLimits.locked(Duration.between(now, failures.lockedUntil()));
                }
                // A limit may have been lowered below what was counted.
                if (each.underWay == 0 || failures.wrong() + each.underWay < limit.max()) {
                    each.underWay++;
                    return;
                }
                await(each, deadline);
            }
        }
    }

    /// Waits for a pending attempt, which may turn out to be wrong.
    private static void await(Pending each, long deadline) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw Argon2Hasher.busy();
        }
        try {
            each.wait(left);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw Argon2Hasher.busy();
        }
    }

    /// Forgets what is known of an account.
    ///
    /// @param account what its keys begin with
    @Override
    public void changed(App app, String account) {
        forget(pending.asMap().keySet().stream().filter(key -> key.startsWith(account)).toList());
    }

    @Override
    public void everythingChanged() {
        forget(List.copyOf(pending.asMap().keySet()));
    }

    private void forget(List<String> keys) {
        for (String key : keys) {
            Pending each = pending.getIfPresent(key);
            if (each != null) {
                synchronized (each) {
                    each.failures = Failures.NONE;
                    each.notifyAll();
                }
            }
        }
    }
}

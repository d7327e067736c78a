package dev.rialto.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rialto.kernel.App;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import dev.rialto.where.Table;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Notes when sessions were last used: roughly, so that requests cost no writes. What is noted is
/// written for many sessions at once.
final class SessionUses {
    private static final Logger LOG = Logger.getLogger(SessionUses.class.getName());
    private static final int MAX_NOTED = 50_000;
    private static final int MAX_AT_ONCE = 1_000;
    private static final Duration NOTED_FOR = Duration.ofMinutes(2);

    private final Database database;
    private final PerApp<AccountPolicy> policies;
    private final InstantSource clock;
    private final Set<Use> waiting = ConcurrentHashMap.newKeySet();

    /// Those that were noted a moment ago: a cached session doesn't show it yet.
    private final Cache<Use, Instant> noted =
            Caffeine.newBuilder().maximumSize(MAX_NOTED).expireAfterWrite(NOTED_FOR).build();

    private record Use(App app, String token) {}

    SessionUses(Database database, PerApp<AccountPolicy> policies, InstantSource clock) {
        this.database = database;
        this.policies = policies;
        this.clock = clock;
    }

    /// Notes that a session is used.
    ///
    /// @param last when it was used before
    void note(App app, String token, Instant last) {
        Duration grain = policies.of(app).sessions().grain();
        Instant now = clock.instant();
        if (now.isBefore(last.plus(grain)) || waiting.size() >= MAX_NOTED) {
            return;
        }
        var use = new Use(app, token);
        Instant before = noted.getIfPresent(use);
        if (before == null || !now.isBefore(before.plus(NOTED_FOR))) {
            noted.put(use, now);
            waiting.add(use);
        }
    }

    /// Writes down what was noted.
    void write() {
        Map<App, List<String>> byApp = new HashMap<>();
        for (Use each : Set.copyOf(waiting)) {
            waiting.remove(each);
            byApp.computeIfAbsent(each.app(), _ -> new ArrayList<>()).add(each.token());
        }
        byApp.forEach((app, tokens) -> {
            try {
                for (int from = 0; from < tokens.size(); from += MAX_AT_ONCE) {
                    write(app, tokens.subList(from, Math.min(tokens.size(), from + MAX_AT_ONCE)));
                }
            } catch (StoreException failure) {
                // Those of an app that was deleted, or a lost connection: they are noted again.
                LOG.log(Level.WARNING, "can't note the use of sessions of " + app.id(), failure);
            }
        });
    }

    private void write(App app, List<String> tokens) {
        SessionPolicy policy = policies.of(app).sessions();
        Instant now = clock.instant();
        String table = Table.of(app, Sessions.CLASS);
        Sql update = Sql.of("UPDATE " + table + " SET \"lastUsedAt\" = ?", now);
        if (policy.extend() && policy.expire()) {
            update.add(", \"expiresAt\" = ?", now.plus(policy.length()));
        }
        update.add(
                " WHERE \"objectId\" = ANY(ARRAY(SELECT \"objectId\" FROM "
                        + table
                        + " WHERE \"sessionToken\" = ANY(?) AND (\"lastUsedAt\" IS NULL OR"
                        + " \"lastUsedAt\" <= ?) FOR UPDATE SKIP LOCKED))",
                tokens.toArray(String[]::new),
                now.minus(policy.grain()));
        database.stamps().changingTable(table, () -> database.update(update));
    }
}

package dev.rialto.accounts;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Sha256;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Which signed tokens are no longer valid as they are. Each revocation has the id of the
/// PostgreSQL transaction that made it; each token has the id below which all transactions had
/// ended when it was issued. So a token is affected by each revocation that it may not have known,
/// in whatever order transactions commit.
///
/// A node reads what is new before it trusts a token, unless it has read it within half a second.
/// It needs to hear of nothing for that: a node that can't read fails.
final class Revocations {
    private static final Duration FRESH_FOR = Duration.ofMillis(500);

    /// How long a copy grows before it is read from the start again.
    private static final Duration RENEWED_AFTER = Duration.ofMinutes(10);

    private final Database database;
    private final InstantSource clock;
    private final Map<String, Copy> copies = new ConcurrentHashMap<>();
    private final List<Consumer<App>> listeners = new CopyOnWriteArrayList<>();

    Revocations(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// What a node has read of an app.
    ///
    /// @param ended all transactions with lower ids had ended, and are known
    /// @param keys the ids of the keys that tokens may be signed with
    record Known(Map<String, Long> revoked, long ended, Set<String> keys) {
        private static final Known NOTHING = new Known(Map.of(), 0, Set.of());

        /// Whether something that a token depends on may have been revoked since it was issued.
        ///
        /// @param issuedAt below it, all transactions had ended
        boolean affects(long issuedAt, List<String> subjects) {
            // Ids that are not known yet, or of another cluster, prove nothing.
            return issuedAt > ended
                    || subjects.stream()
                            .anyMatch(each -> revoked.getOrDefault(each, -1L) >= issuedAt);
        }
    }

    /// The copy of one app. Reads are one at a time, guarded by its own lock.
    private static final class Copy {
        private volatile Known known = Known.NOTHING;
        private volatile long readAt;
        private volatile long readGeneration = -1;
        private volatile long renewedAt;
        private final AtomicLong generation = new AtomicLong();
    }

    /// Everything of an app.
    static String all() {
        return "";
    }

    static String ofUser(String userId) {
        return "u:" + userId;
    }

    static String ofToken(String token) {
        byte[] hash = Sha256.of(token.getBytes(StandardCharsets.US_ASCII));
        return "t:"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 24));
    }

    /// Revokes, in the current transaction, what was issued before. Apps without signed tokens have
    /// nothing to revoke.
    void revoke(App app, String subject) {
        database.update(
                Sql.of(
                        "INSERT INTO "
                                + table(app)
                                + " (subject, at) SELECT ?, ? WHERE EXISTS ("
                                + SessionKeys.anyQuery(app)
                                + ") ON CONFLICT DO NOTHING",
                        subject,
                        clock.instant()));
        database.afterCommit(() -> expect(app.schema()));
    }

    /// The id below which all transactions have ended.
    long ended() {
        return database.queryFirst(
                        Sql.of("SELECT pg_snapshot_xmin(pg_current_snapshot())::text"),
                        row -> Long.parseUnsignedLong(row.getString(1)))
                .orElseThrow();
    }

    /// Calls a listener with each app of which this node reads something new. It must be quick and
    /// must not fail.
    void listen(Consumer<App> listener) {
        listeners.add(listener);
    }

    /// What is revoked, as of half a second ago at most.
    Known known(App app) {
        Copy copy = copies.computeIfAbsent(app.schema(), _ -> new Copy());
        if (!isFresh(copy)) {
            synchronized (copy) {
                if (!isFresh(copy)) {
                    read(app, copy);
                }
            }
        }
        return copy.known;
    }

    /// Reads again before anything is trusted.
    void expect(String schema) {
        Copy copy = copies.get(schema);
        if (copy != null) {
            copy.generation.incrementAndGet();
        }
    }

    void expectEverywhere() {
        copies.keySet().forEach(this::expect);
    }

    /// Removes what no token depends on.
    void tidy(App app) {
        Instant oldest = clock.instant().minus(SessionTokens.TRUSTED_FOR.multipliedBy(2));
        database.update(Sql.of("DELETE FROM " + table(app) + " WHERE at < ?", oldest));
    }

    private static boolean isFresh(Copy copy) {
        return copy.readGeneration == copy.generation.get()
                && System.nanoTime() - copy.readAt < FRESH_FOR.toNanos();
    }

    private void read(App app, Copy copy) {
        long generation = copy.generation.get();
        long now = System.nanoTime();
        boolean full = copy.readGeneration < 0 || now - copy.renewedAt > RENEWED_AFTER.toNanos();
        Known last = copy.known;
        copy.known = read(app, full ? Known.NOTHING : last);
        if (!copy.known.revoked().equals(last.revoked())) {
            listeners.forEach(each -> each.accept(app));
        }
        if (full) {
            copy.renewedAt = now;
        }
        copy.readAt = now;
        copy.readGeneration = generation;
    }

    private Known read(App app, Known last) {
        record Row(long ended, Optional<String> subject, long transaction, Set<String> keys) {}
        List<Row> rows =
                database.query(
                        Sql.of(
                                "SELECT pg_snapshot_xmin(pg_current_snapshot())::text, r.subject,"
                                        + " r.transaction::text, ("
                                        + SessionKeys.idsQuery(app)
                                        + ") FROM (SELECT 1) one LEFT JOIN "
                                        + table(app)
                                        + " r ON r.transaction >= ?::xid8",
                                Long.toUnsignedString(last.ended())),
                        row ->
                                new Row(
                                        Long.parseUnsignedLong(row.getString(1)),
                                        Optional.ofNullable(row.getString(2)),
                                        row.getString(3) == null
                                                ? 0
                                                : Long.parseUnsignedLong(row.getString(3)),
                                        keys(row.getArray(4))));
        Map<String, Long> revoked = new HashMap<>(last.revoked());
        for (Row row : rows) {
            row.subject().ifPresent(each -> revoked.merge(each, row.transaction(), Math::max));
        }
        return new Known(revoked, rows.getFirst().ended(), rows.getFirst().keys());
    }

    private static Set<String> keys(@Nullable Array ids) throws SQLException {
        return ids == null ? Set.of() : Set.of((String[]) ids.getArray());
    }

    private static String table(App app) {
        return Sql.name(app.schema()) + ".\"_session_revocation\"";
    }
}

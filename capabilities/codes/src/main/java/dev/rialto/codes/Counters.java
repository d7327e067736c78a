package dev.rialto.codes;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// Counts what is limited, in PostgreSQL, so that limits hold on all nodes together and under any
/// number of requests at once.
final class Counters {
    private final Database database;
    private final InstantSource clock;

    Counters(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// How much of some limits is used. Others may use up the rest at the same time: only [#take]
    /// is exact.
    Usage usage(List<Limit> limits) {
        Instant now = clock.instant();
        Sql query =
                Sql.of("select asked.turn, coalesce(c.count, 0), coalesce(c.ends_at, ")
                        .add("?::timestamptz) from ", now)
                        .add(asked(limits))
                        .add(" left join rialto.code_count as c on c.app = asked.app and c.kind =")
                        .add(" asked.kind and c.subject = asked.subject and c.ends_at >")
                        .add(" ?::timestamptz", now);
        return new Usage(
                database.query(
                        query,
                        row ->
                                new Usage.Counted(
                                        limits.get(row.getInt(1) - 1),
                                        row.getInt(2),
                                        row.getTimestamp(3).toInstant())));
    }

    /// Counts one for each limit. In a transaction that is to be rolled back when it fails.
    ///
    /// @throws RialtoException REQUEST_LIMIT_EXCEEDED when one of them is reached
    void take(List<Limit> limits) {
        List<Limit> ordered = limits.stream().sorted(Comparator.comparing(Limit::kind)).toList();
        Instant now = clock.instant();
        boolean none = limits.stream().anyMatch(each -> each.most() == 0);
        if (none || database.query(increment(ordered, now), _ -> 1).size() < limits.size()) {
            throw exceeded(usage(limits));
        }
    }

    private static Sql increment(List<Limit> ordered, Instant now) {
        return Sql.of(
                        "insert into rialto.code_count as c (app, kind, subject, most, began_at,"
                                + " ends_at, count) select asked.app, asked.kind, asked.subject,"
                                + " asked.most, ?::timestamptz, ?::timestamptz + asked.seconds *"
                                + " interval '1 second', 1 from ",
                        now,
                        now)
                .add(asked(ordered))
                .add(
                        " order by asked.turn on conflict (app, kind, subject) do update set count"
                                + " = case when c.ends_at <= excluded.began_at then 1 else c.count"
                                + " + 1 end, began_at = case when c.ends_at <= excluded.began_at"
                                + " then excluded.began_at else c.began_at end, ends_at = case when"
                                + " c.ends_at <= excluded.began_at then excluded.ends_at else"
                                + " c.ends_at end, most = excluded.most where c.ends_at <="
                                + " excluded.began_at or c.count < excluded.most returning 1");
    }

    private static Sql asked(List<Limit> limits) {
        return Sql.of(
                "unnest(?::text[], ?::text[], ?::text[], ?::text[]::int[], ?::text[]::int[]) with"
                        + " ordinality as asked (app, kind, subject, most, seconds, turn)",
                texts(limits, Limit::app),
                texts(limits, each -> each.kind().name().toLowerCase(Locale.ROOT)),
                texts(limits, Limit::subject),
                texts(limits, each -> String.valueOf(each.most())),
                texts(limits, each -> String.valueOf(each.window().toSeconds())));
    }

    private static String[] texts(List<Limit> limits, Function<Limit, String> part) {
        return limits.stream().map(part).toArray(String[]::new);
    }

    /// Takes back what [#take] has counted.
    void giveBack(List<Limit> limits) {
        List<Limit> ordered = limits.stream().sorted(Comparator.comparing(Limit::kind)).toList();
        database.inTransaction(() -> {
            for (Limit each : ordered) {
                database.update(
                        Sql.of(
                                "update rialto.code_count set count = greatest(0, count - 1) where"
                                        + " app = ? and kind = ? and subject = ?",
                                each.app(),
                                each.kind().name().toLowerCase(Locale.ROOT),
                                each.subject()));
            }
            return ordered.size();
        });
    }

    /// @throws RialtoException REQUEST_LIMIT_EXCEEDED when one of the limits is reached
    void requireRoom(Usage usage) {
        if (usage.full().isPresent()) {
            throw exceeded(usage);
        }
    }

    private RialtoException exceeded(Usage usage) {
        var full = usage.full();
        String what = full.map(each -> each.limit().kind().what()).orElse("codes");
        Duration left =
                full.map(each -> Duration.between(clock.instant(), each.until()))
                        .filter(Duration::isPositive)
                        .orElse(Duration.ofSeconds(1));
        long minutes = left.plusSeconds(59).toMinutes();
        return new RialtoException(
                ErrorCode.REQUEST_LIMIT_EXCEEDED,
                "too many "
                        + what
                        + "; try again after "
                        + minutes
                        + (minutes == 1 ? " minute" : " minutes"),
                left);
    }

    /// Removes what no longer counts.
    void prune() {
        database.update(
                Sql.of(
                        "delete from rialto.code_count where ends_at <= ?::timestamptz",
                        clock.instant()));
    }
}

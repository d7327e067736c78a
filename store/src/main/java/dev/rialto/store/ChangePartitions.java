package dev.rialto.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The partitions of the change log: one for each period, created ahead, and dropped when all of
/// its changes are older than the retention. Several nodes may do that at once.
public final class ChangePartitions implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ChangePartitions.class.getName());

    /// The approximate number of partitions of a log.
    private static final int SPANS = 8;

    private static final Duration SHORTEST_SPAN = Duration.ofMinutes(10);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

    private final Database database;
    private final Clock clock;
    private final Duration retention;
    private final Duration span;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread keeper = Thread.ofVirtual().name("change-log").unstarted(this::run);

    /// @param retention how long a change is kept at minimum
    public ChangePartitions(Database database, Clock clock, Duration retention) {
        if (!retention.isPositive()) {
            throw new IllegalArgumentException("changes.retention must be positive");
        }
        this.database = database;
        this.clock = clock;
        this.retention = retention;
        Duration part = retention.dividedBy(SPANS);
        this.span = part.compareTo(SHORTEST_SPAN) < 0 ? SHORTEST_SPAN : part;
    }

    /// Creates partitions soon, and maintains them until this is closed.
    public static ChangePartitions start(Database database, Clock clock, Duration retention) {
        var partitions = new ChangePartitions(database, clock, retention);
        partitions.keeper.start();
        return partitions;
    }

    /// A failure is logged: rows without a matching partition go to the default partition.
    private boolean isKept() {
        try {
            keep();
            return true;
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.WARNING,
                    "can't maintain the partitions of the change log; trying again later",
                    failure);
            return false;
        }
    }

    private void run() {
        try {
            Duration pause = Duration.ZERO;
            while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = isKept() ? span : AFTER_FAILURE;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            keeper.join(Duration.ofSeconds(5));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// A partition.
    ///
    /// @param end all its changes are older
    private record Partition(String name, Instant end) {}

    /// Creates the partitions of the present and the near future, and drops expired ones.
    public void keep() {
        database.inTransaction(() -> {
            // All writes wait while a change of partitions waits for a long transaction.
            database.queryFirst(
                    Sql.of("select set_config('lock_timeout', '500ms', true)"), _ -> true);
            database.queryFirst(
                    Sql.of("select pg_advisory_xact_lock(hashtextextended('rialto.changes', 0))"),
                    _ -> true);
            List<Partition> partitions = partitions();
            makeAhead(partitions);
            dropPast(partitions);
            return true;
        });
    }

    private List<Partition> partitions() {
        return database.query(
                Sql.of(
                        "select c.relname, substring(pg_get_expr(c.relpartbound, c.oid)"
                                + " from 'TO \\(''([^'']+)''\\)')::timestamptz"
                                + " from pg_inherits i join pg_class c on c.oid = i.inhrelid"
                                + " where i.inhparent = 'rialto.changes'::regclass"
                                + " and c.relname <> 'changes_stray' order by 2"),
                ChangePartitions::read);
    }

    private static Partition read(ResultSet row) throws SQLException {
        return new Partition(row.getString(1), row.getObject(2, OffsetDateTime.class).toInstant());
    }

    private void makeAhead(List<Partition> partitions) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant begin = partitions.isEmpty() ? now : partitions.getLast().end();
        if (begin.isBefore(now)) {
            begin = now;
        }
        Instant enough = now.plus(span.multipliedBy(2));
        while (begin.isBefore(enough)) {
            Instant end = begin.plus(span).truncatedTo(ChronoUnit.SECONDS);
            make(begin, end);
            begin = end;
        }
    }

    private void make(Instant begin, Instant end) {
        // A row in the default partition within the new partition's range would prevent its
        // creation.
        Instant free =
                database.queryFirst(
                                Sql.of(
                                        "select greatest(?, max(at) + interval '1 second')"
                                                + " from rialto.changes_stray where at < ?",
                                        begin,
                                        end),
                                row -> row.getObject(1, OffsetDateTime.class).toInstant())
                        .orElse(begin);
        if (!free.isBefore(end)) {
            return;
        }
        database.update(
                Sql.of("create table rialto.")
                        .addName("changes_" + begin.getEpochSecond())
                        .add(
                                " partition of rialto.changes for values from ("
                                        + Sql.literal(free.toString())
                                        + ") to ("
                                        + Sql.literal(end.toString())
                                        + ")"));
    }

    private void dropPast(List<Partition> partitions) {
        Instant oldest = clock.instant().minus(retention);
        for (Partition each : partitions) {
            if (each.end().isBefore(oldest)) {
                forgetUpTo("rialto." + Sql.name(each.name()), "");
                database.update(Sql.of("drop table rialto.").addName(each.name()));
            }
        }
        String old = " where at < " + Sql.literal(oldest.toString()) + "::timestamptz";
        forgetUpTo("rialto.changes_stray", old);
        database.update(Sql.of("delete from rialto.changes_stray" + old));
    }

    /// Records that readers of the dropped changes can't continue.
    private void forgetUpTo(String table, String where) {
        database.update(
                Sql.of(
                        "update rialto.change_log set gone = past.last from"
                                + " (select max(number) as last from "
                                + table
                                + where
                                + ") as past where past.last > gone"));
    }
}

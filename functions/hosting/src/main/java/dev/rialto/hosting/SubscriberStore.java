package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.kernel.App;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.Database;
import dev.rialto.store.LogPosition;
import dev.rialto.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// How far the subscribers of all apps have been told, and which node tells them. A node holds a
/// subscriber by a lease, in the database's time. Tests extend it by what goes wrong with a
/// database.
class SubscriberStore {
    private static final String CHANGE = "change";
    private static final String EVENT = "event";

    /// Few enough that nodes that start together share them.
    private static final int TAKEN_AT_ONCE = 50;

    private final Database database;
    private final ChangeLog log;
    private final String node;
    private final Duration lease;
    private final AtomicLong takes = new AtomicLong();

    /// @param node names this node, and no other that there ever was
    /// @param lease for how long a node holds what it takes
    SubscriberStore(Database database, ChangeLog log, String node, Duration lease) {
        this.database = database;
        this.log = log;
        this.node = node;
        this.lease = lease;
    }

    /// An interface and what it subscribes to.
    record Entry(String address, Binding binding) {}

    /// A subscriber that this node has leased.
    ///
    /// @param lease the lease's id, which changes if a node loses a subscriber and leases it again
    /// @param position empty if it can't be read any more
    /// @param failures how often the next change has failed
    record LeasedSubscriber(
            long id,
            String lease,
            BackgroundCalls.Target target,
            Optional<LogPosition> position,
            int failures) {}

    /// Makes a micro app's subscribers those given. Others stay where they are; new ones are told
    /// what commits from now on.
    void align(App app, String microApp, Set<Entry> wanted) {
        Set<Entry> known =
                new HashSet<>(
                        database.query(
                                Sql.of(
                                        "select address, kind, subject from"
                                                + " rialto.function_follower"
                                                + " where app = ? and micro_app = ?",
                                        app.id(),
                                        microApp),
                                row ->
                                        new Entry(
                                                row.getString(1),
                                                binding(row.getString(2), row.getString(3)))));
        for (Entry each : known) {
            if (!wanted.contains(each)) {
                database.update(
                        Sql.of(
                                "delete from rialto.function_follower where app = ?"
                                        + " and address = ? and kind = ? and subject = ?",
                                app.id(),
                                each.address(),
                                kind(each.binding()),
                                subject(each.binding())));
            }
        }
        for (Entry each : wanted) {
            if (!known.contains(each)) {
                database.update(
                        Sql.of(
                                "insert into rialto.function_follower"
                                        + " (app, micro_app, address, kind, subject, position)"
                                        + " values (?, ?, ?, ?, ?, ?)",
                                app.id(),
                                microApp,
                                each.address(),
                                kind(each.binding()),
                                subject(each.binding()),
                                log.end().token()));
            }
        }
    }

    /// Takes subscribers that no node holds.
    ///
    /// @param except those that this node is not done with
    List<LeasedSubscriber> take(Collection<Long> except) {
        return database.query(
                Sql.of(
                                "update rialto.function_follower as f set leased_by = ?,"
                                        + " leased_until = ",
                                node + "-" + takes.incrementAndGet())
                        .add(leaseEnd())
                        .add(
                                " from rialto.app as a, (select id from rialto.function_follower"
                                        + " where leased_until < now()"
                                        + " and id <> all (?::text[]::bigint[])"
                                        + " order by leased_until"
                                        + " limit ? for update skip locked) as free"
                                        + " where f.id = free.id and a.id = f.app"
                                        + " returning f.id, f.leased_by, a.id, a.schema_name, f.micro_app,"
                                        + " f.address, f.kind, f.subject, f.position, f.failures",
                                numbers(except),
                                TAKEN_AT_ONCE),
                SubscriberStore::held);
    }

    private static LeasedSubscriber held(ResultSet row) throws SQLException {
        return new LeasedSubscriber(
                row.getLong(1),
                row.getString(2),
                new BackgroundCalls.Target(
                        new App(row.getString(3), row.getString(4)),
                        row.getString(5),
                        row.getString(6),
                        binding(row.getString(7), row.getString(8))),
                LogPosition.read(row.getString(9)),
                row.getInt(10));
    }

    /// Holds subscribers on.
    ///
    /// @return those that this node still holds
    Set<Long> renew(Collection<LeasedSubscriber> held) {
        return new HashSet<>(
                database.query(
                        Sql.of("update rialto.function_follower set leased_until = ")
                                .add(leaseEnd())
                                .add(
                                        " where (id, leased_by) in (select * from"
                                                + " unnest(?::text[]::bigint[], ?::text[]))"
                                                + " returning id",
                                        numbers(held.stream().map(LeasedSubscriber::id).toList()),
                                        held.stream()
                                                .map(LeasedSubscriber::lease)
                                                .toArray(String[]::new)),
                        row -> row.getLong(1)));
    }

    /// The end of the change log.
    LogPosition end() {
        return log.end();
    }

    /// Reads what is to be told next.
    ///
    /// @return empty when the log doesn't reach back to the position
    Optional<ChangeLog.Page> read(LogPosition position, ChangeLog.Scope.Tables scope, int limit) {
        return log.read(position, scope, limit);
    }

    /// Notes how far a subscriber has been told.
    ///
    /// @return false when the lease has gone to another node, or was given back
    boolean save(LeasedSubscriber held, LogPosition position, int failures) {
        return database.update(
                        Sql.of(
                                "update rialto.function_follower set position = ?, failures = ?"
                                        + " where id = ? and leased_by = ?",
                                position.token(),
                                failures,
                                held.id(),
                                held.lease()))
                > 0;
    }

    /// Lets other nodes take a subscriber.
    void release(LeasedSubscriber held) {
        database.update(
                Sql.of(
                        "update rialto.function_follower set leased_by = '',"
                                + " leased_until = '-infinity' where id = ? and leased_by = ?",
                        held.id(),
                        held.lease()));
    }

    private static String[] numbers(Collection<Long> ids) {
        return ids.stream().map(String::valueOf).toArray(String[]::new);
    }

    private Sql leaseEnd() {
        return Sql.of("now() + ? * interval '1 millisecond'", lease.toMillis());
    }

    private static String kind(Binding binding) {
        return binding instanceof Binding.OnEvent ? EVENT : CHANGE;
    }

    private static String subject(Binding binding) {
        return switch (binding) {
            case Binding.OnChange(String className) -> className;
            case Binding.OnEvent(String topic) -> topic;
            case Binding.CloudFunction _,
                    Binding.Trigger _,
                    Binding.Job _,
                    Binding.Endpoint _,
                    Binding.Schedule _ ->
                    throw new IllegalArgumentException("no subscription: " + binding);
        };
    }

    private static Binding binding(String kind, String subject) {
        return kind.equals(EVENT) ? new Binding.OnEvent(subject) : new Binding.OnChange(subject);
    }
}

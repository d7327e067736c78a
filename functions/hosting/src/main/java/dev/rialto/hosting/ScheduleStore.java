package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// When the interfaces of all apps are due that are called by schedule. Tests extend it by what
/// happens between two statements.
class ScheduleStore {
    private static final int AT_ONCE = 200;

    private final Database database;
    private final InstantSource clock;

    ScheduleStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// A schedule whose time has come.
    record Due(BackgroundCalls.Target target, Binding.Schedule schedule, Instant at) {}

    /// A schedule of an interface.
    record Entry(String address, Binding.Schedule schedule) {}

    /// Makes a micro app's schedules those given. Others stay as they are; new ones are due after
    /// now.
    void align(App app, String microApp, Set<Entry> wanted) {
        Set<Entry> obsolete =
                new HashSet<>(
                        database.query(
                                Sql.of(
                                        "select address, cron, zone from rialto.function_schedule"
                                                + " where app = ? and micro_app = ?",
                                        app.id(),
                                        microApp),
                                row ->
                                        new Entry(
                                                row.getString(1),
                                                new Binding.Schedule(
                                                        row.getString(2), row.getString(3)))));
        obsolete.removeAll(wanted);
        for (Entry each : obsolete) {
            database.update(
                    Sql.of("delete from rialto.function_schedule where ").add(is(app, each)));
        }
        for (Entry each : wanted) {
            database.update(
                    Sql.of(
                            "insert into rialto.function_schedule values (?, ?, ?, ?, ?,"
                                    + " ?::timestamptz) on conflict do nothing",
                            app.id(),
                            microApp,
                            each.address(),
                            each.schedule().cron(),
                            each.schedule().zone(),
                            CronTimes.of(each.schedule().cron(), each.schedule().zone())
                                    .after(clock.instant())
                                    .orElse(null)));
        }
    }

    /// All of an app.
    List<Entry> list(App app) {
        return database.query(
                Sql.of(
                        "select address, cron, zone from rialto.function_schedule where app = ?"
                                + " order by address, cron, zone",
                        app.id()),
                row ->
                        new Entry(
                                row.getString(1),
                                new Binding.Schedule(row.getString(2), row.getString(3))));
    }

    List<Due> due() {
        return database.query(
                Sql.of(
                        "select a.id, a.schema_name, s.micro_app, s.address, s.cron, s.zone,"
                                + " s.next_at from rialto.function_schedule as s"
                                + " join rialto.app as a on a.id = s.app"
                                + " where s.next_at <= ?::timestamptz order by s.next_at limit ?",
                        clock.instant(),
                        AT_ONCE),
                row -> {
                    var schedule = new Binding.Schedule(row.getString(5), row.getString(6));
                    return new Due(
                            new BackgroundCalls.Target(
                                    new App(row.getString(1), row.getString(2)),
                                    row.getString(3),
                                    row.getString(4),
                                    schedule),
                            schedule,
                            row.getObject(7, OffsetDateTime.class).toInstant());
                });
    }

    /// Sets when a schedule is due again.
    ///
    /// @param next empty for never
    /// @return whether it was this node that did
    boolean claim(Due due, Optional<Instant> next) {
        return database.update(
                        Sql.of(
                                        "update rialto.function_schedule set next_at ="
                                                + " ?::timestamptz where next_at = ?::timestamptz"
                                                + " and ",
                                        next.orElse(null),
                                        due.at())
                                .add(
                                        is(
                                                due.target().app(),
                                                new Entry(due.target().address(), due.schedule()))))
                > 0;
    }

    private static Sql is(App app, Entry entry) {
        return Sql.of(
                "app = ? and address = ? and cron = ? and zone = ?",
                app.id(),
                entry.address(),
                entry.schedule().cron(),
                entry.schedule().zone());
    }
}

package dev.rialto.limits;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Durations;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import dev.rialto.store.Sql;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The limits that the owners of apps have set, in each app's schema, and what this node knows of
/// them. Safe for use by many threads.
final class AppLimits implements Invalidations.Listener {
    private static final Invalidations.Kind CHANGED = new Invalidations.Kind("limits");

    private final Database database;
    private final Invalidations invalidations;
    private final Map<String, List<RateLimit>> known = new ConcurrentHashMap<>();

    AppLimits(Database database, Invalidations invalidations) {
        this.database = database;
        this.invalidations = invalidations;
        invalidations.subscribe(CHANGED, this);
        invalidations.subscribe(Invalidations.Kind.APP, this);
    }

    List<RateLimit> of(App app) {
        List<RateLimit> found = known.get(app.schema());
        if (found != null) {
            return found;
        }
        // What a transaction has written may be undone.
        return database.isInTransaction()
                ? read(app)
                : known.computeIfAbsent(app.schema(), _ -> read(app));
    }

    private List<RateLimit> read(App app) {
        return database.query(
                Sql.of("SELECT operations, calls, time, counted_by FROM ")
                        .add(table(app))
                        .add(" ORDER BY position"),
                row ->
                        new RateLimit(
                                row.getString(1),
                                row.getInt(2),
                                Durations.parse(row.getString(3)),
                                RateLimit.By.named(row.getString(4)).orElseThrow()));
    }

    /// Puts limits in the place of those that the app has.
    void replace(App app, List<RateLimit> limits) {
        database.inTransaction(() -> {
            database.update(
                    Sql.of("LOCK TABLE ").add(table(app)).add(" IN SHARE ROW EXCLUSIVE MODE"));
            database.update(Sql.of("DELETE FROM ").add(table(app)));
            for (int i = 0; i < limits.size(); i++) {
                RateLimit each = limits.get(i);
                database.update(
                        Sql.of("INSERT INTO ")
                                .add(table(app))
                                .add(
                                        " VALUES (?, ?, ?, ?, ?)",
                                        i,
                                        each.operations(),
                                        each.calls(),
                                        Durations.format(each.time()),
                                        each.by().wireName()));
            }
            invalidations.publish(app, CHANGED, "");
            database.afterCommit(() -> known.remove(app.schema()));
            return true;
        });
        known.remove(app.schema());
    }

    @Override
    public void changed(App app, String key) {
        known.remove(app.schema());
    }

    @Override
    public void everythingChanged() {
        known.clear();
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add("._rate_limit");
    }
}

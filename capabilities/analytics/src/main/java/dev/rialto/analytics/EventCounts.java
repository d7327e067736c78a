package dev.rialto.analytics;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The counts of apps, in each app's schema. Safe for use by many threads.
final class EventCounts {
    private final Database database;

    EventCounts(Database database) {
        this.database = database;
    }

    /// Counts an event.
    ///
    /// @param maxSeries how many different ones there may be in a day
    /// @return whether there was room for it
    boolean add(App app, TrackedEvent event, int maxSeries) {
        String day = event.day().toString();
        String dimensions = Json.write(event.dimensions());
        Sql again =
                update(app)
                        .add(" SET count = count + 1 WHERE day = ?::date", day)
                        .add(" AND event = ? AND dimensions = ?::jsonb", event.name(), dimensions);
        Sql first =
                Sql.of("INSERT INTO ")
                        .add(table(app))
                        .add(" AS t SELECT ?::date, ?, ?::jsonb, 1", day, event.name(), dimensions)
                        .add(" WHERE (SELECT count(*) FROM ")
                        .add(table(app))
                        .add(" WHERE day = ?::date) < ?", day, maxSeries)
                        .add(" ON CONFLICT (day, event, dimensions)")
                        .add(" DO UPDATE SET count = t.count + 1");
        return database.update(again) > 0 || database.update(first) > 0;
    }

    /// The counts of some days, both included.
    ///
    /// @param event of this name only
    List<ObjectNode> between(
            App app, LocalDate first, LocalDate last, Optional<String> event, int limit) {
        Sql query =
                Sql.of("SELECT day::text, event, dimensions::text, count FROM ")
                        .add(table(app))
                        .add(" WHERE day BETWEEN ?::date", first.toString())
                        .add(" AND ?::date", last.toString());
        event.ifPresent(name -> query.add(" AND event = ?", name));
        query.add(" ORDER BY day DESC, event, dimensions LIMIT ?", limit);
        return database.query(
                query,
                row -> {
                    ObjectNode count =
                            Json.object()
                                    .put("day", row.getString(1))
                                    .put("event", row.getString(2));
                    count.set("dimensions", Json.read(row.getString(3)));
                    return count.put("count", row.getLong(4));
                });
    }

    /// Removes the counts of the days before one.
    void removeBefore(App app, LocalDate day) {
        database.update(
                Sql.of("DELETE FROM ").add(table(app)).add(" WHERE day < ?::date", day.toString()));
    }

    private static Sql update(App app) {
        return Sql.of("UPDATE ").add(table(app));
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add("._event_count");
    }
}

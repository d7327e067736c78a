package dev.rialto.hosting;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What functions log: written in groups to each app's schema, where every node can read it. Lines
/// past a micro app's rate are dropped, and so are lines that come faster than they are written;
/// how many is logged.
final class FunctionLog implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FunctionLog.class.getName());
    private static final Set<String> LEVELS = Set.of("debug", "info", "warn", "error");
    private static final int MAX_LENGTH = 8_000;
    private static final int QUEUE = 10_000;
    private static final int GROUP = 500;
    private static final Duration PAUSE = Duration.ofMillis(100);

    /// So many of the newest lines of each micro app are kept.
    private static final int KEPT = 10_000;

    private record Line(
            App app, String microApp, Instant at, String level, String requestId, String text) {}

    private record Source(String schema, String microApp) {}

    private final Database database;
    private final InstantSource clock;
    private final int linesPerSecond;
    private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Map<Source, LineRate> rates = new ConcurrentHashMap<>();
    private final Thread writer;
    private volatile boolean closing;

    FunctionLog(Database database, InstantSource clock, int linesPerSecond) {
        this.database = database;
        this.clock = clock;
        this.linesPerSecond = linesPerSecond;
        this.writer = Thread.ofVirtual().name("function-log").start(this::run);
    }

    /// Adds a line; never waits.
    ///
    /// @param level anything but the known ones counts as `info`
    void add(App app, String microApp, String level, String requestId, String message) {
        Instant now = clock.instant();
        LineRate rate = rate(app, microApp);
        if (!rate.admits(now.getEpochSecond())) {
            return;
        }
        long dropped = rate.takeDropped();
        if (dropped > 0) {
            queue.offer(new Line(app, microApp, now, "warn", "", dropped + " lines were dropped"));
        }
        String text = clean(message);
        String known = LEVELS.contains(level) ? level : "info";
        if (!queue.offer(new Line(app, microApp, now, known, requestId, text))) {
            rate.drop();
        }
    }

    /// PostgreSQL stores no NUL characters and no lone surrogates.
    static String clean(String message) {
        String text =
                message.length() > MAX_LENGTH ? message.substring(0, MAX_LENGTH) + " ..." : message;
        return text.replaceAll("[\\x00\\p{Cs}]", "\uFFFD");
    }

    /// Reads lines, the oldest first.
    ///
    /// @param after only lines with a larger number; to follow, the last line's
    ObjectNode read(App app, String microApp, long after, int limit) {
        var json = Json.object();
        var lines = json.putArray("lines");
        database.query(
                        Sql.of("SELECT * FROM (SELECT id, at, level, request_id, message FROM ")
                                .add(table(app))
                                .add(
                                        " WHERE micro_app = ? AND id > ? ORDER BY id DESC LIMIT ?)"
                                                + " AS newest ORDER BY id",
                                        microApp,
                                        after,
                                        limit),
                        row ->
                                Json.object()
                                        .put("id", row.getLong(1))
                                        .put(
                                                "at",
                                                row.getObject(2, OffsetDateTime.class)
                                                        .toInstant()
                                                        .toString())
                                        .put("level", row.getString(3))
                                        .put("requestId", row.getString(4))
                                        .put("message", row.getString(5)))
                .forEach(lines::add);
        return json;
    }

    /// Reads lines of all of an app's micro apps, as Parse's clients know them.
    ArrayNode read(App app, LogQuery query) {
        Sql sql =
                Sql.of("SELECT at, level, micro_app, message FROM ")
                        .add(table(app))
                        .add(" WHERE true");
        query.from().ifPresent(from -> sql.add(" AND at >= ?::timestamptz", from));
        query.until().ifPresent(until -> sql.add(" AND at < ?::timestamptz", until));
        if (!query.levels().isEmpty()) {
            sql.add(" AND level = ?", query.levels().getFirst());
        }
        sql.add(query.ascending() ? " ORDER BY id" : " ORDER BY id DESC")
                .add(" LIMIT ?", query.size());
        ArrayNode lines = Json.nodes().arrayNode();
        database.query(
                        sql,
                        row ->
                                Json.object()
                                        .put(
                                                "timestamp",
                                                row.getObject(1, OffsetDateTime.class)
                                                        .toInstant()
                                                        .toString())
                                        .put("level", row.getString(2))
                                        .put("microApp", row.getString(3))
                                        .put("message", row.getString(4)))
                .forEach(lines::add);
        return lines;
    }

    /// Removes all but the newest lines of an app's micro apps.
    void prune(App app) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(table(app))
                        .add(" AS l USING (SELECT micro_app, max(id) AS newest FROM ")
                        .add(table(app))
                        .add(" GROUP BY micro_app) AS g WHERE l.micro_app = g.micro_app")
                        .add(" AND l.id < g.newest - ?", KEPT));
    }

    private void run() {
        List<Line> group = new ArrayList<>();
        while (!closing || !queue.isEmpty()) {
            try {
                Line first = queue.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    group.add(first);
                    queue.drainTo(group, GROUP - 1);
                    writeOrDrop(group);
                    group.clear();
                }
            } catch (InterruptedException _) {
                closing = true;
            }
        }
    }

    /// What room a full disk has left is for what clients write.
    private void writeOrDrop(List<Line> group) {
        if (database.isFull()) {
            group.forEach(each -> rate(each.app(), each.microApp()).drop());
        } else {
            write(group);
        }
    }

    private LineRate rate(App app, String microApp) {
        return rates.computeIfAbsent(
                new Source(app.schema(), microApp), _ -> new LineRate(linesPerSecond));
    }

    private void write(List<Line> group) {
        Map<App, List<Line>> byApp = new HashMap<>();
        group.forEach(each -> byApp.computeIfAbsent(each.app(), _ -> new ArrayList<>()).add(each));
        byApp.forEach((app, lines) -> {
            try {
                insert(app, lines);
            } catch (StoreException failure) {
                // An app that is deleted has no log any more.
                LOG.log(Level.WARNING, failure, () -> "can't write the log of " + app.id());
            }
        });
    }

    private void insert(App app, List<Line> lines) {
        Sql values =
                Sql.join(
                        ", ",
                        lines.stream()
                                .map(each ->
                                        Sql.of(
                                                "(?, ?::timestamptz, ?, ?, ?)",
                                                each.microApp(),
                                                each.at(),
                                                each.level(),
                                                each.requestId(),
                                                each.text()))
                                .toList(),
                        "");
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(app))
                        .add(" (micro_app, at, level, request_id, message) VALUES ")
                        .add(values));
    }

    @Override
    public void close() {
        closing = true;
        try {
            writer.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add(".").addName("_function_log");
    }
}

package dev.rialto.useradmin;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.model.DateText;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Exports and erasures in the schema of their app. The node that works on one holds a lease: when
/// that runs out, another may begin it again.
final class JobStore {
    static final Duration LEASE = Duration.ofMinutes(5);

    private static final String COLUMNS =
            "SELECT id, \"userId\", kind, state, report::text, \"createdAt\", \"finishedAt\" FROM ";

    private final Database database;
    private final InstantSource clock;

    JobStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// What a job does.
    enum Kind {
        EXPORT,
        ERASE;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A job.
    ///
    /// @param state `running`, `done` or `failed`
    /// @param finishedAt empty while it runs
    record Job(
            String id,
            String userId,
            Kind kind,
            String state,
            ObjectNode report,
            Instant createdAt,
            Optional<Instant> finishedAt) {
        ObjectNode shown() {
            ObjectNode shown =
                    Json.object()
                            .put("id", id)
                            .put("userId", userId)
                            .put("kind", kind.text())
                            .put("state", state)
                            .put("createdAt", DateText.write(createdAt));
            finishedAt.ifPresent(time -> shown.put("finishedAt", DateText.write(time)));
            shown.set("report", report);
            return shown;
        }
    }

    /// Begins a job, or finds the one that is running for the same.
    ///
    /// @return whether it was begun
    boolean begin(App app, String id, String userId, Kind kind) {
        Instant now = clock.instant();
        return database.update(
                        Sql.of("INSERT INTO ")
                                .add(jobs(app))
                                .add(
                                        " VALUES (?, ?, ?, 'running', '{}', ?, NULL, ?) ON CONFLICT"
                                                + " DO NOTHING",
                                        id,
                                        userId,
                                        kind.text(),
                                        now,
                                        now.plus(LEASE)))
                == 1;
    }

    /// Does something when what was written is there to stay.
    void onceCommitted(Runnable work) {
        database.onceCommitted(work);
    }

    Optional<Job> find(App app, String id) {
        return database.queryFirst(
                Sql.of(COLUMNS).add(jobs(app)).add(" WHERE id = ?", id), JobStore::job);
    }

    Optional<Job> running(App app, String userId, Kind kind) {
        return database.queryFirst(
                Sql.of(COLUMNS)
                        .add(jobs(app))
                        .add(
                                " WHERE \"userId\" = ? AND kind = ? AND state = 'running'",
                                userId,
                                kind.text()),
                JobStore::job);
    }

    /// How many jobs were begun for a user since a time.
    long begunSince(App app, String userId, Instant since) {
        return database.queryFirst(
                        Sql.of("SELECT count(*) FROM ")
                                .add(jobs(app))
                                .add(" WHERE \"userId\" = ? AND \"createdAt\" > ?", userId, since),
                        row -> row.getLong(1))
                .orElse(0L);
    }

    List<Job> list(App app, int limit) {
        return database.query(
                Sql.of(COLUMNS)
                        .add(jobs(app))
                        .add(" ORDER BY \"createdAt\" DESC, id LIMIT ?", limit),
                JobStore::job);
    }

    /// Takes over a job whose node is gone.
    Optional<Job> takeAbandoned(App app) {
        Instant now = clock.instant();
        return database.queryFirst(
                        Sql.of("UPDATE ")
                                .add(jobs(app))
                                .add(
                                        " SET \"leasedUntil\" = ? WHERE id = (SELECT id FROM ",
                                        now.plus(LEASE))
                                .add(jobs(app))
                                .add(
                                        " WHERE state = 'running' AND \"leasedUntil\" < ? ORDER BY"
                                                + " \"createdAt\" LIMIT 1 FOR UPDATE SKIP LOCKED)"
                                                + " RETURNING id",
                                        now),
                        row -> row.getString(1))
                .flatMap(id -> find(app, id));
    }

    void renew(App app, Job job) {
        database.update(
                Sql.of("UPDATE ")
                        .add(jobs(app))
                        .add(
                                " SET \"leasedUntil\" = ? WHERE id = ?",
                                clock.instant().plus(LEASE),
                                job.id()));
    }

    /// Shows how far a job has come.
    void progress(App app, Job job, ObjectNode report) {
        database.update(
                Sql.of("UPDATE ")
                        .add(jobs(app))
                        .add(" SET report = ?::jsonb WHERE id = ?", Json.write(report), job.id()));
    }

    void finish(App app, Job job, boolean done, ObjectNode report) {
        database.update(
                Sql.of("UPDATE ")
                        .add(jobs(app))
                        .add(
                                " SET state = ?, \"finishedAt\" = ?, report = ?::jsonb WHERE id = ?",
                                done ? "done" : "failed",
                                clock.instant(),
                                Json.write(report),
                                job.id()));
    }

    void dropLines(App app, Job job) {
        database.update(Sql.of("DELETE FROM ").add(lines(app)).add(" WHERE job = ?", job.id()));
    }

    void add(App app, Job job, long position, String line) {
        database.update(
                Sql.of("INSERT INTO ")
                        .add(lines(app))
                        .add(" VALUES (?, ?, ?)", job.id(), position, line));
    }

    /// Some lines of an export.
    ///
    /// @param from the position of the first
    List<String> lines(App app, Job job, long from, int most) {
        return database.query(
                Sql.of("SELECT line FROM ")
                        .add(lines(app))
                        .add(
                                " WHERE job = ? AND position >= ? AND position < ? ORDER BY position",
                                job.id(),
                                from,
                                from + most),
                row -> row.getString(1));
    }

    /// Removes jobs that ended before a time, and what they found.
    void prune(App app, Instant before) {
        database.update(
                Sql.of("DELETE FROM ").add(jobs(app)).add(" WHERE \"finishedAt\" < ?", before));
    }

    /// Removes what exports of a user found.
    void forget(App app, String userId) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(lines(app))
                        .add(" WHERE job IN (SELECT id FROM ")
                        .add(jobs(app))
                        .add(" WHERE \"userId\" = ?)", userId));
    }

    private static Job job(ResultSet row) throws SQLException {
        Timestamp finished = row.getTimestamp(7);
        return new Job(
                row.getString(1),
                row.getString(2),
                Kind.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                row.getString(4),
                (ObjectNode) Json.read(row.getString(5)),
                row.getTimestamp(6).toInstant(),
                Optional.ofNullable(finished).map(Timestamp::toInstant));
    }

    private static Sql jobs(App app) {
        return Sql.empty().addName(app.schema()).add("._user_data_job");
    }

    private static Sql lines(App app) {
        return Sql.empty().addName(app.schema()).add("._user_data_line");
    }
}

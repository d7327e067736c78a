package dev.rialto.hosting;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Micro apps and their revisions, in each app's schema. Safe for use by many threads.
final class RevisionStore {
    /// So many revisions that are not called are kept, beside the one a rollback goes to.
    private static final int KEPT = 10;

    private static final String MICRO_APP_COLUMNS =
            "name, config, live, previous, candidate, percent, runtime, runtime_why";

    private final Database database;

    RevisionStore(Database database) {
        this.database = database;
    }

    List<MicroApp> microApps(App app) {
        return database.query(
                Sql.of("SELECT " + MICRO_APP_COLUMNS + " FROM ")
                        .add(microAppTable(app))
                        .add(" ORDER BY name"),
                RevisionStore::microApp);
    }

    Optional<MicroApp> microApp(App app, String name) {
        return database.queryFirst(
                Sql.of("SELECT " + MICRO_APP_COLUMNS + " FROM ")
                        .add(microAppTable(app))
                        .add(" WHERE name = ?", name),
                RevisionStore::microApp);
    }

    /// Which revisions of all micro apps are called.
    List<Revision.Identity> called(App app) {
        return database.query(
                Sql.of("SELECT r.micro_app, r.number, r.created_at FROM ").add(calledOf(app)),
                row -> new Revision.Identity(row.getString(1), row.getInt(2), instant(row, 3)));
    }

    /// The revisions of some micro apps that are called.
    List<Revision> called(App app, Collection<String> microApps) {
        return database.query(
                Sql.of("SELECT r.micro_app, r.number, r.descriptor, r.created_at FROM ")
                        .add(calledOf(app))
                        .add(" WHERE m.name = ANY (?)", (Object) microApps.toArray(String[]::new)),
                RevisionStore::revision);
    }

    private static Sql calledOf(App app) {
        return revisionTable(app)
                .add(" AS r JOIN ")
                .add(microAppTable(app))
                .add(" AS m ON m.name = r.micro_app AND r.number IN (m.live, m.candidate)");
    }

    Optional<Revision> revision(App app, String microApp, int number) {
        return database.queryFirst(
                Sql.of("SELECT micro_app, number, descriptor, created_at FROM ")
                        .add(revisionTable(app))
                        .add(" WHERE micro_app = ? AND number = ?", microApp, number),
                RevisionStore::revision);
    }

    /// All revisions of a micro app, the newest first.
    List<Revision> revisions(App app, String microApp) {
        return database.query(
                Sql.of("SELECT micro_app, number, descriptor, created_at FROM ")
                        .add(revisionTable(app))
                        .add(" WHERE micro_app = ? ORDER BY number DESC", microApp),
                RevisionStore::revision);
    }

    Optional<Artifact> artifact(App app, String microApp, int number) {
        return database.queryFirst(
                        Sql.of("SELECT artifact FROM ")
                                .add(revisionTable(app))
                                .add(" WHERE micro_app = ? AND number = ?", microApp, number),
                        row -> row.getBytes(1))
                .map(ArtifactZip::read);
    }

    /// Finds a micro app, makes it if there is none, and keeps others from changing it until the
    /// end of the transaction.
    MicroApp locked(App app, String name) {
        database.update(
                Sql.of("INSERT INTO ")
                        .add(microAppTable(app))
                        .add(" (name) VALUES (?) ON CONFLICT DO NOTHING", name));
        return database.queryFirst(
                        Sql.of("SELECT " + MICRO_APP_COLUMNS + " FROM ")
                                .add(microAppTable(app))
                                .add(" WHERE name = ? FOR UPDATE", name),
                        RevisionStore::microApp)
                .orElseThrow();
    }

    /// The number that the next revision of a micro app has.
    int nextNumber(App app, String microApp) {
        return database.queryFirst(
                        Sql.of("SELECT coalesce(max(number), 0) + 1 FROM ")
                                .add(revisionTable(app))
                                .add(" WHERE micro_app = ?", microApp),
                        row -> row.getInt(1))
                .orElse(1);
    }

    void add(App app, Revision revision, Artifact artifact) {
        database.update(
                Sql.of("INSERT INTO ")
                        .add(revisionTable(app))
                        .add(
                                " VALUES (?, ?, ?::jsonb, ?, ?::timestamptz)",
                                revision.microApp(),
                                revision.number(),
                                Json.write(revision.descriptor().wire()),
                                ArtifactZip.write(artifact),
                                revision.createdAt()));
    }

    void update(App app, MicroApp changed) {
        ObjectNode config = Json.object();
        changed.config().forEach(config::put);
        Traffic traffic = changed.traffic();
        database.update(
                Sql.of("UPDATE ")
                        .add(microAppTable(app))
                        .add(
                                " SET config = ?::jsonb, live = ?, previous = ?, candidate = ?,"
                                        + " percent = ?, runtime = ?, runtime_why = ?"
                                        + " WHERE name = ?",
                                Json.write(config),
                                traffic.live(),
                                traffic.previous(),
                                traffic.candidate(),
                                traffic.percent(),
                                changed.moved().map(MicroApp.Moved::runtime).orElse(""),
                                changed.moved().map(MicroApp.Moved::why).orElse(""),
                                changed.name()));
    }

    /// Removes old revisions that are not called.
    void prune(App app, MicroApp microApp) {
        Traffic traffic = microApp.traffic();
        database.update(
                Sql.of("DELETE FROM ")
                        .add(revisionTable(app))
                        .add(
                                " WHERE micro_app = ? AND number NOT IN (?, ?, ?) AND number <=",
                                microApp.name(),
                                traffic.live(),
                                traffic.previous(),
                                traffic.candidate())
                        .add(" (SELECT max(number) - ? FROM ", KEPT)
                        .add(revisionTable(app))
                        .add(" WHERE micro_app = ?)", microApp.name()));
    }

    /// Removes a micro app with its revisions.
    ///
    /// @return whether there was one
    boolean remove(App app, String name) {
        return database.update(
                        Sql.of("DELETE FROM ").add(microAppTable(app)).add(" WHERE name = ?", name))
                > 0;
    }

    private static MicroApp microApp(ResultSet row) throws SQLException {
        Map<String, String> config = new HashMap<>();
        Json.read(String.valueOf(row.getString(2)))
                .properties()
                .forEach(each -> config.put(each.getKey(), each.getValue().asString("")));
        return new MicroApp(
                row.getString(1),
                config,
                new Traffic(row.getInt(3), row.getInt(4), row.getInt(5), row.getInt(6)),
                Optional.of(new MicroApp.Moved(row.getString(7), row.getString(8)))
                        .filter(each -> !each.runtime().isEmpty()));
    }

    private static Revision revision(ResultSet row) throws SQLException {
        return new Revision(
                row.getString(1),
                row.getInt(2),
                Descriptor.read(Json.read(String.valueOf(row.getString(3)))),
                instant(row, 4));
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static Sql microAppTable(App app) {
        return Sql.empty().addName(app.schema()).add(".").addName("_micro_app");
    }

    private static Sql revisionTable(App app) {
        return Sql.empty().addName(app.schema()).add(".").addName("_revision");
    }
}

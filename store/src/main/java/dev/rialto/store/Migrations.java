package dev.rialto.store;

import dev.rialto.kernel.App;
import dev.rialto.kernel.SetupException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/// Migrates PostgreSQL schemas to the version that this program expects. The schema `rialto` has
/// what all apps share (files in `db/platform`), each app's schema has that app's tables (files in
/// `db/app`); a capability contributes to both by putting files there.
///
/// A file is called `V20_1__accounts_identity.sql`. The number before the underscore belongs to one
/// capability: the first to use it. A file runs once, in a transaction, with the schema as the
/// search path; several nodes may migrate at once. If there is nothing to do, it costs one query.
///
/// Programs of neighbouring versions may run on one database ([DatabaseVersion]). A schema that a
/// newer program has migrated is left as it is; one that an older program created is migrated by
/// the newer one when it meets it.
public final class Migrations {
    /// The schema that all apps share.
    public static final String PLATFORM = "rialto";

    private static final long PAUSE_MILLIS = 100;

    private final Database database;
    private final Program program;
    private final UpgradeProgress progress;
    private final DatabaseVersion versions;
    private final MigrationSet platform;
    private final MigrationSet app;
    private String from = "";

    /// For a database whose program does not matter.
    public Migrations(Database database) {
        this(database, Program.UNKNOWN, _ -> {});
    }

    /// @param progress is given lines for the operator while data is upgraded
    public Migrations(Database database, Program program, Consumer<String> progress) {
        this(
                database,
                program,
                progress,
                MigrationSet.find("db/platform"),
                MigrationSet.find("db/app"));
    }

    Migrations(
            Database database,
            Program program,
            Consumer<String> progress,
            MigrationSet platform,
            MigrationSet app) {
        this.database = database;
        this.program = program;
        this.progress = new UpgradeProgress(progress);
        this.versions = new DatabaseVersion(database, program);
        this.platform = platform;
        this.app = app;
    }

    /// What has run on a schema.
    ///
    /// @param version of the program that migrated it last
    private record State(String fingerprint, String version) {}

    /// Migrates the shared schema.
    ///
    /// @throws SetupException if the database is that of a program too new or too old to run beside
    ///   this one, or a migration fails
    public void migratePlatform() {
        Optional<DatabaseVersion.Stored> before = versions.claim();
        before.ifPresent(this::greet);
        bring(PLATFORM, platform, before.isPresent() ? "shared tables" : "");
        versions.note();
    }

    private void greet(DatabaseVersion.Stored before) {
        from = before.newest();
        if (program.isOlderThan(from)) {
            progress.say(
                    "this database was upgraded by Rialto "
                            + from
                            + "; this is "
                            + program.version()
                            + ", which may run beside it until all nodes are upgraded");
        }
    }

    /// Migrates the schema of an app, creating it if it doesn't exist.
    public void migrateApp(String schema) {
        bring(schema, app, "");
    }

    /// Migrates all apps that need it, one after another. One that another node deletes meanwhile
    /// is left out.
    ///
    /// @throws SetupException at the first one that fails; those before it are done
    public void migrateApps(List<App> apps) {
        long started = System.nanoTime();
        Map<String, State> states = states();
        List<App> behind =
                apps.stream()
                        .filter(each -> states.containsKey(each.schema()))
                        .filter(each -> !isDone(states.get(each.schema()), app))
                        .toList();
        for (int i = 0; i < behind.size(); i++) {
            String where = "app " + (i + 1) + " of " + behind.size();
            try {
                bring(behind.get(i).schema(), app, where);
            } catch (SetupException failure) {
                throw new SetupException(
                        failure.getMessage() + upgraded(i, behind.size()), failure);
            }
        }
        if (!behind.isEmpty()) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
            progress.say("upgraded the data of " + apps(behind.size()) + " in " + seconds + " s");
        }
    }

    private static String upgraded(int done, int all) {
        return ". Upgraded so far: " + done + " of " + apps(all) + "; that is not repeated";
    }

    private static String apps(int number) {
        return number == 1 ? "1 app" : number + " apps";
    }

    /// Removes the schema of an app with everything in it.
    public void dropApp(String schema) {
        database.inTransaction(() -> {
            // An app that is created again has tables of the same names.
            database.afterCommit(database.stamps()::everythingChanged);
            database.update(Sql.of("drop schema if exists ").addName(schema).add(" cascade"));
            database.update(Sql.of("delete from rialto.changes where schema_name = ?", schema));
            return database.update(
                    Sql.of("delete from rialto.migration_state where schema_name = ?", schema));
        });
    }

    private void bring(String schema, MigrationSet set, String where) {
        if (isDone(state(schema), set)) {
            return;
        }
        database.with(connection -> {
            lock(connection, schema, where);
            try {
                State state = state(schema);
                boolean deleted = state == null && !schema.equals(PLATFORM) && !where.isEmpty();
                if (!deleted && !isDone(state, set)) {
                    run(schema, set, where);
                    record(connection, schema, set);
                }
            } finally {
                call(connection, "pg_advisory_unlock", schema);
            }
            return true;
        });
    }

    private boolean isDone(@Nullable State state, MigrationSet set) {
        return state != null
                && (state.fingerprint().equals(set.fingerprint())
                        || program.isOlderThan(state.version()));
    }

    private @Nullable State state(String schema) {
        return states(
                        Sql.of(
                                "select schema_name, fingerprint, version from rialto.migration_state"
                                        + " where schema_name = ?",
                                schema))
                .get(schema);
    }

    private Map<String, State> states() {
        return states(
                Sql.of("select schema_name, fingerprint, version from rialto.migration_state"));
    }

    private Map<String, State> states(Sql query) {
        Map<String, State> states = new HashMap<>();
        try {
            database.query(
                    query,
                    row ->
                            states.put(
                                    row.getString(1),
                                    new State(row.getString(2), row.getString(3))));
        } catch (StoreException failure) {
            if (!failure.isUndefinedObject()) {
                throw failure;
            }
        }
        return states;
    }

    private void run(String schema, MigrationSet set, String where) {
        var running = progress.new Running(where.isEmpty() ? "" : upgrading() + where);
        try {
            Flyway.configure()
                    .dataSource(database.dataSource())
                    .schemas(schema)
                    .defaultSchema(schema)
                    .createSchemas(true)
                    .table("_migrations")
                    .resourceProvider(new MigrationFiles(set.files()))
                    .callbacks(running)
                    // A capability may add a file after one of a higher range has run.
                    .outOfOrder(true)
                    .placeholderReplacement(false)
                    .load()
                    .migrate();
        } catch (FlywayException failure) {
            throw running.script()
                    .<RuntimeException>map(script -> failed(schema, script, failure))
                    .orElse(failure);
        }
    }

    private String upgrading() {
        return "upgrading the data"
                + (from.isEmpty() ? "" : " from " + from)
                + " to "
                + program.version()
                + ": ";
    }

    private SetupException failed(String schema, String script, FlywayException failure) {
        Throwable last = failure;
        for (Throwable each = failure; each != null; each = each.getCause()) {
            last = each;
        }
        boolean mayReturn =
                !from.isEmpty()
                        && DataVersion.compare(from, program.version()) < 0
                        && DataVersion.compare(from, program.oldestBeside()) >= 0;
        return new SetupException(
                "the migration "
                        + script
                        + " of the schema "
                        + schema
                        + " failed: "
                        + String.valueOf(last.getMessage()).lines().findFirst().orElse("")
                        + ". It was rolled back and nothing is lost. Mend what it says and start"
                        + " again, or "
                        + (mayReturn
                                ? "start Rialto " + from + " again"
                                : "restore the last backup")
                        + " and report it",
                failure);
    }

    private void record(Connection connection, String schema, MigrationSet set)
            throws SQLException {
        try (PreparedStatement statement =
                Statements.prepare(
                        connection,
                        Sql.of(
                                "insert into rialto.migration_state"
                                        + " (schema_name, fingerprint, version)"
                                        + " values (?, ?, ?) on conflict (schema_name) do update set"
                                        + " fingerprint = excluded.fingerprint,"
                                        + " version = excluded.version",
                                schema,
                                set.fingerprint(),
                                program.version()))) {
            statement.executeUpdate();
        }
    }

    /// Waits as long as another node migrates the schema, which may take longer than a statement
    /// may.
    private void lock(Connection connection, String schema, String where) throws SQLException {
        while (!call(connection, "pg_try_advisory_lock", schema)) {
            if (!where.isEmpty()) {
                progress.at("waiting for another node that upgrades " + where);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new SetupException("interrupted while another node migrates", stop);
            }
        }
    }

    private static boolean call(Connection connection, String function, String schema)
            throws SQLException {
        try (PreparedStatement statement =
                        Statements.prepare(
                                connection,
                                Sql.of(
                                        "select " + function + "(hashtextextended(?, 0))",
                                        "rialto migration of " + schema));
                ResultSet done = statement.executeQuery()) {
            return done.next() && done.getBoolean(1);
        }
    }
}

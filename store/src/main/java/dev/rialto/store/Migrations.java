package dev.rialto.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.flywaydb.core.Flyway;

/// Migrates PostgreSQL schemas to the version that this program expects. The schema `rialto` has
/// what all apps share (files in `db/platform`), each app's schema has that app's tables (files in
/// `db/app`); a capability contributes to both by putting files there.
///
/// A file is called `V20_1__accounts_identity.sql`. The number before the underscore belongs to one
/// capability: the first to use it. A file runs once, in a transaction, with the schema as the
/// search path; several nodes may migrate at once. If there is nothing to do, it costs one query.
public final class Migrations {
    /// The schema that all apps share.
    public static final String PLATFORM = "rialto";

    private final Database database;
    private final MigrationSet platform;
    private final MigrationSet app;

    public Migrations(Database database) {
        this.database = database;
        this.platform = MigrationSet.find("db/platform");
        this.app = MigrationSet.find("db/app");
    }

    /// Migrates the shared schema.
    public void migratePlatform() {
        bring(PLATFORM, platform);
    }

    /// Migrates the schema of an app, creating it if it doesn't exist.
    public void migrateApp(String schema) {
        bring(schema, app);
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

    private void bring(String schema, MigrationSet set) {
        if (state(schema).equals(Optional.of(set.fingerprint()))) {
            return;
        }
        database.with(connection -> {
            lock(connection, "pg_advisory_lock", schema);
            try {
                if (!state(schema).equals(Optional.of(set.fingerprint()))) {
                    run(schema, set);
                    record(connection, schema, set);
                }
            } finally {
                lock(connection, "pg_advisory_unlock", schema);
            }
            return true;
        });
    }

    private Optional<String> state(String schema) {
        try {
            return database.queryFirst(
                    Sql.of(
                            "select fingerprint from rialto.migration_state where schema_name = ?",
                            schema),
                    row -> row.getString(1));
        } catch (StoreException failure) {
            if (failure.isUndefinedObject()) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    private void run(String schema, MigrationSet set) {
        Flyway.configure()
                .dataSource(database.dataSource())
                .schemas(schema)
                .defaultSchema(schema)
                .createSchemas(true)
                .table("_migrations")
                .locations("classpath:" + set.folder())
                // A capability may add a file after one of a higher range has run.
                .outOfOrder(true)
                .placeholderReplacement(false)
                .load()
                .migrate();
    }

    private static void record(Connection connection, String schema, MigrationSet set)
            throws SQLException {
        try (PreparedStatement statement =
                Statements.prepare(
                        connection,
                        Sql.of(
                                "insert into rialto.migration_state (schema_name, fingerprint)"
                                        + " values (?, ?) on conflict (schema_name) do update set"
                                        + " fingerprint = excluded.fingerprint",
                                schema,
                                set.fingerprint()))) {
            statement.executeUpdate();
        }
    }

    private static void lock(Connection connection, String function, String schema)
            throws SQLException {
        try (PreparedStatement statement =
                        Statements.prepare(
                                connection,
                                Sql.of(
                                        "select " + function + "(hashtextextended(?, 0))",
                                        "rialto migration of " + schema));
                ResultSet done = statement.executeQuery()) {
            done.next();
        }
    }
}

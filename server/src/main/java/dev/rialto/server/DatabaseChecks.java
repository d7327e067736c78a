package dev.rialto.server;

import dev.rialto.files.DatabaseStorage;
import dev.rialto.files.FolderContents;
import dev.rialto.files.FolderStorage;
import dev.rialto.kernel.App;
import dev.rialto.store.DataVersion;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.Sql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/// The doctor's checks of the database, in a transaction that can't write.
final class DatabaseChecks implements AutoCloseable {
    private static final long MAX_KEPT_LOG = 2L << 30;
    private static final long MAX_TRANSACTION_AGE = 1_000_000_000L;
    private static final Duration MAX_SKEW = Duration.ofSeconds(2);
    private static final int MAX_NAMED = 5;

    private final Connection connection;
    private final ServerSettings all;

    private DatabaseChecks(Connection connection, ServerSettings all) {
        this.connection = connection;
        this.all = all;
    }

    static DatabaseChecks open(DatabaseSettings settings, ServerSettings all) throws SQLException {
        var properties = new Properties();
        settings.user().ifPresent(user -> properties.put("user", user));
        settings.password().ifPresent(password -> properties.put("password", password));
        properties.put("ApplicationName", "rialto doctor");
        properties.put("options", "-c default_transaction_read_only=on -c TimeZone=UTC");
        return new DatabaseChecks(DriverManager.getConnection(settings.url(), properties), all);
    }

    List<Finding> run() throws SQLException {
        return List.of(
                program(),
                checksums(),
                indexes(),
                log(),
                transactions(),
                clock(),
                files(),
                damagedFiles());
    }

    /// What is used and not there, or the other way round.
    List<Finding> orphans() throws SQLException {
        var checks = new OrphanChecks(connection, new FolderContents(all.files().folder()), apps());
        return switch (all.files().kind()) {
            case FOLDER -> checks.run();
            case DATABASE -> checks.runInDatabase();
        };
    }

    /// @return the position of the last checkpoint; empty when it may not be asked
    String checkpoint() throws SQLException {
        boolean embedded = all.database().address().isEmpty();
        return embedded ? text("SELECT redo_lsn::text FROM pg_control_checkpoint()") : "";
    }

    /// Which programs may use the database, and which do.
    private Finding program() throws SQLException {
        if (text("SELECT coalesce(to_regclass('rialto.program_version')::text, '')").isEmpty()) {
            return Finding.ok("program", "no program that tells its version has upgraded it");
        }
        String newest = text("SELECT newest FROM rialto.program_version");
        String oldest = text("SELECT oldest FROM rialto.program_version");
        String connected =
                text(
                        "SELECT coalesce(string_agg(DISTINCT substr(application_name, 8), ', '),"
                                + " 'none') FROM pg_stat_activity"
                                + " WHERE datname = current_database()"
                                + " AND application_name ~ '^rialto [0-9.]+$'");
        String text =
                "upgraded by Rialto "
                        + newest
                        + ", beside which "
                        + oldest
                        + " and newer may run; connected: "
                        + connected;
        if (DataVersion.compare(Version.current(), oldest) < 0) {
            return Finding.problem(
                    "program",
                    text + "; this is " + Version.current() + ": use a newer one, or a backup");
        }
        return DataVersion.compare(Version.current(), newest) < 0
                ? Finding.warning(
                        "program",
                        text + "; this is " + Version.current() + ": upgrade this one, too")
                : Finding.ok("program", text);
    }

    private Finding checksums() throws SQLException {
        boolean on = text("SELECT current_setting('data_checksums')").equals("on");
        long failures =
                number("SELECT coalesce(sum(checksum_failures), 0)::bigint FROM pg_stat_database");
        if (failures > 0) {
            return Finding.problem(
                    "checksums",
                    failures
                            + " pages were found damaged: check the disk, run ./rialto doctor"
                            + " --pages, and restore the last backup into a new folder");
        }
        return on
                ? Finding.ok("checksums", "are on")
                : Finding.warning(
                        "checksums",
                        "are off, so damage by the disk is not noticed: stop the server and run"
                                + " pg_checksums --enable of the same PostgreSQL on the cluster");
    }

    private Finding indexes() throws SQLException {
        List<String> invalid =
                list(
                        "SELECT indexrelid::regclass::text FROM pg_index"
                                + " WHERE NOT indisvalid OR NOT indisready");
        return invalid.isEmpty()
                ? Finding.ok("indexes", "all are valid")
                : Finding.warning(
                        "indexes",
                        some(invalid) + " are not valid: REINDEX INDEX CONCURRENTLY each");
    }

    private Finding log() throws SQLException {
        List<String> lost =
                list(
                        "SELECT slot_name FROM pg_replication_slots"
                                + " WHERE wal_status IN ('lost', 'unreserved')");
        long kept =
                number(
                        "SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)),"
                                + " 0)::bigint FROM pg_replication_slots");
        if (!lost.isEmpty()) {
            return Finding.warning(
                    "log",
                    "no longer complete for "
                            + some(lost)
                            + ": backups did not come for too long; the next one will be full");
        }
        String text = (kept >> 20) + " MB of PostgreSQL's log are kept for backups";
        return kept > MAX_KEPT_LOG
                ? Finding.warning("log", text + ": see why backups don't come")
                : Finding.ok("log", text);
    }

    private Finding transactions() throws SQLException {
        long age = number("SELECT max(age(datfrozenxid))::bigint FROM pg_database");
        return age > MAX_TRANSACTION_AGE
                ? Finding.problem(
                        "transactions",
                        "the oldest is " + age + " back: run VACUUM FREEZE before PostgreSQL stops")
                : Finding.ok("transactions", "the oldest is " + age + " back");
    }

    private Finding clock() throws SQLException {
        Instant before = Instant.now();
        long there = number("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
        Duration skew = Duration.between(before, Instant.ofEpochMilli(there)).abs();
        Duration took = Duration.between(before, Instant.now());
        return skew.minus(took).compareTo(MAX_SKEW) > 0
                ? Finding.problem(
                        "clock",
                        "this machine and PostgreSQL differ by "
                                + skew.toSeconds()
                                + " s: synchronise both (NTP); sessions and schedules depend on it")
                : Finding.ok("clock", "agrees with PostgreSQL's");
    }

    /// Files that objects mention and that are not stored.
    private Finding files() throws SQLException {
        List<String> missing = new ArrayList<>();
        long mentioned = 0;
        for (App app : apps()) {
            String schema = Sql.name(app.schema());
            for (String[] field : fields(schema)) {
                String column = Sql.name(field[1]);
                for (String name :
                        list(
                                "SELECT DISTINCT %s FROM %s.%s WHERE %s IS NOT NULL"
                                        .formatted(column, schema, Sql.name(field[0]), column))) {
                    mentioned++;
                    if (!isStored(app, name)) {
                        missing.add(name);
                    }
                }
            }
        }
        return missing.isEmpty()
                ? Finding.ok("files", "all " + mentioned + " that objects mention are there")
                : Finding.warning(
                        "files",
                        missing.size()
                                + " that objects mention are missing, such as "
                                + some(missing)
                                + ": they were deleted, or files.folder leads elsewhere; a backup"
                                + " from before has them");
    }

    /// Files whose content was missing or different when a server last checked it.
    private Finding damagedFiles() throws SQLException {
        List<String> damaged = new ArrayList<>();
        for (App app : apps()) {
            String table = Sql.name(app.schema()) + "._file_entry";
            boolean isThere =
                    !text("SELECT coalesce(to_regclass('%s')::text, '')".formatted(table))
                            .isEmpty();
            if (isThere) {
                damaged.addAll(list("SELECT name FROM %s WHERE damaged".formatted(table)));
            }
        }
        return damaged.isEmpty()
                ? Finding.ok("contents of files", "none was found damaged")
                : Finding.problem(
                        "contents of files",
                        damaged.size()
                                + " are missing or damaged, such as "
                                + some(damaged)
                                + ": look for the disk's errors; a backup from before has them");
    }

    private boolean isStored(App app, String name) throws SQLException {
        return switch (all.files().kind()) {
            case FOLDER -> FolderStorage.isIn(all.files().folder(), app, name);
            case DATABASE -> DatabaseStorage.isIn(connection, app, name);
        };
    }

    private List<App> apps() throws SQLException {
        List<App> apps = new ArrayList<>();
        if (text("SELECT coalesce(to_regclass('rialto.app')::text, '')").isEmpty()) {
            return apps;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, schema_name FROM rialto.app")) {
            while (row.next()) {
                apps.add(new App(row.getString(1), row.getString(2)));
            }
        }
        return apps;
    }

    /// Tables and columns that have names of files.
    private List<String[]> fields(String schema) throws SQLException {
        List<String[]> fields = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                ("SELECT s.name, f.key FROM %s._schema s, json_each(s.fields) f"
                                                + " WHERE f.value->>'type' = 'File'")
                                        .formatted(schema))) {
            while (row.next()) {
                fields.add(new String[] {row.getString(1), row.getString(2)});
            }
        }
        return fields;
    }

    private static String some(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(MAX_NAMED, names.size())));
        return names.size() > MAX_NAMED ? first + " and others" : first;
    }

    private long number(String query) throws SQLException {
        return Long.parseLong(text(query));
    }

    private String text(String query) throws SQLException {
        return list(query).stream()
                .findFirst()
                .orElseThrow(() -> new SQLException("no row from PostgreSQL: " + query));
    }

    private List<String> list(String query) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                found.add(Optional.ofNullable(row.getString(1)).orElse(""));
            }
        }
        return found;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

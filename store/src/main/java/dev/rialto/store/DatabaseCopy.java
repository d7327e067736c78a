package dev.rialto.store;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/// Copies a database, definitions and rows, into an empty one of another PostgreSQL, and compares
/// the two. Nobody else may write to either.
final class DatabaseCopy implements AutoCloseable {
    private static final int MAX_NAMED = 5;

    private final Connection source;
    private final Connection target;
    private final Consumer<String> progress;
    private long rows;

    /// @param progress is given a line for each step
    private DatabaseCopy(Connection source, Connection target, Consumer<String> progress) {
        this.source = source;
        this.target = target;
        this.progress = progress;
    }

    static DatabaseCopy open(
            DatabaseSettings source, DatabaseSettings target, Consumer<String> progress)
            throws SQLException {
        Connection from = connect(source);
        try {
            return new DatabaseCopy(from, connect(target), progress);
        } catch (SQLException failure) {
            try (from) {
                throw failure;
            }
        }
    }

    /// What was copied.
    record Copied(int tables, long rows) {}

    private static Connection connect(DatabaseSettings settings) throws SQLException {
        var properties = new Properties();
        settings.user().ifPresent(user -> properties.put("user", user));
        settings.password().ifPresent(password -> properties.put("password", password));
        properties.put("ApplicationName", "rialto copy");
        // Names and values in the same form on both sides.
        properties.put(
                "options",
                "-c search_path= -c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601"
                        + " -c extra_float_digits=1 -c bytea_output=hex -c statement_timeout=0"
                        + " -c check_function_bodies=off -c maintenance_work_mem=256MB");
        return DriverManager.getConnection(settings.url(), properties);
    }

    /// Copies and compares everything.
    ///
    /// @throws SetupException if the source has what can't be copied, or the two differ
    Copied run() throws SQLException, IOException {
        var from = new Catalog(source);
        requireCopyable(from);
        List<Catalog.Table> tables = from.tables();
        progress.accept("copying " + tables.size() + " tables");
        execute(from.before());
        copyTables(tables);
        progress.accept("creating indexes, constraints and triggers");
        execute(from.after());
        for (String each : from.counters()) {
            copyCounter(each);
        }
        execute(List.of("analyze"));
        compare(from, tables);
        return new Copied(tables.size(), rows);
    }

    private static void requireCopyable(Catalog from) throws SQLException {
        List<String> obstacles = from.obstacles();
        if (!obstacles.isEmpty()) {
            throw new SetupException(
                    "the database contains objects that Rialto did not create and can't copy: "
                            + some(obstacles)
                            + ". Drop it, and create it again afterwards");
        }
    }

    private static String some(List<String> all) {
        String named = String.join(", ", all.subList(0, Math.min(MAX_NAMED, all.size())));
        return all.size() > MAX_NAMED
                ? named + " and " + (all.size() - MAX_NAMED) + " more"
                : named;
    }

    /// A transaction for each schema: a table that is filled in the transaction that created it
    /// needs no log, and one for all would hold too many locks.
    private void copyTables(List<Catalog.Table> tables) throws SQLException, IOException {
        target.setAutoCommit(false);
        String schema = "";
        for (int i = 0; i < tables.size(); i++) {
            Catalog.Table table = tables.get(i);
            if (!table.schema().equals(schema)) {
                target.commit();
                schema = table.schema();
            }
            progress.accept("copying table " + (i + 1) + " of " + tables.size());
            execute(List.of(table.create()));
            execute(table.storage());
            if (!table.partitioned() && !table.columns().isEmpty()) {
                rows += copyRows(table);
            }
        }
        target.commit();
        target.setAutoCommit(true);
    }

    private long copyRows(Catalog.Table table) throws SQLException, IOException {
        String what = "copy " + table.quoted() + " (" + table.columns() + ") ";
        CopyOut out =
                source.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut(what + "to stdout (format binary)");
        CopyIn in =
                target.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn(what + "from stdin (format binary, freeze)");
        byte[] piece = out.readFromCopy();
        while (piece != null) {
            in.writeToCopy(piece, 0, piece.length);
            piece = out.readFromCopy();
        }
        long written = in.endCopy();
        if (written != out.getHandledRowCount()) {
            throw new IOException(
                    table.quoted() + " has " + out.getHandledRowCount() + " rows, not " + written);
        }
        return written;
    }

    private void copyCounter(String sequence) throws SQLException {
        String last =
                list(source, "select last_value || ', ' || is_called from " + sequence).getFirst();
        list(target, "select pg_catalog.setval(" + Sql.literal(sequence) + ", " + last + ")::text");
    }

    private void compare(Catalog from, List<Catalog.Table> tables) throws SQLException {
        List<String> expected = from.everything();
        List<String> found = new Catalog(target).everything();
        List<String> missing = new ArrayList<>(expected);
        found.forEach(missing::remove);
        if (!missing.isEmpty() || found.size() != expected.size()) {
            throw new SetupException("the copy differs in its definitions: " + some(missing));
        }
        for (int i = 0; i < tables.size(); i++) {
            Catalog.Table table = tables.get(i);
            progress.accept("comparing table " + (i + 1) + " of " + tables.size());
            if (!table.partitioned()) {
                requireSame(digest(table), table.quoted());
            }
        }
        for (String each : from.counters()) {
            requireSame("select last_value || ' ' || is_called from " + each, each);
        }
    }

    /// The number of rows and a sum over hashes of all, which does not depend on their order.
    private static String digest(Catalog.Table table) {
        return "select count(*) || ' ' || coalesce(sum(('x' || substr(md5(\"the row\"::text), 1,"
                + " 15))::bit(60)::bigint), 0) from only "
                + table.quoted()
                + " as \"the row\"";
    }

    private void requireSame(String query, String what) throws SQLException {
        String expected = list(source, query).getFirst();
        String found = list(target, query).getFirst();
        if (!expected.equals(found)) {
            throw new SetupException(
                    "the copy of " + what + " differs: " + found + ", not " + expected);
        }
    }

    private void execute(List<String> statements) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static List<String> list(Connection connection, String query) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }

    @Override
    public void close() throws SQLException {
        try (source) {
            target.close();
        }
    }
}

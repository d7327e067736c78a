package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Sql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/// A Parse Server's database in PostgreSQL, read as of one point in time in a transaction that
/// can't write. Rows are fetched in portions, so tables may be of any size.
final class ParsePostgres implements ParseSource {
    private static final int ROWS_AT_ONCE = 100;
    private static final int SHOWN = 1000;
    private static final String SCHEMA = "_SCHEMA";

    private final Connection connection;
    private final String database;
    private final Set<String> tables;

    private ParsePostgres(Connection connection, String database) throws IOException {
        this.connection = connection;
        this.database = database;
        this.tables =
                new TreeSet<>(
                        strings(
                                "SELECT c.relname FROM pg_class AS c"
                                        + " WHERE c.relkind IN ('r', 'p')"
                                        + " AND pg_table_is_visible(c.oid)"
                                        + " AND c.relnamespace NOT IN"
                                        + " ('pg_catalog'::regnamespace,"
                                        + " 'information_schema'::regnamespace)"));
        if (!tables.contains(SCHEMA)) {
            throw new RialtoException(
                    ErrorCode.NOT_FOUND,
                    "the database "
                            + database
                            + " has no table \"_SCHEMA\": no Parse Server used it");
        }
    }

    /// @throws RialtoException when it can't be reached, or is not the database of a Parse Server
    static ParsePostgres open(ParsePlace.Postgres place) throws IOException {
        var properties = new Properties();
        place.user().ifPresent(user -> properties.put("user", user));
        place.password().ifPresent(password -> properties.put("password", password));
        properties.put("ApplicationName", "rialto import");
        properties.put("tcpKeepAlive", "true");
        Connection connection;
        try {
            connection = DriverManager.getConnection(place.jdbcUrl(), properties);
        } catch (SQLException failure) {
            throw new RialtoException(
                    ErrorCode.NOT_FOUND,
                    "can't connect to the Parse Server's database: " + failure.getMessage(),
                    failure);
        }
        boolean opened = false;
        try {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL TIME ZONE 'UTC'");
                statement.execute("SET LOCAL statement_timeout = 0");
                statement.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
            }
            var source = new ParsePostgres(connection, connection.getCatalog());
            opened = true;
            return source;
        } catch (SQLException failure) {
            throw unreadable(failure);
        } finally {
            if (!opened) {
                close(connection);
            }
        }
    }

    @Override
    public List<ParseClass> classes() throws IOException {
        List<ParseClass> classes = new ArrayList<>();
        for (ObjectNode row : documents(SCHEMA)) {
            classes.add(
                    ParseSchemas.ofPostgres(
                            row.path("className").asString(""), row.path("schema")));
        }
        return classes;
    }

    @Override
    public Optional<RowInput> objects(ParseClass type, Set<String> hidden, ImportNotes notes) {
        return input(type.name(), new PostgresObjects(type, hidden, notes));
    }

    @Override
    public Optional<RowInput> members(String className, String relation, String target) {
        return input(ParseSource.join(className, relation), ParseRows.members(relation, target));
    }

    private Optional<RowInput> input(String table, RowConverter converter) {
        return tables.contains(table)
                ? Optional.of(new Input(this, table, converter))
                : Optional.empty();
    }

    @Override
    public List<ObjectNode> documents(String name) throws IOException {
        List<ObjectNode> documents = new ArrayList<>();
        if (!tables.contains(name)) {
            return documents;
        }
        for (String each : strings(rows(name) + " LIMIT " + (MAX_DOCUMENTS + 1))) {
            documents.add((ObjectNode) Json.read(each));
        }
        if (documents.size() > MAX_DOCUMENTS) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    place(name) + " has more than " + MAX_DOCUMENTS + " rows");
        }
        return documents;
    }

    @Override
    public Set<String> names() {
        return tables;
    }

    @Override
    public String place(String name) {
        return "table \"" + name + "\"";
    }

    @Override
    public void close() throws IOException {
        close(connection);
    }

    private static void close(Connection connection) throws IOException {
        try {
            connection.close();
        } catch (SQLException failure) {
            throw unreadable(failure);
        }
    }

    private static String rows(String table) {
        return "SELECT row_to_json(t)::text FROM " + Sql.name(table) + " AS t";
    }

    private List<String> strings(String sql) throws IOException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> strings = new ArrayList<>();
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
            return strings;
        } catch (SQLException failure) {
            throw unreadable(failure);
        }
    }

    private static IOException unreadable(SQLException failure) {
        return new IOException("the Parse Server's database: " + failure.getMessage(), failure);
    }

    /// The rows of a table, converted.
    private record Input(ParsePostgres source, String table, RowConverter converter)
            implements RowInput {
        @Override
        public RowSource open() throws IOException {
            return new ConvertedSource(new Cursor(source.connection, rows(table)), converter);
        }

        @Override
        public String fingerprint() {
            return "postgresql " + source.database + " " + table;
        }

        @Override
        public boolean isOrdered() {
            return false;
        }

        @Override
        public boolean isTyped() {
            return true;
        }

        @Override
        public long size() throws IOException {
            String count = "SELECT count(*) FROM " + Sql.name(table);
            return Long.parseLong(source.strings(count).getFirst());
        }
    }

    /// The answer to a query that is fetched in portions.
    private static final class Cursor implements RowSource {
        private final Statement statement;
        private final ResultSet rows;
        private long row;

        Cursor(Connection connection, String sql) throws IOException {
            try {
                statement = connection.createStatement();
                statement.setFetchSize(ROWS_AT_ONCE);
                rows = statement.executeQuery(sql);
            } catch (SQLException failure) {
                throw unreadable(failure);
            }
        }

        @Override
        public Optional<InputRow> next() throws IOException {
            try {
                if (!rows.next()) {
                    return Optional.empty();
                }
                row++;
                return Optional.of(read(rows.getString(1)));
            } catch (SQLException failure) {
                throw unreadable(failure);
            }
        }

        private InputRow read(String json) {
            try {
                return new InputRow.Readable(row, (ObjectNode) Json.read(json));
            } catch (RialtoException refused) {
                return new InputRow.Unreadable(
                        row, json.substring(0, Math.min(json.length(), SHOWN)), refused);
            }
        }

        @Override
        public long position() {
            return row;
        }

        @Override
        public void close() throws IOException {
            try {
                statement.close();
            } catch (SQLException failure) {
                throw unreadable(failure);
            }
        }
    }
}

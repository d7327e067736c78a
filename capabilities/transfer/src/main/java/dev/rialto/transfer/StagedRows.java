package dev.rialto.transfer;

import dev.rialto.where.Table;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.PGConnection;

/// Rows in a temporary table beside the class's own, with the names of the fields that each has:
/// there, they are told from the objects that exist, and change no more of them than they may.
final class StagedRows {
    private static final String STAGING = "pg_temp.rialto_staging";

    /// No field has a space in its name.
    private static final String GIVEN = "\"given fields\"";

    private final Connection connection;
    private final Layout layout;
    private final List<EncodedRow> rows;

    private StagedRows(Connection connection, Layout layout, List<EncodedRow> rows) {
        this.connection = connection;
        this.layout = layout;
        this.rows = rows;
    }

    /// @param connection in a transaction, at whose end the temporary table goes
    static StagedRows copy(Connection connection, Layout layout, List<EncodedRow> rows)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + STAGING);
            statement.execute(
                    "CREATE TEMP TABLE rialto_staging (LIKE "
                            + layout.table()
                            + ", "
                            + GIVEN
                            + " text[]) ON COMMIT DROP");
        }
        var all = new ByteArrayOutputStream(1 << 16);
        for (EncodedRow row : rows) {
            row.line()
                    .ifPresent(line -> {
                        all.write(line, 0, line.length - 1);
                        all.write('\t');
                        all.writeBytes(new CopyLine().array(row.given()).finish());
                    });
        }
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "COPY "
                                    + STAGING
                                    + " ("
                                    + layout.columns()
                                    + ", "
                                    + GIVEN
                                    + ") FROM STDIN",
                            new ByteArrayInputStream(all.toByteArray()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new StagedRows(connection, layout, rows);
    }

    /// The ids of those whose objects exist.
    Set<String> existing() throws SQLException {
        return ids(
                "SELECT \"objectId\" FROM "
                        + layout.table()
                        + " JOIN "
                        + STAGING
                        + " USING (\"objectId\")");
    }

    /// Makes objects of those that have none.
    Set<String> insert() throws SQLException {
        return ids(
                "INSERT INTO "
                        + layout.table()
                        + " ("
                        + layout.columns()
                        + ") SELECT "
                        + layout.columns()
                        + " FROM "
                        + STAGING
                        + " AS s WHERE NOT EXISTS (SELECT FROM "
                        + layout.table()
                        + " AS t WHERE t.\"objectId\" = s.\"objectId\")"
                        + " ON CONFLICT DO NOTHING RETURNING \"objectId\"");
    }

    /// Changes the objects that exist.
    Set<String> update(OnConflict policy) throws SQLException {
        List<String> cleared = policy == OnConflict.OVERWRITE ? layout.clearable() : List.of();
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("\"createdAt\"", given("createdAt", "t.\"createdAt\""));
        changes.put("\"updatedAt\"", given("updatedAt", "date_trunc('milliseconds', now())"));
        changes.put("\"_rperm\"", given("ACL", "\"_rperm\"", "t.\"_rperm\""));
        changes.put("\"_wperm\"", given("ACL", "\"_wperm\"", "t.\"_wperm\""));
        changes.put("\"_nulls\"", nulls());
        Set<String> emptied = new HashSet<>(cleared);
        Set<String> named = new HashSet<>();
        rows.forEach(row -> named.addAll(row.given()));
        for (Layout.Column column : layout.fields()) {
            String name = Table.column(column.field());
            if (emptied.contains(column.field())) {
                changes.put(name, "s." + name);
            } else if (named.contains(column.field())) {
                changes.put(name, given(column.field(), "t." + name));
            }
        }
        String sql =
                "UPDATE "
                        + layout.table()
                        + " AS t SET ("
                        + String.join(", ", changes.keySet())
                        + ") = ROW ("
                        + String.join(", ", changes.values())
                        + ") FROM "
                        + STAGING
                        + " AS s WHERE t.\"objectId\" = s.\"objectId\" RETURNING t.\"objectId\"";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", cleared.toArray()));
            return ids(statement);
        }
    }

    /// Nulls that were set go with their fields.
    private static String nulls() {
        return "nullif(array(SELECT unnest(t.\"_nulls\") EXCEPT SELECT unnest(s."
                + GIVEN
                + " || ?::text[])) || coalesce(s.\"_nulls\", '{}'), '{}')";
    }

    private static String given(String field, String otherwise) {
        return given(field, Table.column(field), otherwise);
    }

    /// What the row has, when it has the field.
    private static String given(String field, String column, String otherwise) {
        return "CASE WHEN "
                + literal(field)
                + " = ANY (s."
                + GIVEN
                + ") THEN s."
                + column
                + " ELSE "
                + otherwise
                + " END";
    }

    private static String literal(String field) {
        return "'" + field.replace("'", "''") + "'";
    }

    private Set<String> ids(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return ids(statement);
        }
    }

    private static Set<String> ids(PreparedStatement statement) throws SQLException {
        Set<String> ids = new HashSet<>();
        try (var rows = statement.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }
}

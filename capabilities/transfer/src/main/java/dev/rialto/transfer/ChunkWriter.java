package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.transfer.RejectedRows.Rejected;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.PGConnection;

/// Writes a chunk of rows into a class with COPY, inside a transaction. Rows go straight into the
/// table as long as nothing is in their way; when something is, they go by a staging table, where
/// conflicts are settled; and what PostgreSQL refuses is narrowed down by halves to single rows.
final class ChunkWriter {
    private final Layout layout;
    private final OnConflict onConflict;
    private boolean staging;

    ChunkWriter(Layout layout, OnConflict onConflict) {
        this.layout = layout;
        this.onConflict = onConflict;
    }

    /// What became of the rows of a chunk.
    static final class Outcome {
        private final List<EncodedRow> written = new ArrayList<>();
        private final List<Rejected> rejected = new ArrayList<>();
        private long links;
        private long skipped;

        /// Rows that became objects or filled relations.
        long written() {
            return written.size() + links;
        }

        long skipped() {
            return skipped;
        }

        List<Rejected> rejected() {
            return rejected;
        }
    }

    /// @param connection in a transaction
    Outcome write(Connection connection, List<EncodedRow> rows) throws SQLException {
        var outcome = new Outcome();
        Map<String, EncodedRow> objects = new LinkedHashMap<>();
        List<EncodedRow> onlyLinks = new ArrayList<>();
        for (EncodedRow row : rows) {
            if (row.line().isEmpty()) {
                onlyLinks.add(row);
            } else if (onConflict == OnConflict.REPLACE || !objects.containsKey(row.objectId())) {
                EncodedRow former = objects.put(row.objectId(), row);
                outcome.skipped += former == null ? 0 : 1;
            } else {
                conflict(row, outcome);
            }
        }
        attempt(connection, List.copyOf(objects.values()), outcome);
        var links = new LinkWriter(connection, layout);
        links.write(outcome.written);
        links.write(onlyLinks);
        outcome.links = onlyLinks.size();
        return outcome;
    }

    private void attempt(Connection connection, List<EncodedRow> rows, Outcome outcome)
            throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        if (!staging) {
            Savepoint before = connection.setSavepoint();
            try {
                copy(connection, layout.table(), rows);
                connection.releaseSavepoint(before);
                outcome.written.addAll(rows);
                return;
            } catch (SQLException refused) {
                connection.rollback(before);
                staging = isUniqueViolation(refused);
                if (!staging) {
                    narrow(connection, rows, refused, outcome);
                    return;
                }
            }
        }
        Savepoint before = connection.setSavepoint();
        try {
            stage(connection, rows, outcome);
            connection.releaseSavepoint(before);
        } catch (SQLException refused) {
            connection.rollback(before);
            narrow(connection, rows, refused, outcome);
        }
    }

    private void narrow(
            Connection connection, List<EncodedRow> rows, SQLException refused, Outcome outcome)
            throws SQLException {
        if (!isAboutData(refused)) {
            throw refused;
        }
        if (rows.size() == 1) {
            outcome.rejected.add(
                    isUniqueViolation(refused)
                            ? duplicate(rows.getFirst())
                            : rejected(
                                    rows.getFirst(),
                                    ErrorCode.INVALID_JSON,
                                    "the database refuses a value of this row"));
            return;
        }
        int half = rows.size() / 2;
        attempt(connection, rows.subList(0, half), outcome);
        attempt(connection, rows.subList(half, rows.size()), outcome);
    }

    private void stage(Connection connection, List<EncodedRow> rows, Outcome outcome)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS pg_temp.rialto_staging");
            statement.execute(
                    "CREATE TEMP TABLE rialto_staging (LIKE "
                            + layout.table()
                            + ") ON COMMIT DROP");
        }
        copy(connection, "pg_temp.rialto_staging", rows);
        Set<String> existing =
                ids(
                        connection,
                        "SELECT \"objectId\" FROM "
                                + layout.table()
                                + " JOIN pg_temp.rialto_staging USING (\"objectId\")");
        Set<String> written = ids(connection, insert());
        for (EncodedRow row : rows) {
            if (written.contains(row.objectId())) {
                outcome.written.add(row);
            } else if (existing.contains(row.objectId())) {
                conflict(row, outcome);
            } else {
                outcome.rejected.add(duplicate(row));
            }
        }
        if (onConflict == OnConflict.REPLACE && !existing.isEmpty()) {
            new LinkWriter(connection, layout).clear(existing);
        }
    }

    private String insert() {
        String columns = layout.columns();
        String insert =
                "INSERT INTO "
                        + layout.table()
                        + " ("
                        + columns
                        + ") SELECT "
                        + columns
                        + " FROM pg_temp.rialto_staging ON CONFLICT ";
        return insert
                + (onConflict == OnConflict.REPLACE
                        ? "(\"objectId\") DO UPDATE SET ("
                                + columns
                                + ") = ROW ("
                                + layout.columns("excluded.")
                                + ")"
                        : "DO NOTHING")
                + " RETURNING \"objectId\"";
    }

    private static Set<String> ids(Connection connection, String sql) throws SQLException {
        Set<String> ids = new HashSet<>();
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    private void copy(Connection connection, String table, List<EncodedRow> rows)
            throws SQLException {
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "COPY " + table + " (" + layout.columns() + ") FROM STDIN",
                            new java.io.ByteArrayInputStream(join(rows)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static byte[] join(List<EncodedRow> rows) {
        var all = new ByteArrayOutputStream(1 << 16);
        rows.forEach(row -> row.line().ifPresent(all::writeBytes));
        return all.toByteArray();
    }

    private void conflict(EncodedRow row, Outcome outcome) {
        if (onConflict == OnConflict.SKIP) {
            outcome.skipped++;
        } else {
            outcome.rejected.add(
                    rejected(
                            row,
                            ErrorCode.DUPLICATE_VALUE,
                            "there is an object with the id " + row.objectId() + " already"));
        }
    }

    private static Rejected duplicate(EncodedRow row) {
        return rejected(
                row,
                ErrorCode.DUPLICATE_VALUE,
                "another object has the value of a field that must be unique");
    }

    private static Rejected rejected(EncodedRow row, ErrorCode code, String reason) {
        return new Rejected(row.source().line(), code.number(), reason, row.source().fields());
    }

    private static boolean isUniqueViolation(SQLException refused) {
        return "23505".equals(refused.getSQLState());
    }

    /// Whether another row might be accepted: classes 22 (data), 23 (constraints), 54 (limits).
    private static boolean isAboutData(SQLException refused) {
        String state = String.valueOf(refused.getSQLState());
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
    }
}

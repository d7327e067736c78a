package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.transfer.RejectedRows.Rejected;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
        List<EncodedRow> onlyLinks = new ArrayList<>();
        for (List<EncodedRow> objects : passes(rows, onlyLinks, outcome)) {
            attempt(connection, objects, outcome);
        }
        var links = new LinkWriter(connection, layout);
        links.write(outcome.written);
        links.write(onlyLinks);
        outcome.links = onlyLinks.size();
        return outcome;
    }

    /// The rows that make objects, in groups without two of the same object.
    private List<List<EncodedRow>> passes(
            List<EncodedRow> rows, List<EncodedRow> onlyLinks, Outcome outcome) {
        Map<String, Integer> seen = new HashMap<>();
        List<List<EncodedRow>> passes = new ArrayList<>();
        for (EncodedRow row : rows) {
            if (row.line().isEmpty()) {
                onlyLinks.add(row);
                continue;
            }
            int before = seen.merge(row.objectId(), 1, Integer::sum) - 1;
            if (before == 0 || onConflict.updates()) {
                if (before == passes.size()) {
                    passes.add(new ArrayList<>());
                }
                passes.get(before).add(row);
            } else {
                conflict(row, outcome);
            }
        }
        return passes;
    }

    private void attempt(Connection connection, List<EncodedRow> rows, Outcome outcome)
            throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        if (!staging) {
            Savepoint before = connection.setSavepoint();
            try {
                copy(connection, rows);
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
                                    "the database rejects a value of this row"));
            return;
        }
        int half = rows.size() / 2;
        attempt(connection, rows.subList(0, half), outcome);
        attempt(connection, rows.subList(half, rows.size()), outcome);
    }

    private void stage(Connection connection, List<EncodedRow> rows, Outcome outcome)
            throws SQLException {
        var staged = StagedRows.copy(connection, layout, rows);
        Set<String> existing = staged.existing();
        Set<String> written = new HashSet<>();
        if (onConflict.updates() && !existing.isEmpty()) {
            written.addAll(staged.update(onConflict));
        }
        written.addAll(staged.insert());
        for (EncodedRow row : rows) {
            if (written.contains(row.objectId())) {
                outcome.written.add(row);
            } else if (existing.contains(row.objectId())) {
                conflict(row, outcome);
            } else {
                outcome.rejected.add(duplicate(row));
            }
        }
        if (onConflict == OnConflict.OVERWRITE && !existing.isEmpty()) {
            new LinkWriter(connection, layout).clear(existing);
        }
    }

    private void copy(Connection connection, List<EncodedRow> rows) throws SQLException {
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "COPY " + layout.table() + " (" + layout.columns() + ") FROM STDIN",
                            new ByteArrayInputStream(join(rows)));
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
                            "an object with the id " + row.objectId() + " already exists"));
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

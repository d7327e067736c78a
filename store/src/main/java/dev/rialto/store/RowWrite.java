package dev.rialto.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A write of one row, alone or in a group, and then what came of it.
///
/// @param <T> what is read of the row, if the statement returns it
final class RowWrite<T> {
    /// An insert seldom waits for a lock: only for another insert of the same key.
    private static final String PATIENCE_OF_INSERTS = "set local lock_timeout = '500ms'";

    /// The row of an update may be locked for long, while others of its group could be written.
    private static final String PATIENCE_OF_UPDATES = "set local lock_timeout = '50ms'";

    private final Sql sql;
    private final String key;
    private final boolean isInsert;
    private final Database.@Nullable RowReader<T> reader;
    private int touched;
    private @Nullable T row;
    private @Nullable RuntimeException failure;

    private RowWrite(
            Sql sql, String key, boolean isInsert, Database.@Nullable RowReader<T> reader) {
        this.sql = sql;
        this.key = key;
        this.isInsert = isInsert;
        this.reader = reader;
    }

    static RowWrite<?> insert(Sql sql) {
        return new RowWrite<>(sql, "", true, null);
    }

    /// @param key of the row
    static RowWrite<?> update(Sql sql, String key) {
        return new RowWrite<>(sql, key, false, null);
    }

    /// An update that returns the row.
    static <T> RowWrite<T> returning(Sql sql, String key, Database.RowReader<T> reader) {
        return new RowWrite<>(sql, key, false, reader);
    }

    Sql sql() {
        return sql;
    }

    String key() {
        return key;
    }

    boolean isInsert() {
        return isInsert;
    }

    /// The statement that limits how long a group waits for locks.
    String patience() {
        return isInsert ? PATIENCE_OF_INSERTS : PATIENCE_OF_UPDATES;
    }

    /// The number of rows that were written.
    int touched() {
        return touched;
    }

    /// The row as it is now, if there is one.
    Optional<T> row() {
        if (failure != null) {
            throw failure;
        }
        return Optional.ofNullable(row);
    }

    void runAlone(Connection connection) throws SQLException {
        try (PreparedStatement statement = Statements.prepare(connection, sql)) {
            if (reader == null) {
                touched = statement.executeUpdate();
                return;
            }
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    read(rows);
                }
            }
        }
    }

    /// The statement of this write and others like it. The driver gives what a batch returns as
    /// generated keys.
    PreparedStatement prepareGroup(Connection connection) throws SQLException {
        return connection.prepareStatement(
                sql.text(),
                reader == null ? Statement.NO_GENERATED_KEYS : Statement.RETURN_GENERATED_KEYS);
    }

    /// Distributes what came of a group.
    static void take(List<RowWrite<?>> group, int[] touched, PreparedStatement batch)
            throws SQLException {
        boolean reads = group.getFirst().reader != null;
        try (ResultSet rows = batch.getGeneratedKeys()) {
            for (int i = 0; i < touched.length; i++) {
                RowWrite<?> each = group.get(i);
                each.touched = touched[i];
                if (reads && touched[i] > 0 && rows.next()) {
                    each.read(rows);
                }
            }
        }
    }

    /// What one reader rejects is no failure of the others.
    private void read(ResultSet rows) throws SQLException {
        touched = 1;
        try {
            if (reader != null) {
                row = reader.read(rows);
            }
        } catch (RuntimeException rejected) {
            failure = rejected;
        }
    }
}

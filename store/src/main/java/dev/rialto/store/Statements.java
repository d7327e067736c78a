package dev.rialto.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Creates statements of the driver from [Sql].
final class Statements {
    private Statements() {}

    /// A statement with its values bound.
    static PreparedStatement prepare(Connection connection, Sql sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.text());
        try {
            bind(connection, statement, sql);
            return statement;
        } catch (SQLException | RuntimeException failure) {
            statement.close();
            throw failure;
        }
    }

    static void bind(Connection connection, PreparedStatement statement, Sql sql)
            throws SQLException {
        List<@Nullable Object> values = sql.values();
        for (int i = 0; i < values.size(); i++) {
            bind(connection, statement, i + 1, values.get(i));
        }
    }

    private static void bind(
            Connection connection, PreparedStatement statement, int at, @Nullable Object value)
            throws SQLException {
        switch (value) {
            case null -> statement.setNull(at, Types.NULL);
            case String text -> statement.setString(at, text);
            case Double number -> statement.setDouble(at, number);
            case Integer number -> statement.setInt(at, number);
            case Long number -> statement.setLong(at, number);
            case Boolean bool -> statement.setBoolean(at, bool);
            case Instant time -> statement.setObject(at, time.atOffset(ZoneOffset.UTC));
            case byte[] bytes -> statement.setBytes(at, bytes);
            case String[] texts -> statement.setArray(at, connection.createArrayOf("text", texts));
            default ->
                    throw new IllegalArgumentException(
                            "can't bind a " + value.getClass().getName());
        }
    }
}

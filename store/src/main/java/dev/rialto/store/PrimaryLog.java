package dev.rialto.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the primary's write-ahead log (WAL) ends. Readers who ask at the same time share one
/// question to the primary.
final class PrimaryLog implements AutoCloseable {
    /// Everything that was visible when this was asked is before the position. A commit is flushed
    /// before others see it, unless the primary is told not to wait for its disk.
    private static final String POSITION =
            "select pg_wal_lsn_diff(case when current_setting('synchronous_commit') = 'off'"
                    + " then pg_current_wal_insert_lsn() else pg_current_wal_flush_lsn() end,"
                    + " '0/0')::bigint";

    /// The cluster and the database in it, which a replica has in common with its primary.
    static final String IDENTITY =
            "(select system_identifier from pg_control_system())::text || '/'"
                    + " || (select oid from pg_database where datname = current_database())";

    /// The name of a file of the log begins with its timeline in hexadecimal digits.
    private static final String ORIGIN =
            "select " + IDENTITY + ", left(pg_walfile_name(pg_current_wal_lsn()), 8)";

    private final DatabaseProbe probe;
    private final SharedAnswer<Position> answer = new SharedAnswer<>(this::ask);
    private volatile Origin origin = new Origin("", 0);

    /// Which log it is.
    ///
    /// @param database its identity, see [#IDENTITY]
    /// @param timeline counts the times that a replica became the primary
    record Origin(String database, long timeline) {}

    /// A position in the log, in bytes.
    record Position(Origin origin, long bytes) {
        private static final Pattern TOKEN = Pattern.compile("([0-9a-f]{1,8})-([0-9a-f]{1,15})");

        /// The position as text for clients.
        String token() {
            return Long.toHexString(origin.timeline()) + "-" + Long.toHexString(bytes);
        }

        /// Reads what [#token] wrote; empty for other strings.
        static Optional<Position> read(String token, String database) {
            Matcher parts = TOKEN.matcher(token);
            return parts.matches()
                    ? Optional.of(
                            new Position(
                                    new Origin(database, Long.parseLong(parts.group(1), 16)),
                                    Long.parseLong(parts.group(2), 16)))
                    : Optional.empty();
        }
    }

    PrimaryLog(DatabaseSettings primary) {
        this.probe = new DatabaseProbe(primary, "rialto position");
    }

    /// Reads a position that a client was told; empty for other strings.
    Optional<Position> read(String token) {
        return Position.read(token, origin.database());
    }

    /// A position that has everything before it that was committed before this call.
    Position end(Duration limit) throws SQLException {
        return answer.get(limit);
    }

    private Position ask() throws SQLException {
        long bytes = probe.ask(this::meet, connection -> number(connection, POSITION));
        return new Position(origin, bytes);
    }

    /// A connection lasts no longer than its server is the primary.
    private Origin meet(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ORIGIN);
                ResultSet row = statement.executeQuery()) {
            row.next();
            origin = new Origin(row.getString(1), Long.parseLong(row.getString(2), 16));
            return origin;
        }
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        probe.close();
    }
}

package dev.rialto.backup;

import dev.rialto.kernel.SetupException;
import dev.rialto.store.DatabaseSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Properties;

/// A connection to the PostgreSQL that is backed up. Only one backup is made at a time: a lock goes
/// with the connection, as does a backup that was begun.
final class ClusterSession implements AutoCloseable {
    /// The slot that keeps the log for the target of the settings.
    static final String SLOT = "rialto_backup";

    /// Any number that nobody else locks: the letters `backup`.
    private static final long LOCK = 0x6261636b7570L;

    private static final String LOCK_TIMEOUT = "55P03";

    private final Connection connection;

    private ClusterSession(Connection connection) {
        this.connection = connection;
    }

    /// Which cluster this is, and which line of its history.
    ///
    /// @param system the number that `initdb` gave it; copies have the same
    /// @param timeline a new one begins with each recovery
    /// @param postgres the version of PostgreSQL, such as 180006
    record Identity(String system, int timeline, int postgres) {}

    /// Where a backup ends, and what its `backup_label` must be.
    record Stop(Lsn lsn, String label) {}

    /// Waits for another backup to end.
    ///
    /// @throws SetupException when that takes longer than a minute
    static ClusterSession open(DatabaseSettings settings) {
        try {
            var properties = new Properties();
            settings.user().ifPresent(user -> properties.put("user", user));
            settings.password().ifPresent(password -> properties.put("password", password));
            properties.put("ApplicationName", "rialto backup");
            properties.put("options", "-c statement_timeout=0 -c TimeZone=UTC");
            properties.put("tcpKeepAlive", "true");
            var session =
                    new ClusterSession(DriverManager.getConnection(settings.url(), properties));
            session.lock();
            return session;
        } catch (SQLException failure) {
            throw new SetupException(
                    "can't reach PostgreSQL to back it up: " + failure.getMessage(), failure);
        }
    }

    private void lock() throws SQLException {
        try {
            one("SELECT set_config('lock_timeout', '60s', false)");
            one("SELECT pg_advisory_lock(" + LOCK + ")");
        } catch (SQLException failure) {
            close();
            if (LOCK_TIMEOUT.equals(failure.getSQLState())) {
                throw new SetupException("another backup is being made of this data", failure);
            }
            throw failure;
        }
    }

    Identity identity() throws SQLException {
        String file = one("SELECT pg_walfile_name(pg_current_wal_insert_lsn())");
        return new Identity(
                one("SELECT system_identifier FROM pg_control_system()"),
                Integer.parseInt(file.substring(0, 8), 16),
                Integer.parseInt(one("SELECT current_setting('server_version_num')")));
    }

    /// Where the log ends now.
    Lsn position() throws SQLException {
        return Lsn.of(one("SELECT pg_current_wal_insert_lsn()"));
    }

    boolean hasChecksums() throws SQLException {
        return one("SELECT current_setting('data_checksums')").equals("on");
    }

    boolean hasTablespaces() throws SQLException {
        return !one("SELECT count(*) FROM pg_tablespace").equals("2");
    }

    /// The time by PostgreSQL's clock, which its log is written by.
    Instant now() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT clock_timestamp()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    /// Begins a backup: the copy of each file is good from here on, with the log since.
    Lsn start(String label) throws SQLException {
        return Lsn.of(one("SELECT pg_backup_start(?, true)", label));
    }

    Stop stop() throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement(
                                "SELECT lsn::text, labelfile FROM pg_backup_stop(false)");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Stop(Lsn.of(row.getString(1)), row.getString(2));
        }
    }

    /// Writes a commit to the log and completes the file that has it.
    ///
    /// @return where the next file begins
    Lsn completeSegment() throws SQLException {
        // Recovery stops at the first commit after the time it is given, so there must be one.
        one("SELECT pg_current_xact_id()");
        return Lsn.of(one("SELECT pg_switch_wal()")).segmentEnd();
    }

    /// Keeps the log from here on until this connection ends.
    void keepLogMeanwhile() throws SQLException {
        one(
                "SELECT lsn FROM pg_create_physical_replication_slot(?, true, true)",
                "rialto_backup_" + ProcessHandle.current().pid());
    }

    /// Keeps the log from here on until it is released, up to `max_slot_wal_keep_size`. A slot that
    /// has lost some of it is replaced.
    void keepLog() throws SQLException {
        Optional<String> status = slotStatus();
        if (status.filter(each -> each.equals("lost") || each.equals("unreserved")).isPresent()) {
            dropSlot();
            status = Optional.empty();
        }
        if (status.isEmpty()) {
            one("SELECT lsn FROM pg_create_physical_replication_slot(?, true)", SLOT);
        }
    }

    /// Lets PostgreSQL remove the log before a position.
    void releaseLog(Lsn before) throws SQLException {
        one(
                "SELECT end_lsn FROM pg_replication_slot_advance(?, "
                        + "least(?::pg_lsn, pg_current_wal_flush_lsn()))",
                SLOT,
                before.toString());
    }

    /// How the slot is, as `pg_replication_slots` names it.
    ///
    /// @return empty when there is none
    Optional<String> slotStatus() throws SQLException {
        return first("SELECT wal_status FROM pg_replication_slots WHERE slot_name = ?", SLOT);
    }

    void dropSlot() throws SQLException {
        one("SELECT pg_drop_replication_slot(?)", SLOT);
    }

    private String one(String query, String... values) throws SQLException {
        return first(query, values)
                .orElseThrow(() -> new SQLException("no row from PostgreSQL: " + query));
    }

    private Optional<String> first(String query, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(Optional.ofNullable(row.getString(1)).orElse(""))
                        : Optional.empty();
            }
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failure) {
            throw new SetupException("can't close the connection to PostgreSQL", failure);
        }
    }
}

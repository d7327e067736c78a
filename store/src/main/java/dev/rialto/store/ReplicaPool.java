package dev.rialto.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/// The connections to a replica, on which nothing can be written.
final class ReplicaPool implements AutoCloseable {
    /// The shortest that the pool knows: the primary can answer instead.
    private static final long CONNECT_MILLIS = 250;

    /// In seconds, beyond the limit of statements: a replica that has vanished is given up.
    private static final int GRACE = 5;

    private static final int CONNECT_SECONDS = 2;
    private static final String READ_ONLY = " -c default_transaction_read_only=on";

    private static final int MIN_IDLE = 2;

    private final int size;
    private final HikariDataSource connections;

    /// Checks a connection before it is used for the first time.
    interface Check {
        void accept(Connection connection) throws SQLException;
    }

    ReplicaPool(String name, DatabaseSettings settings, Check check) {
        this.size = settings.connections();
        var config = new HikariConfig();
        config.setPoolName("rialto " + name);
        config.setDataSource(new Source(settings, check));
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(Math.min(MIN_IDLE, size));
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setInitializationFailTimeout(-1);
        this.connections = new HikariDataSource(config);
    }

    /// Opens connections, and has each one checked.
    private static final class Source extends PGSimpleDataSource {
        private final transient Check check;

        Source(DatabaseSettings settings, Check check) {
            this.check = check;
            setURL(settings.url());
            settings.user().ifPresent(this::setUser);
            settings.password().ifPresent(this::setPassword);
            try {
                for (Map.Entry<String, String> each :
                        settings.driverProperties("rialto replica", READ_ONLY).entrySet()) {
                    setProperty(each.getKey(), each.getValue());
                }
                setConnectTimeout(CONNECT_SECONDS);
                setSocketTimeout((int) settings.statementTimeout().toSeconds() + GRACE);
            } catch (SQLException unknown) {
                throw new IllegalStateException(unknown);
            }
        }

        @Override
        public Connection getConnection(@Nullable String user, @Nullable String password)
                throws SQLException {
            Connection opened = super.getConnection(user, password);
            try {
                check.accept(opened);
                return opened;
            } catch (SQLException | RuntimeException refused) {
                opened.close();
                throw refused;
            }
        }
    }

    int size() {
        return size;
    }

    /// @throws SQLException also when there is none in time
    Connection connect() throws SQLException {
        try {
            return connections.getConnection();
        } catch (SQLTransientConnectionException none) {
            if (none.getCause() == null) {
                // Without the cause, which would say that the replica is lost.
                throw new SQLException("no connection within " + CONNECT_MILLIS + " ms");
            }
            throw none;
        }
    }

    /// Closes the connections that are not in use, and others when they are given back.
    void renew() {
        connections.getHikariPoolMXBean().softEvictConnections();
    }

    /// Whether the server still was a replica when it answered last: it tells so unasked.
    static boolean isOnStandby(Connection connection) throws SQLException {
        return "on"
                .equals(connection.unwrap(PGConnection.class).getParameterStatus("in_hot_standby"));
    }

    @Override
    public void close() {
        connections.close();
    }
}

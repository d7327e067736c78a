package dev.rialto.store;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The connection to PostgreSQL and its limits.
///
/// @param url a JDBC URL: `jdbc:postgresql://host:5432/database`
/// @param connections size of the pool; about 16 is best on two cores
/// @param connectionTimeout how long a request waits for a free connection before it is rejected
/// @param statementTimeout how long a single statement may run
public record DatabaseSettings(
        String url,
        Optional<String> user,
        Optional<String> password,
        int connections,
        Duration connectionTimeout,
        Duration statementTimeout) {
    public DatabaseSettings {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("database.url must start with jdbc:postgresql:");
        }
        if (connections < 2) {
            throw new IllegalArgumentException("database.connections must be at least 2");
        }
    }

    public static DatabaseSettings of(String url) {
        return new DatabaseSettings(
                url,
                Optional.empty(),
                Optional.empty(),
                16,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));
    }

    public DatabaseSettings withLogin(String user, String password) {
        return new DatabaseSettings(
                url,
                Optional.of(user),
                Optional.of(password),
                connections,
                connectionTimeout,
                statementTimeout);
    }

    public DatabaseSettings withUrl(String other) {
        return new DatabaseSettings(
                other, user, password, connections, connectionTimeout, statementTimeout);
    }

    /// What the driver is told of a connection of a pool.
    ///
    /// @param name as PostgreSQL shows it in its list of connections
    /// @param options of the session, beside those of all
    Map<String, String> driverProperties(String name, String options) {
        return Map.of(
                "prepareThreshold",
                "1",
                "preparedStatementCacheQueries",
                "1024",
                "preparedStatementCacheSizeMiB",
                "16",
                "reWriteBatchedInserts",
                "true",
                "ApplicationName",
                name,
                "tcpKeepAlive",
                "true",
                "options",
                "-c statement_timeout="
                        + statementTimeout.toMillis()
                        + " -c TimeZone=UTC -c jit=off"
                        + options);
    }

    @Override
    public String toString() {
        return "DatabaseSettings[connections=" + connections + "]";
    }
}

package dev.rialto.server;

import dev.rialto.kernel.Settings;
import dev.rialto.store.DatabaseSettings;
import java.time.Duration;
import java.util.Optional;

/// Which PostgreSQL to use and how much of it.
///
/// @param address empty means the embedded one
public record DatabaseOptions(
        Optional<DatabaseAddress> address,
        int connections,
        Duration connectionTimeout,
        Duration statementTimeout) {
    public DatabaseOptions {
        if (connections < 2 || connections > 1000) {
            throw new IllegalArgumentException(
                    "database.connections must be 2 to 1000: " + connections);
        }
        positive("database.connection-timeout", connectionTimeout);
        positive("database.statement-timeout", statementTimeout);
    }

    static DatabaseOptions defaults() {
        return new DatabaseOptions(
                Optional.empty(), 16, Duration.ofSeconds(10), Duration.ofSeconds(30));
    }

    static DatabaseOptions read(Settings in) {
        var standard = defaults();
        Optional<String> url = in.secret("database.url");
        Optional<String> user = in.text("database.user");
        Optional<String> password = in.secret("database.password");
        int connections = in.integer("database.connections", standard.connections());
        Duration wait = in.duration("database.connection-timeout", standard.connectionTimeout());
        Duration statement = in.duration("database.statement-timeout", standard.statementTimeout());
        return in.build(
                standard,
                () ->
                        new DatabaseOptions(
                                url.map(DatabaseAddress::of)
                                        .map(address ->
                                                new DatabaseAddress(
                                                        address.jdbcUrl(),
                                                        user.or(address::user),
                                                        password.or(address::password))),
                                connections,
                                wait,
                                statement));
    }

    /// These options for a PostgreSQL whose address was found otherwise.
    DatabaseSettings at(String url, Optional<String> user, Optional<String> password) {
        return new DatabaseSettings(
                url, user, password, connections, connectionTimeout, statementTimeout);
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + " must be positive");
        }
    }
}

package dev.rialto.server;

import dev.rialto.kernel.Settings;
import dev.rialto.store.DatabaseSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Which PostgreSQL to use and how much of it.
///
/// @param address empty means the embedded one
public record DatabaseOptions(
        Optional<DatabaseAddress> address,
        ReplicaOptions replicas,
        int connections,
        Duration connectionTimeout,
        Duration statementTimeout) {
    public DatabaseOptions {
        if (connections < 2 || connections > 1000) {
            throw new IllegalArgumentException(
                    "database.connections must be 2 to 1000: " + connections);
        }
        if (address.isEmpty() && !replicas.addresses().isEmpty()) {
            throw new IllegalArgumentException(
                    "database.replicas needs database.url: the embedded PostgreSQL has no replicas");
        }
        positive("database.connection-timeout", connectionTimeout);
        positive("database.statement-timeout", statementTimeout);
    }

    static DatabaseOptions defaults() {
        return new DatabaseOptions(
                Optional.empty(),
                ReplicaOptions.NONE,
                16,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));
    }

    static DatabaseOptions read(Settings in) {
        var standard = defaults();
        Optional<String> url = in.secret("database.url");
        Optional<String> user = in.text("database.user");
        Optional<String> password = in.secret("database.password");
        ReplicaOptions replicas = ReplicaOptions.read(in);
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
                                replicas,
                                connections,
                                wait,
                                statement));
    }

    /// These options for a PostgreSQL whose address was found otherwise.
    DatabaseSettings at(String url, Optional<String> user, Optional<String> password) {
        return new DatabaseSettings(
                url, user, password, connections, connectionTimeout, statementTimeout);
    }

    /// These options for the replicas.
    List<DatabaseSettings> replicaSettings(DatabaseSettings primary) {
        return replicas.addresses().stream()
                .map(each -> each.withLogin(primary.user(), primary.password()))
                .map(each -> at(each.jdbcUrl(), each.user(), each.password()))
                .toList();
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + " must be positive");
        }
    }
}

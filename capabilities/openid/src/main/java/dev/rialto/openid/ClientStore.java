package dev.rialto.openid;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The SQL of clients, and of what users have let them do.
final class ClientStore {
    private static final String COLUMNS = "id, secret_hash, metadata::text, created_at, updated_at";

    private final Database database;

    ClientStore(Database database) {
        this.database = database;
    }

    Optional<Client> find(App app, String id) {
        return database.queryFirst(
                Sql.of("SELECT " + COLUMNS + " FROM ")
                        .add(table(app, "client"))
                        .add(" WHERE id = ?", id),
                ClientStore::client);
    }

    List<Client> list(App app) {
        return database.query(
                Sql.of("SELECT " + COLUMNS + " FROM ")
                        .add(table(app, "client"))
                        .add(" ORDER BY created_at, id"),
                ClientStore::client);
    }

    private static Client client(ResultSet row) throws SQLException {
        return new Client(
                row.getString(1),
                Optional.ofNullable(row.getString(2)),
                Client.Metadata.of(Json.read(row.getString(3))),
                instant(row, 4),
                instant(row, 5));
    }

    static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /// Adds a client, unless the app has as many as it may.
    ///
    /// @return whether it did
    boolean add(App app, Client client, int max) {
        return database.inTransaction(() -> {
            database.update(
                    Sql.of("LOCK TABLE ")
                            .add(table(app, "client"))
                            .add(" IN SHARE ROW EXCLUSIVE MODE"));
            if (list(app).size() >= max) {
                return false;
            }
            database.update(
                    Sql.of("INSERT INTO ")
                            .add(table(app, "client"))
                            .add(
                                    " VALUES (?, ?, ?::jsonb, ?, ?)",
                                    client.id(),
                                    client.secretHash().orElse(null),
                                    Json.write(client.metadata().json()),
                                    client.createdAt(),
                                    client.updatedAt()));
            return true;
        });
    }

    void replace(App app, Client client) {
        database.update(
                Sql.of("UPDATE ")
                        .add(table(app, "client"))
                        .add(
                                " SET secret_hash = ?, metadata = ?::jsonb, updated_at = ? WHERE id"
                                        + " = ?",
                                client.secretHash().orElse(null),
                                Json.write(client.metadata().json()),
                                client.updatedAt(),
                                client.id()));
    }

    /// @return whether there was one
    boolean remove(App app, String id) {
        return database.update(
                        Sql.of("DELETE FROM ").add(table(app, "client")).add(" WHERE id = ?", id))
                == 1;
    }

    /// The scopes that a user has let a client have.
    Set<String> consent(App app, String userId, String clientId) {
        return database.queryFirst(
                        Sql.of("SELECT scopes FROM ")
                                .add(table(app, "consent"))
                                .add(" WHERE user_id = ? AND client_id = ?", userId, clientId),
                        row -> Scopes.parse(row.getString(1)))
                .orElseGet(Set::of);
    }

    void remember(App app, String userId, String clientId, Set<String> scopes, Instant now) {
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(app, "consent"))
                        .add(
                                " VALUES (?, ?, ?, ?) ON CONFLICT (user_id, client_id) DO UPDATE SET"
                                        + " scopes = excluded.scopes, given_at = excluded.given_at",
                                userId,
                                clientId,
                                Scopes.text(scopes),
                                now));
    }

    void forget(App app, String userId, String clientId) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(table(app, "consent"))
                        .add(" WHERE user_id = ? AND client_id = ?", userId, clientId));
    }

    /// What a user has let a client do.
    record Consent(String clientId, String name, Set<String> scopes, Instant givenAt) {}

    List<Consent> consents(App app, String userId) {
        return database.query(
                Sql.of("SELECT c.client_id, p.metadata ->> 'name', c.scopes, c.given_at FROM ")
                        .add(table(app, "consent"))
                        .add(" c JOIN ")
                        .add(table(app, "client"))
                        .add(" p ON p.id = c.client_id WHERE c.user_id = ?", userId)
                        .add(" ORDER BY c.given_at, c.client_id"),
                row ->
                        new Consent(
                                row.getString(1),
                                row.getString(2),
                                Scopes.parse(row.getString(3)),
                                instant(row, 4)));
    }

    /// What makes the subjects of an app's users differ from those of other apps.
    String salt(App app) {
        return database.queryFirst(
                        Sql.of("SELECT salt FROM ").add(table(app, "salt")),
                        row -> row.getString(1))
                .orElseThrow();
    }

    /// Marks an assertion as used.
    ///
    /// @return whether it was not used before
    boolean useOnce(App app, String assertion, Instant expiresAt) {
        return database.update(
                        Sql.of("INSERT INTO ")
                                .add(table(app, "assertion"))
                                .add(
                                        " VALUES (?, ?) ON CONFLICT DO NOTHING",
                                        Tokens.hash(assertion),
                                        expiresAt))
                == 1;
    }

    /// Removes old assertions.
    void tidy(App app, Instant now) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(table(app, "assertion"))
                        .add(" WHERE expires_at < ?", now));
    }

    static Sql table(App app, String name) {
        return Sql.empty().addName(app.schema()).add("._openid_" + name);
    }
}

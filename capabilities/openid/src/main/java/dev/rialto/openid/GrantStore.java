package dev.rialto.openid;

import static dev.rialto.openid.ClientStore.instant;
import static dev.rialto.openid.ClientStore.table;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.openid.Grants.Code;
import dev.rialto.openid.Grants.Details;
import dev.rialto.openid.Grants.Grant;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The SQL of codes, grants and refresh tokens.
final class GrantStore {
    private static final String GRANT =
            "g.id, g.client_id, g.user_id, g.scopes, g.login_id, g.auth_time, g.session_token";

    /// How long a code is kept that can't be used any more, so that a second use is noticed.
    private static final Duration CODES_KEPT = Duration.ofHours(1);

    private static final int MAX_AT_ONCE = 500;

    private final Database database;

    GrantStore(Database database) {
        this.database = database;
    }

    void add(App app, Code code) {
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(app, "code"))
                        .add(
                                " VALUES (?, ?, ?, ?::jsonb, ?, NULL)",
                                code.hash(),
                                code.clientId(),
                                code.userId(),
                                Json.write(code.details().json()),
                                code.expiresAt()));
    }

    Optional<Code> code(App app, String hash) {
        return database.queryFirst(
                Sql.of("SELECT client_id, user_id, details::text, expires_at, grant_id FROM ")
                        .add(table(app, "code"))
                        .add(" WHERE hash = ?", hash),
                row ->
                        new Code(
                                hash,
                                row.getString(1),
                                row.getString(2),
                                Details.of(Json.read(row.getString(3))),
                                instant(row, 4),
                                Optional.ofNullable(row.getString(5))));
    }

    /// Uses a code. Of several at a time, one succeeds.
    boolean use(App app, String hash, String grantId) {
        return database.update(
                        Sql.of("UPDATE ")
                                .add(table(app, "code"))
                                .add(
                                        " SET grant_id = ? WHERE hash = ? AND grant_id IS NULL",
                                        grantId,
                                        hash))
                == 1;
    }

    void removeExpired(App app, Instant now) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(table(app, "refresh"))
                        .add(" WHERE expires_at < ?", now));
        database.update(
                Sql.of("DELETE FROM ")
                        .add(table(app, "code"))
                        .add(" WHERE expires_at < ?", now.minus(CODES_KEPT)));
    }

    void add(App app, Grant grant, Instant expiresAt) {
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(app, "grant"))
                        .add(
                                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                                grant.id(),
                                grant.clientId(),
                                grant.userId(),
                                Scopes.text(grant.scopes()),
                                grant.loginId(),
                                grant.authTime(),
                                grant.sessionToken(),
                                expiresAt));
    }

    void prolong(App app, String id, Instant expiresAt) {
        database.update(
                Sql.of("UPDATE ")
                        .add(table(app, "grant"))
                        .add(" SET expires_at = ? WHERE id = ?", expiresAt, id));
    }

    void remove(App app, String id) {
        database.update(Sql.of("DELETE FROM ").add(table(app, "grant")).add(" WHERE id = ?", id));
    }

    /// Keeps others from exchanging refresh tokens of a grant until the transaction ends.
    void lock(App app, String id) {
        database.queryFirst(
                Sql.of("SELECT 1 FROM ")
                        .add(table(app, "grant"))
                        .add(" WHERE id = ? FOR UPDATE", id),
                _ -> true);
    }

    Optional<Grant> find(App app, String id) {
        return database.queryFirst(where(app, Sql.of("g.id = ?", id)), GrantStore::grant);
    }

    List<Grant> of(App app, String userId, String clientId) {
        return database.query(
                where(app, Sql.of("g.user_id = ? AND g.client_id = ?", userId, clientId)),
                GrantStore::grant);
    }

    /// Some of the grants of a client.
    List<Grant> ofClient(App app, String clientId) {
        return database.query(
                where(app, Sql.of("g.client_id = ? LIMIT " + MAX_AT_ONCE, clientId)),
                GrantStore::grant);
    }

    List<Grant> ofLogIn(App app, String loginId) {
        return database.query(where(app, Sql.of("g.login_id = ?", loginId)), GrantStore::grant);
    }

    /// Some of the grants that have expired.
    List<Grant> over(App app, Instant now) {
        return database.query(
                where(app, Sql.of("g.expires_at < ? LIMIT " + MAX_AT_ONCE, now)),
                GrantStore::grant);
    }

    /// The grant that a refresh token belongs to.
    Optional<Grant> grantOf(App app, String hash) {
        return database.queryFirst(
                Sql.of("SELECT " + GRANT + " FROM ")
                        .add(table(app, "refresh"))
                        .add(" r JOIN ")
                        .add(table(app, "grant"))
                        .add(" g ON g.id = r.grant_id WHERE r.hash = ?", hash),
                GrantStore::grant);
    }

    private static Sql where(App app, Sql condition) {
        return Sql.of("SELECT " + GRANT + " FROM ")
                .add(table(app, "grant"))
                .add(" g WHERE ")
                .add(condition);
    }

    private static Grant grant(ResultSet row) throws SQLException {
        return new Grant(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                Scopes.parse(row.getString(4)),
                row.getString(5),
                instant(row, 6),
                row.getString(7));
    }

    /// A refresh token as it is stored.
    record Refresh(
            String hash,
            String grantId,
            Instant expiresAt,
            Optional<Instant> usedAt,
            Optional<String> successor) {}

    void addRefresh(App app, String hash, String grantId, Instant expiresAt) {
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(app, "refresh"))
                        .add(" VALUES (?, ?, ?, NULL, NULL)", hash, grantId, expiresAt));
    }

    Optional<Refresh> refresh(App app, String hash) {
        return database.queryFirst(
                Sql.of("SELECT grant_id, expires_at, used_at, successor FROM ")
                        .add(table(app, "refresh"))
                        .add(" WHERE hash = ?", hash),
                row ->
                        new Refresh(
                                hash,
                                row.getString(1),
                                instant(row, 2),
                                row.getString(3) == null
                                        ? Optional.empty()
                                        : Optional.of(instant(row, 3)),
                                Optional.ofNullable(row.getString(4))));
    }

    void use(App app, String hash, Instant at, Optional<String> successor) {
        database.update(
                Sql.of("UPDATE ")
                        .add(table(app, "refresh"))
                        .add(
                                " SET used_at = ?, successor = ? WHERE hash = ?",
                                at,
                                successor.orElse(null),
                                hash));
    }
}

package dev.rialto.accounts;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import dev.rialto.where.Table;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The SQL of accounts beyond objects: the owners of identities, the roles of users, and replacing
/// hashes.
final class AccountStore {
    static final int MAX_SESSIONS_AT_ONCE = 5_000;

    /// About how many rows say how many of all are alike.
    private static final double SAMPLE = 20_000;

    private final Database database;

    AccountStore(Database database) {
        this.database = database;
    }

    /// The user that an identity is linked to.
    Optional<String> owner(App app, String provider, String id) {
        return database.queryFirst(
                Sql.of(
                        "SELECT \"userId\" FROM "
                                + identities(app)
                                + " WHERE provider = ? AND id = ?",
                        provider,
                        id),
                row -> row.getString(1));
    }

    /// Links an identity to a user, and drops another one of the same provider. Waits for a
    /// transaction that is about to link the same.
    ///
    /// @return whether the identity is now the user's; otherwise it is another user's
    boolean claim(App app, String provider, String id, String userId) {
        database.update(
                Sql.of(
                        "DELETE FROM "
                                + identities(app)
                                + " WHERE \"userId\" = ? AND provider = ? AND id <> ?",
                        userId,
                        provider,
                        id));
        int added =
                database.update(
                        Sql.of(
                                "INSERT INTO "
                                        + identities(app)
                                        + " (provider, id, \"userId\") VALUES (?, ?, ?)"
                                        + " ON CONFLICT (provider, id) DO NOTHING",
                                provider,
                                id,
                                userId));
        return added == 1 || owner(app, provider, id).equals(Optional.of(userId));
    }

    /// Whether another user has verified that an address is its own.
    boolean isVerifiedOfAnother(App app, String address, String userId) {
        return isOfAnother(app, "lower(email) = lower(?) AND \"emailVerified\"", address, userId);
    }

    /// Whether an address is the username of another user who has no other address, and is written
    /// to there.
    boolean isUsernameOfAnother(App app, String address, String userId) {
        return isOfAnother(
                app, "lower(username) = lower(?) AND coalesce(email, '') = ''", address, userId);
    }

    private boolean isOfAnother(App app, String condition, String address, String userId) {
        return database.queryFirst(
                        Sql.of(
                                "SELECT 1 FROM "
                                        + Table.of(app, "_User")
                                        + " WHERE "
                                        + condition
                                        + " AND \"objectId\" <> ? LIMIT 1",
                                address,
                                userId),
                        _ -> true)
                .orElse(false);
    }

    /// What a user has in `authData`; empty when there is no such user.
    JsonNode authData(App app, String userId) {
        return database.queryFirst(
                        Sql.of(
                                "SELECT \"authData\"::text FROM "
                                        + Table.of(app, "_User")
                                        + " WHERE \"objectId\" = ? AND \"authData\" IS NOT NULL",
                                userId),
                        row -> Json.read(row.getString(1)))
                .orElseGet(Json::object);
    }

    /// Whether a user has an identity of a provider.
    boolean isLinked(App app, String provider, String userId) {
        return database.queryFirst(
                        Sql.of(
                                "SELECT 1 FROM "
                                        + identities(app)
                                        + " WHERE \"userId\" = ? AND provider = ?",
                                userId,
                                provider),
                        _ -> true)
                .orElse(false);
    }

    /// Unlinks a provider from a user.
    void release(App app, String provider, String userId) {
        database.update(
                Sql.of(
                        "DELETE FROM " + identities(app) + " WHERE \"userId\" = ? AND provider = ?",
                        userId,
                        provider));
    }

    /// Unlinks an identity whose user no longer exists. A new link becomes visible together with
    /// its user, so it stays.
    void releaseDangling(App app, String provider, String id) {
        database.update(
                Sql.of(
                        "DELETE FROM "
                                + identities(app)
                                + " i WHERE provider = ? AND id = ? AND NOT EXISTS (SELECT 1 FROM "
                                + Table.of(app, "_User")
                                + " u WHERE u.\"objectId\" = i.\"userId\")",
                        provider,
                        id));
    }

    /// Deletes the identities, role memberships and links of a user.
    void forgetUser(App app, String userId) {
        database.update(Sql.of("DELETE FROM " + identities(app) + " WHERE \"userId\" = ?", userId));
        database.update(Sql.of("DELETE FROM " + members(app) + " WHERE \"relatedId\" = ?", userId));
        database.update(Sql.of("DELETE FROM " + links(app) + " WHERE \"userId\" = ?", userId));
    }

    /// Deletes the identities, role memberships and links of all users.
    void forgetUsers(App app) {
        database.update(Sql.of("DELETE FROM " + identities(app)));
        database.update(Sql.of("DELETE FROM " + members(app)));
        database.update(Sql.of("DELETE FROM " + links(app)));
    }

    /// Deletes the members of a role, the roles that it contains, and its memberships in other
    /// roles.
    void forgetRole(App app, String roleId) {
        database.update(Sql.of("DELETE FROM " + members(app) + " WHERE \"owningId\" = ?", roleId));
        database.update(
                Sql.of(
                        "DELETE FROM "
                                + subroles(app)
                                + " WHERE \"owningId\" = ? OR \"relatedId\" = ?",
                        roleId,
                        roleId));
    }

    /// The names of all roles that a user holds, directly or because they contain a role that it
    /// holds. Each role is visited once, so cycles end.
    ///
    /// @return empty if there is no such user
    Optional<Set<String>> roles(App app, String userId) {
        String roleTable = Table.of(app, "_Role");
        List<Optional<String>> rows =
                database.query(
                        Sql.of(
                                "WITH RECURSIVE held(id, name) AS ("
                                        + "SELECT r.\"objectId\", r.name FROM "
                                        + members(app)
                                        + " m JOIN "
                                        + roleTable
                                        + " r ON r.\"objectId\" = m.\"owningId\""
                                        + " WHERE m.\"relatedId\" = ?"
                                        + " UNION "
                                        + "SELECT r.\"objectId\", r.name FROM held h JOIN "
                                        + subroles(app)
                                        + " s ON s.\"relatedId\" = h.id JOIN "
                                        + roleTable
                                        + " r ON r.\"objectId\" = s.\"owningId\")"
                                        + " SELECT h.name FROM "
                                        + Table.of(app, "_User")
                                        + " u LEFT JOIN held h ON true WHERE u.\"objectId\" = ?",
                                userId,
                                userId),
                        row -> Optional.ofNullable(row.getString(1)));
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        Set<String> names = new HashSet<>();
        rows.forEach(name -> name.ifPresent(names::add));
        return Optional.of(names);
    }

    /// Replaces a hash by another one of the same password.
    ///
    /// @return false when it has changed meanwhile
    boolean replaceHash(App app, String userId, String old, String fresh) {
        return database.update(
                        Sql.of(
                                "UPDATE "
                                        + Table.of(app, "_User")
                                        + " SET "
                                        + Sql.name(PasswordField.HASH)
                                        + " = ? WHERE \"objectId\" = ? AND "
                                        + Sql.name(PasswordField.HASH)
                                        + " = ?",
                                fresh,
                                userId,
                                old))
                == 1;
    }

    /// Notes when a password was set, unless that is known.
    void notePasswordChange(App app, String userId, Instant time) {
        database.update(
                Sql.of(
                        "UPDATE "
                                + Table.of(app, "_User")
                                + " SET "
                                + Sql.name(PasswordField.CHANGED)
                                + " = ? WHERE \"objectId\" = ? AND "
                                + Sql.name(PasswordField.CHANGED)
                                + " IS NULL",
                        time,
                        userId));
    }

    /// How many users have a password hash of another system, from a sample of large apps.
    Decoys.Sample foreignHashes(App app) {
        String table = Table.of(app, "_User");
        double size =
                database.queryFirst(
                                Sql.of(
                                        "SELECT reltuples FROM pg_class WHERE oid = to_regclass(?)",
                                        table),
                                row -> row.getDouble(1))
                        .orElse(0.0);
        double percent = Math.min(100, 100 * SAMPLE / Math.max(size, 1));
        String hash = Sql.name(PasswordField.HASH);
        return database.queryFirst(
                        Sql.of(
                                "SELECT (count(*) FILTER (WHERE hash NOT LIKE '$argon2id$%'))"
                                        + "::float8 / greatest(count(*), 1),"
                                        + " min(hash) FILTER (WHERE hash NOT LIKE '$argon2id$%')"
                                        + " FROM (SELECT "
                                        + hash
                                        + " AS hash FROM "
                                        + table
                                        + " TABLESAMPLE SYSTEM (?) WHERE "
                                        + hash
                                        + " IS NOT NULL) AS sample",
                                percent),
                        row ->
                                new Decoys.Sample(
                                        row.getDouble(1), Optional.ofNullable(row.getString(2))))
                .orElseThrow();
    }

    /// Waits for those who end the sessions of a user, and keeps others from it until the
    /// transaction ends. Sessions can be opened at the same time.
    void lockForOpening(App app, String userId) {
        lockSessions("pg_advisory_xact_lock_shared", app, userId);
    }

    /// Waits for those who open or end sessions of a user, and keeps others from it until the
    /// transaction ends.
    void lockForEnding(App app, String userId) {
        lockSessions("pg_advisory_xact_lock", app, userId);
    }

    private void lockSessions(String lock, App app, String userId) {
        database.queryFirst(
                Sql.of(
                        "SELECT " + lock + "(hashtextextended(?, 0))",
                        app.schema() + " sessions " + userId),
                _ -> true);
    }

    /// Deletes sessions that expired before a time, some thousands at once. It skips those that
    /// another transaction has locked, so that it never waits, and nodes that run it at the same
    /// time share the work.
    ///
    /// @param userId whose; empty for those of all users
    /// @param unusedSince those that were last used before are deleted, too
    /// @return how many there were; 0 also when the app has no sessions yet
    int deleteExpiredSessions(
            App app, Optional<String> userId, Instant now, Optional<Instant> unusedSince) {
        String table = Table.of(app, Sessions.CLASS);
        Sql expired =
                Sql.of("SELECT \"objectId\" FROM " + table + " WHERE (\"expiresAt\" < ?", now);
        unusedSince.ifPresent(
                time -> expired.add(" OR coalesce(\"lastUsedAt\", \"createdAt\") < ?", time));
        expired.add(")");
        userId.ifPresent(id -> expired.add(" AND \"user\" = ?", id));
        expired.add(" LIMIT " + MAX_SESSIONS_AT_ONCE + " FOR UPDATE SKIP LOCKED");
        // As an array, the list is computed once, whatever the plan.
        Sql delete =
                Sql.of("DELETE FROM " + table + " WHERE \"objectId\" = ANY(ARRAY(")
                        .add(expired)
                        .add("))");
        try {
            return database.stamps().changingTable(table, () -> database.update(delete));
        } catch (StoreException failure) {
            if (failure.isUndefinedObject() && !database.isInTransaction()) {
                return 0;
            }
            throw failure;
        }
    }

    /// Links the identities in the `authData` of all users that are not linked yet, for users that
    /// were imported without the rules of their class. If two users claim the same identity, the
    /// older one gets it.
    int linkAll(App app) {
        Sql links =
                Sql.of(
                        "INSERT INTO "
                                + identities(app)
                                + " (provider, id, \"userId\")"
                                + " SELECT each.key, each.value ->> 'id', u.\"objectId\" FROM "
                                + Table.of(app, "_User")
                                + " u, jsonb_each(CASE WHEN jsonb_typeof(u.\"authData\") = 'object'"
                                + " THEN u.\"authData\" ELSE '{}' END) each"
                                + " WHERE jsonb_typeof(each.value) = 'object'"
                                + " AND each.value ->> 'id' IS NOT NULL"
                                + " ORDER BY u.\"createdAt\""
                                + " ON CONFLICT DO NOTHING");
        return database.inTransaction(() -> {
            // Reading all users may take longer than a request may.
            database.update(Sql.of("SET LOCAL statement_timeout = 0"));
            return database.update(links);
        });
    }

    private static String identities(App app) {
        return Sql.name(app.schema()) + ".\"_identity\"";
    }

    private static String links(App app) {
        return Sql.name(app.schema()) + ".\"_link_token\"";
    }

    private static String members(App app) {
        return Table.ofRelation(app, "_Role", "users");
    }

    private static String subroles(App app) {
        return Table.ofRelation(app, "_Role", "roles");
    }
}

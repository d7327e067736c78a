package dev.rialto.useradmin;

import dev.rialto.accounts.spi.SignInCheck;
import dev.rialto.accounts.spi.UserRecords;
import dev.rialto.accounts.spi.Users;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.DateText;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Users that may not sign in.
final class DisabledUsers implements SignInCheck, UserRecords {
    private final Database database;
    private final Users users;
    private final InstantSource clock;

    DisabledUsers(Database database, Users users, InstantSource clock) {
        this.database = database;
        this.users = users;
        this.clock = clock;
    }

    @Override
    public void check(Attempt attempt) {
        requireEnabled(attempt.app(), attempt.user().path("objectId").asString(""));
    }

    @Override
    public void confirm(App app, String userId) {
        requireEnabled(app, userId);
    }

    private void requireEnabled(App app, String userId) {
        if (!find(app, " WHERE \"userId\" = ?", userId).isEmpty()) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN, "This account has been disabled.");
        }
    }

    /// Keeps a user from signing in, and ends its sessions.
    void disable(App app, String userId, String reason) {
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(app))
                        .add(
                                " VALUES (?, ?, ?) ON CONFLICT (\"userId\") DO UPDATE SET reason ="
                                        + " excluded.reason",
                                userId,
                                reason,
                                clock.instant()));
        // Whoever signs in from now on sees the row; what was opened before ends here.
        users.endSessions(app, userId);
    }

    /// @return whether it was disabled
    boolean enable(App app, String userId) {
        return database.update(
                        Sql.of("DELETE FROM ").add(table(app)).add(" WHERE \"userId\" = ?", userId))
                > 0;
    }

    List<ObjectNode> list(App app, int limit) {
        return find(app, " ORDER BY since DESC, \"userId\" LIMIT ?", limit);
    }

    private List<ObjectNode> find(App app, String condition, Object value) {
        return database.query(
                Sql.of("SELECT \"userId\", reason, since FROM ")
                        .add(table(app))
                        .add(condition, value),
                row ->
                        Json.object()
                                .put("userId", row.getString(1))
                                .put("reason", row.getString(2))
                                .put("since", DateText.write(row.getTimestamp(3).toInstant())));
    }

    @Override
    public String name() {
        return "disabled";
    }

    @Override
    public List<ObjectNode> of(App app, ObjectNode user) {
        return find(app, " WHERE \"userId\" = ?", user.path("objectId").asString(""));
    }

    @Override
    public void forget(App app, String userId) {
        enable(app, userId);
    }

    @Override
    public void forgetAll(App app) {
        database.update(Sql.of("DELETE FROM ").add(table(app)));
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add("._disabled_user");
    }
}

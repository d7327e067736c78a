package dev.rialto.useradmin;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.DateText;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The trace of log-ins as another user: nobody gets such a session without it.
final class Impersonations implements OperationStep {
    private static final String OPERATION = "accounts.log-in-as";
    private static final int MAX_ACTOR = 200;
    private static final int MAX_REASON = 1_000;

    private final Database database;
    private final InstantSource clock;

    Impersonations(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Handler around(Operation operation, Handler next) {
        return operation.id().equals(OPERATION) ? call -> traced(call, next) : next;
    }

    private Answer traced(Call call, Handler next) {
        String userId = said(call, "userId", Integer.MAX_VALUE);
        String actor = said(call, "actor", MAX_ACTOR);
        String reason = said(call, "reason", MAX_REASON);
        return database.inTransaction(() -> {
            Answer answer = next.handle(call);
            database.update(
                    Sql.of("INSERT INTO ")
                            .add(table(call.app()))
                            .add(
                                    " (\"userId\", actor, reason, address, at) VALUES (?, ?, ?, ?,"
                                            + " ?)",
                                    userId,
                                    actor,
                                    reason,
                                    call.remoteAddress(),
                                    clock.instant()));
            return answer;
        });
    }

    private static String said(Call call, String field, int most) {
        JsonNode value =
                call.parameters().has(field)
                        ? call.parameters().path(field)
                        : call.body().path(field);
        String text = value.asString("");
        if (text.length() > most) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, field + " must have at most " + most + " characters");
        }
        return text;
    }

    /// The newest first.
    List<ObjectNode> list(App app, int limit) {
        return read(app, " ORDER BY id DESC LIMIT ?", limit);
    }

    /// Those of a user.
    List<ObjectNode> of(App app, String userId) {
        return read(app, " WHERE \"userId\" = ? ORDER BY id", userId);
    }

    private List<ObjectNode> read(App app, String condition, Object value) {
        return database.query(
                Sql.of("SELECT \"userId\", actor, reason, address, at FROM ")
                        .add(table(app))
                        .add(condition, value),
                row ->
                        Json.object()
                                .put("userId", row.getString(1))
                                .put("actor", row.getString(2))
                                .put("reason", row.getString(3))
                                .put("address", row.getString(4))
                                .put("at", DateText.write(row.getTimestamp(5).toInstant())));
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add("._impersonation");
    }
}

package dev.rialto.useradmin;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.useradmin.JobStore.Kind;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations of user administration.
final class UserAdminRoutes {
    private static final int MAX_REASON = 1_000;
    private static final int USUAL_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private static final JsonSchema JOB =
            JsonSchema.object()
                    .requiring("id", JsonSchema.string())
                    .requiring("userId", JsonSchema.string())
                    .requiring("kind", JsonSchema.oneOf("export", "erase"))
                    .requiring("state", JsonSchema.oneOf("running", "done", "failed"))
                    .requiring("createdAt", JsonSchema.string("date-time"))
                    .with("finishedAt", JsonSchema.string("date-time"))
                    .requiring("report", JsonSchema.object().open());

    private static final JsonSchema DISABLED =
            JsonSchema.object()
                    .requiring("userId", JsonSchema.string())
                    .requiring("reason", JsonSchema.string())
                    .requiring("since", JsonSchema.string("date-time"));

    private static final JsonSchema IMPERSONATION =
            JsonSchema.object()
                    .requiring("userId", JsonSchema.string())
                    .requiring("actor", JsonSchema.string())
                    .requiring("reason", JsonSchema.string())
                    .requiring("address", JsonSchema.string())
                    .requiring("at", JsonSchema.string("date-time"));

    private final DisabledUsers disabled;
    private final Impersonations impersonations;
    private final DataDoor data;

    UserAdminRoutes(DisabledUsers disabled, Impersonations impersonations, DataDoor data) {
        this.disabled = disabled;
        this.impersonations = impersonations;
        this.data = data;
    }

    List<Operation> operations() {
        return List.of(
                Operation.put("useradmin.disable", "/users/{objectId}/disabled")
                        .access(Access.MASTER)
                        .deed("disable a user")
                        .summary("Ends the sessions of a user, who can't sign in any more.")
                        .input(JsonSchema.object().with("reason", JsonSchema.string()))
                        .output(JsonSchema.object())
                        .errors(ErrorCode.INVALID_VALUE)
                        .handle(this::disable),
                Operation.delete("useradmin.enable", "/users/{objectId}/disabled")
                        .access(Access.MASTER)
                        .deed("enable a user")
                        .summary("Lets a disabled user sign in again.")
                        .output(JsonSchema.object())
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::enable),
                limited(Operation.get("useradmin.disabled", "/disabled-users"))
                        .access(Access.MASTER_READ)
                        .summary("Lists the disabled users, newest first.")
                        .output(results(DISABLED))
                        .handle(call -> Answer.ok(results(disabled.list(call.app(), limit(call))))),
                limited(Operation.get("useradmin.impersonations", "/impersonations"))
                        .access(Access.MASTER_READ)
                        .summary("Lists who logged in as a user and why, newest first.")
                        .output(results(IMPERSONATION))
                        .handle(call ->
                                Answer.ok(results(impersonations.list(call.app(), limit(call))))),
                job("useradmin.export", "/users/{objectId}/export", Kind.EXPORT)
                        .summary("Collects all that is known of a user; `me` is the caller.")
                        .handle(call -> data.begin(call, Kind.EXPORT)),
                job("useradmin.erase", "/users/{objectId}/erase", Kind.ERASE)
                        .summary("Deletes a user with what belongs to it; `me` is the caller.")
                        .handle(call -> data.begin(call, Kind.ERASE)),
                limited(Operation.get("useradmin.jobs", "/user-data"))
                        .access(Access.MASTER_READ)
                        .summary("Lists exports and erasures, newest first.")
                        .output(results(JOB))
                        .handle(call -> data.list(call, limit(call))),
                Operation.get("useradmin.job", "/user-data/{id}")
                        .summary("Shows how far an export or an erasure has come.")
                        .output(JOB)
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(data::show),
                Operation.get("useradmin.lines", "/user-data/{id}/lines")
                        .summary("Returns what an export found, one JSON object a line.")
                        .produces("application/x-ndjson")
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(data::lines));
    }

    private static Operation.Builder job(String id, String path, Kind kind) {
        return Operation.post(id, path)
                .deed(kind.text() + " the data of a user")
                .output(202, JOB)
                .requestIds(RequestIds.IGNORED)
                .errors(
                        ErrorCode.OBJECT_NOT_FOUND,
                        ErrorCode.SESSION_MISSING,
                        ErrorCode.OPERATION_FORBIDDEN,
                        ErrorCode.REQUEST_LIMIT_EXCEEDED);
    }

    private static Operation.Builder limited(Operation.Builder operation) {
        return operation.query(
                "limit", JsonSchema.integer(), "How many; 100 unless said, at most 1,000.");
    }

    private static int limit(Call call) {
        JsonNode given = call.parameters().path("limit");
        if (given.isMissingNode()) {
            return USUAL_LIMIT;
        }
        int limit = given.asInt(0);
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, "limit must be from 1 to " + MAX_LIMIT);
        }
        return limit;
    }

    private static JsonSchema results(JsonSchema each) {
        return JsonSchema.object().requiring("results", JsonSchema.array(each));
    }

    private static ObjectNode results(List<ObjectNode> all) {
        ObjectNode answer = Json.object();
        answer.putArray("results").addAll(all);
        return answer;
    }

    private Answer disable(Call call) {
        JsonNode reason = call.body().path("reason");
        if (!reason.isMissingNode()
                && (!reason.isString() || reason.stringValue().length() > MAX_REASON)) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE,
                    "reason must be a string of at most " + MAX_REASON + " characters");
        }
        disabled.disable(call.app(), call.path("objectId"), reason.asString(""));
        return Answer.ok(Json.object());
    }

    private Answer enable(Call call) {
        if (!disabled.enable(call.app(), call.path("objectId"))) {
            throw new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "Object not found.");
        }
        return Answer.ok(Json.object());
    }
}

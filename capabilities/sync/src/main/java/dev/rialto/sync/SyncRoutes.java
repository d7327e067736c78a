package dev.rialto.sync;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.JsonSchema;
import java.util.List;

/// The operations of clients that keep a copy of some objects.
public final class SyncRoutes {
    private static final String PATH = "/sync";

    private final Pull pull;
    private final Push push;

    public SyncRoutes(Pull pull, Push push) {
        this.pull = pull;
        this.push = push;
    }

    public List<Operation> operations() {
        return List.of(
                Operation.get("sync.pull", PATH)
                        .summary("Returns what changed since a token was made, and a new token.")
                        .query(
                                "classes",
                                JsonSchema.string(),
                                "Names separated by commas, or a JSON object with a condition for"
                                        + " each.")
                        .query("token", JsonSchema.string(), "The token of the last response.")
                        .query("limit", JsonSchema.integer(), "The maximum number of changes.")
                        .output(
                                JsonSchema.object()
                                        .requiring("changes", JsonSchema.array(JsonSchema.object()))
                                        .requiring("token", JsonSchema.string())
                                        .requiring("more", JsonSchema.bool()))
                        .errors(ErrorCode.INVALID_QUERY, ErrorCode.SYNC_TOKEN_EXPIRED)
                        .handle(this::pull),
                Operation.post("sync.push", PATH)
                        .summary("Applies what a client did while it was offline.")
                        .input(
                                JsonSchema.object()
                                        .requiring(
                                                "operations",
                                                JsonSchema.array(JsonSchema.object())))
                        .output(
                                JsonSchema.object()
                                        .requiring(
                                                "results", JsonSchema.array(JsonSchema.object())))
                        .traits(Trait.DONE_WHEN_FULL)
                        // Each operation has an id of its own, by which it happens once.
                        .requestIds(RequestIds.IGNORED)
                        .handle(push::push));
    }

    private Answer pull(Call call) {
        SyncRequest request = SyncRequest.read(call.parameters());
        return Answer.ok(pull.pull(call, request));
    }
}

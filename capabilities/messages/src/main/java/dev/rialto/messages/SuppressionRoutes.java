package dev.rialto.messages;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// Whom an app sends nothing more, as its owner sees and changes it.
final class SuppressionRoutes {
    private static final int MAX_LIST = 1_000;

    /// One line.
    private static final Pattern REASON = Pattern.compile("[^\\p{Cntrl}]{1,500}");

    private final Suppressions suppressions;

    SuppressionRoutes(Suppressions suppressions) {
        this.suppressions = suppressions;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("messages.suppressions", "/message-suppressions")
                        .access(Access.MASTER_READ)
                        .summary("Lists the addresses that are sent nothing more.")
                        .output(JsonSchema.object())
                        .handle(this::list),
                Operation.put("messages.suppress", "/message-suppressions/{recipient}")
                        .access(Access.MASTER)
                        .summary("Sends an address nothing more.")
                        .input(JsonSchema.object().with("reason", JsonSchema.string()))
                        .output(JsonSchema.object())
                        .errors(ErrorCode.INVALID_VALUE, ErrorCode.INVALID_EMAIL_ADDRESS)
                        .handle(this::suppress),
                Operation.delete("messages.allow", "/message-suppressions/{recipient}")
                        .access(Access.MASTER)
                        .summary("Sends an address messages again.")
                        .query(
                                "template",
                                JsonSchema.string(),
                                "Those of a template that it had unsubscribed from.")
                        .output(JsonSchema.object())
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::allow));
    }

    private Answer list(Call call) {
        ObjectNode answer = Json.object();
        var results = answer.putArray("results");
        for (Suppressions.Suppressed each : suppressions.list(call.app(), MAX_LIST)) {
            ObjectNode json =
                    results.addObject()
                            .put("to", each.recipient())
                            .put("reason", each.reason())
                            .put("createdAt", each.createdAt().toString());
            if (!each.template().isEmpty()) {
                json.put("template", each.template());
            }
        }
        return Answer.ok(answer);
    }

    private Answer suppress(Call call) {
        String recipient = call.path("recipient");
        Recipients.require(Recipients.channel(recipient), recipient);
        String reason = call.body().path("reason").asString("by the owner of the app");
        if (!REASON.matcher(reason).matches()) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, "reason must be one line of at most 500 characters");
        }
        suppressions.suppress(call.app().id(), recipient, reason);
        return Answer.ok(Json.object());
    }

    private Answer allow(Call call) {
        String template = call.parameters().path("template").asString("");
        if (!suppressions.allow(call.app(), call.path("recipient"), template)) {
            throw new RialtoException(
                    ErrorCode.OBJECT_NOT_FOUND, "there is no such suppressed address");
        }
        return Answer.ok(Json.object());
    }
}

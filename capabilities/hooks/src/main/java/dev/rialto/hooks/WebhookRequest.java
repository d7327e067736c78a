package dev.rialto.hooks;

import dev.rialto.kernel.Json;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a webhook is asked, and on whose behalf.
///
/// @param payload the parameters of a function; for triggers `object` and `original`, `query`,
///   `objects` or `user`, as every runtime takes them
/// @param within how long it may take
public record WebhookRequest(Origin origin, JsonNode payload, Duration within) {
    /// Where the request comes from that the webhook is asked for.
    ///
    /// @param master whether it carries the master key
    /// @param user who is logged in, in wire form
    /// @param ip the remote address
    public record Origin(
            boolean master,
            Optional<ObjectNode> user,
            Optional<String> installationId,
            String ip) {}

    /// The body that Parse Server sends.
    ObjectNode body(Hook hook) {
        ObjectNode body =
                switch (hook) {
                    case Hook.FunctionHook(String name, _) -> {
                        ObjectNode function = Json.object().put("functionName", name);
                        function.set("params", payload);
                        yield function;
                    }
                    case Hook.TriggerHook(String className, String triggerName, _) ->
                            trigger(className, triggerName);
                };
        body.put("master", origin.master()).put("ip", origin.ip());
        body.putObject("headers");
        origin.user().ifPresent(user -> body.set("user", user));
        origin.installationId().ifPresent(id -> body.put("installationId", id));
        return body;
    }

    private ObjectNode trigger(String className, String triggerName) {
        ObjectNode body = Json.object().put("triggerName", triggerName);
        for (String key : new String[] {"object", "original"}) {
            if (payload.path(key) instanceof ObjectNode object) {
                body.set(key, object.deepCopy().put("className", className));
            }
        }
        if (payload.path("user") instanceof ObjectNode user) {
            body.set("object", user.deepCopy().put("className", className));
        }
        for (String key : new String[] {"query", "objects"}) {
            if (payload.has(key)) {
                body.set(key, payload.path(key));
            }
        }
        return body;
    }
}

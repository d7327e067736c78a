package dev.rialto.hooks;

import dev.rialto.kernel.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a webhook is asked, and on whose behalf.
///
/// @param payload the parameters of a function; for triggers `object` and `original`, `query`,
///   `objects` or `user`, as every runtime takes them
/// @param within how long it may take
public record WebhookRequest(Origin origin, JsonNode payload, Duration within) {
    private static final List<String> OBJECTS = List.of("object", "original");
    private static final List<String> LISTS = List.of("order", "include", "keys", "excludeKeys");

    /// What goes on as it is.
    private static final List<String> OTHERS =
            List.of(
                    "objects",
                    "count",
                    "event",
                    "file",
                    "fileSize",
                    "forceDownload",
                    "responseHeaders");

    /// Where the request comes from that the webhook is asked for.
    ///
    /// @param applicationId of the app
    /// @param master whether it carries the master key
    /// @param user who is logged in, in wire form
    /// @param ip the remote address
    /// @param headers of the request, without those that prove who asks
    /// @param context what the client sent along for functions and triggers
    public record Origin(
            String applicationId,
            boolean master,
            Optional<ObjectNode> user,
            Optional<String> installationId,
            String ip,
            Map<String, String> headers,
            ObjectNode context) {}

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
        ObjectNode headers = body.putObject("headers");
        origin.headers().forEach(headers::put);
        body.set("context", origin.context());
        body.putObject("config").put("applicationId", origin.applicationId());
        origin.user().ifPresent(user -> body.set("user", user));
        origin.installationId().ifPresent(id -> body.put("installationId", id));
        return body;
    }

    private ObjectNode trigger(String className, String triggerName) {
        ObjectNode body = Json.object().put("triggerName", triggerName);
        for (String key : OBJECTS) {
            if (payload.path(key) instanceof ObjectNode object) {
                body.set(key, object.deepCopy().put("className", className));
            }
        }
        String subject = className.equals("_Session") ? "session" : "user";
        if (payload.path(subject) instanceof ObjectNode object) {
            body.set("object", object.deepCopy().put("className", className));
            if (triggerName.equals("afterLogin")) {
                body.set("user", object.deepCopy().put("className", className));
            }
        }
        if (payload.path("query") instanceof ObjectNode query) {
            body.set("query", query(query));
        }
        if (payload.has("single")) {
            body.set("isGet", payload.path("single"));
        }
        for (String key : OTHERS) {
            if (payload.has(key)) {
                body.set(key, payload.path(key));
            }
        }
        return body;
    }

    /// A query as Parse's SDKs write it: lists as text with commas, and nothing that is empty.
    private static ObjectNode query(ObjectNode query) {
        ObjectNode written = query.deepCopy();
        for (String list : LISTS) {
            if (written.remove(list) instanceof ArrayNode names && !names.isEmpty()) {
                List<String> texts = new ArrayList<>();
                names.forEach(name -> texts.add(name.asString("")));
                written.put(list, String.join(",", texts));
            }
        }
        if (written.path("skip").asInt(0) == 0) {
            written.remove("skip");
        }
        return written;
    }
}

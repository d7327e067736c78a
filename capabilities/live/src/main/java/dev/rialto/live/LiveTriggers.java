package dev.rialto.live;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Triggers;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.spi.Watching;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The triggers around following: before a client is admitted, before a subscription begins, and
/// before an event is told.
final class LiveTriggers {
    private final Triggers triggers;

    LiveTriggers(Triggers triggers) {
        this.triggers = triggers;
    }

    /// @throws RialtoException when a trigger refuses the client
    void connecting(App app, Caller caller) {
        if (triggers.has(app, Triggers.CONNECT, Moment.BEFORE_CONNECT)) {
            call(
                    app,
                    caller,
                    Triggers.CONNECT,
                    Moment.BEFORE_CONNECT,
                    Json.object().put("event", "connect"));
        }
    }

    /// Whether a trigger decides what may be followed in a class.
    boolean restricts(App app, String className) {
        return triggers.has(app, className, Moment.BEFORE_SUBSCRIBE);
    }

    /// The request as a trigger wants it.
    ///
    /// @throws RialtoException when a trigger refuses it
    Watching.Request subscribing(App app, Caller caller, Watching.Request request) {
        String className = request.className();
        if (!restricts(app, className)) {
            return request;
        }
        ObjectNode payload = Json.object().put("event", "subscribe");
        ObjectNode query = payload.putObject("query").put("className", className);
        query.set("where", request.where().deepCopy());
        ArrayNode keys = query.putArray("keys");
        request.keys().ifPresent(wanted -> wanted.forEach(keys::add));
        JsonNode returned = call(app, caller, className, Moment.BEFORE_SUBSCRIBE, payload);
        if (!(returned instanceof ObjectNode wanted)) {
            return request;
        }
        JsonNode where = wanted.path("where");
        if (!where.isMissingNode() && !where.isObject()) {
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED,
                    "trigger beforeSubscribe of " + className + " must return a query or nothing");
        }
        return new Watching.Request(
                className,
                where instanceof ObjectNode condition ? condition : request.where(),
                wanted.has("keys") ? keys(wanted.path("keys")) : request.keys(),
                request.watch(),
                request.include());
    }

    /// The keys of a query, as Parse writes them or as a list; none are all.
    private static Optional<List<String>> keys(JsonNode wanted) {
        List<String> keys = new ArrayList<>();
        if (wanted.isArray()) {
            wanted.forEach(key -> keys.add(key.asString("")));
        } else {
            keys.addAll(List.of(wanted.asString("").split(",")));
        }
        keys.removeIf(String::isBlank);
        return keys.isEmpty() ? Optional.empty() : Optional.of(keys);
    }

    /// Whether a trigger is called for events of a class.
    boolean hearsOf(App app, String className) {
        return triggers.has(app, className, Moment.AFTER_EVENT);
    }

    /// An event as a trigger lets it be told; empty when it keeps it back.
    Optional<LiveEvent> telling(App app, Caller caller, String className, LiveEvent event) {
        if (!hearsOf(app, className)) {
            return Optional.of(event);
        }
        ObjectNode payload =
                Json.object().put("event", event.kind().name().toLowerCase(Locale.ROOT));
        payload.set("object", event.object().deepCopy());
        event.original().ifPresent(was -> payload.set("original", was.deepCopy()));
        JsonNode returned = call(app, caller, className, Moment.AFTER_EVENT, payload);
        if (!returned.path("sendEvent").asBoolean(true)) {
            return Optional.empty();
        }
        if (!returned.path("object").isObject()) {
            return Optional.of(event);
        }
        ObjectNode object = returned.path("object").asObject().put("className", className);
        Optional<ObjectNode> original =
                returned.path("original") instanceof ObjectNode was
                        ? Optional.of(was.put("className", className))
                        : event.original();
        return Optional.of(new LiveEvent(event.kind(), event.position(), object, original));
    }

    private JsonNode call(
            App app, Caller caller, String className, Moment moment, ObjectNode payload) {
        return triggers.call(app, caller, Optional.empty(), className, moment, payload);
    }
}

package dev.rialto.live;

import dev.rialto.http.ClientKeyKind;
import dev.rialto.http.SentKeys;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Watching;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A message of a client of Parse's LiveQuery protocol, read.
sealed interface Frame {
    /// Says which app it is and who comes.
    record Connect(
            String appId, Optional<String> session, Optional<String> installation, SentKeys keys)
            implements Frame {}

    /// Begins a subscription, in place of the one that has its id, if there is one.
    ///
    /// @param resume present when events are to carry positions; a position to go on from, or true
    record Subscribe(
            long requestId,
            Watching.Request request,
            Optional<String> session,
            Optional<JsonNode> resume)
            implements Frame {}

    /// Ends a subscription.
    record Unsubscribe(long requestId) implements Frame {}

    /// Asks for what a subscription finds now.
    record Query(long requestId) implements Frame {}

    Map<String, ClientKeyKind> CLIENT_KEYS =
            Map.of(
                    "javascriptKey", ClientKeyKind.JAVASCRIPT,
                    "restAPIKey", ClientKeyKind.REST,
                    "clientKey", ClientKeyKind.CLIENT,
                    "windowsKey", ClientKeyKind.DOTNET);

    Set<String> CONNECT =
            Set.of(
                    "op",
                    "applicationId",
                    "javascriptKey",
                    "masterKey",
                    "maintenanceKey",
                    "clientKey",
                    "windowsKey",
                    "restAPIKey",
                    "sessionToken",
                    "installationId");

    Set<String> SUBSCRIBE = Set.of("op", "requestId", "query", "sessionToken", "resume");
    Set<String> QUERY = Set.of("className", "where", "keys", "fields", "watch", "include");
    Set<String> REQUEST = Set.of("op", "requestId");

    /// @throws RialtoException BROKEN_FRAME
    static Frame read(String text) {
        JsonNode json = parse(text);
        if (!(json instanceof ObjectNode frame)) {
            throw broken("a message must be a JSON object");
        }
        String op = text(frame, "op").orElseThrow(() -> broken("Missing required property: op"));
        return switch (op) {
            case "connect" -> connect(frame);
            case "subscribe", "update" -> subscribe(frame);
            case "unsubscribe" -> new Unsubscribe(requestId(only(frame, REQUEST)));
            case "query" -> new Query(requestId(only(frame, REQUEST)));
            default -> throw broken("unknown op: " + shortened(op));
        };
    }

    private static JsonNode parse(String text) {
        try {
            return Json.read(text);
        } catch (RialtoException | tools.jackson.core.JacksonException notJson) {
            throw broken("not JSON");
        }
    }

    private static Frame connect(ObjectNode frame) {
        only(frame, CONNECT);
        var client = new EnumMap<ClientKeyKind, String>(ClientKeyKind.class);
        CLIENT_KEYS.forEach(
                (field, kind) -> text(frame, field).ifPresent(key -> client.put(kind, key)));
        var keys = new SentKeys(text(frame, "maintenanceKey"), text(frame, "masterKey"), client);
        return new Connect(
                text(frame, "applicationId")
                        .orElseThrow(() -> broken("Missing required property: applicationId")),
                text(frame, "sessionToken"),
                text(frame, "installationId"),
                keys);
    }

    private static Frame subscribe(ObjectNode frame) {
        only(frame, SUBSCRIBE);
        long requestId = requestId(frame);
        if (!(frame.get("query") instanceof ObjectNode query)) {
            throw broken("Missing required property: query");
        }
        only(query, QUERY);
        if (!(query.get("where") instanceof ObjectNode where)) {
            throw broken("Missing required property: where");
        }
        Optional<List<String>> keys = names(query, "keys").or(() -> names(query, "fields"));
        var request =
                new Watching.Request(
                        text(query, "className")
                                .orElseThrow(() -> broken("Missing required property: className")),
                        where,
                        keys.filter(each -> !each.isEmpty()),
                        names(query, "watch").orElse(List.of()),
                        names(query, "include").orElse(List.of()));
        return new Subscribe(
                requestId,
                request,
                text(frame, "sessionToken"),
                Optional.ofNullable(frame.get("resume")));
    }

    private static ObjectNode only(ObjectNode frame, Set<String> known) {
        for (String name : frame.propertyNames()) {
            if (!known.contains(name)) {
                throw broken("Additional properties not allowed: " + shortened(name));
            }
        }
        return frame;
    }

    private static long requestId(ObjectNode frame) {
        JsonNode id = frame.path("requestId");
        if (!id.isNumber() || !id.canConvertToLong()) {
            throw broken("requestId must be a number");
        }
        return id.asLong();
    }

    private static Optional<String> text(ObjectNode frame, String name) {
        JsonNode value = frame.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw broken(name + " is a string");
        }
        return Optional.of(value.asString());
    }

    private static Optional<List<String>> names(ObjectNode query, String name) {
        JsonNode value = query.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        for (JsonNode each : value) {
            if (!each.isString()) {
                throw broken(name + " must be an array of strings");
            }
            names.add(each.asString());
        }
        if (!value.isArray()) {
            throw broken(name + " must be an array of strings");
        }
        return Optional.of(List.copyOf(names));
    }

    private static String shortened(String text) {
        return text.length() > 50 ? text.substring(0, 50) + "..." : text;
    }

    private static RialtoException broken(String what) {
        return new RialtoException(ErrorCode.BROKEN_FRAME, what);
    }
}

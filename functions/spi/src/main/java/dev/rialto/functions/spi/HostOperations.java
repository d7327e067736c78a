package dev.rialto.functions.spi;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// What code that only exchanges JSON with the server may ask of a [Host]: a request names an
/// operation as `op`, with its arguments beside it.
public final class HostOperations {
    private static final Duration MAX_KEPT = Duration.ofDays(365);

    private HostOperations() {}

    /// Performs a request.
    ///
    /// @return its value; JSON null if there is none
    /// @throws RialtoException if the request is not valid, or says what a client would be told
    public static JsonNode perform(ObjectNode request, Host host) {
        return switch (text(request, "op")) {
            case "createObject" ->
                    host.create(
                            who(request), text(request, "className"), object(request, "fields"));
            case "updateObject" ->
                    host.update(
                            who(request),
                            text(request, "className"),
                            text(request, "objectId"),
                            object(request, "fields"));
            case "deleteObject" ->
                    done(() ->
                            host.delete(
                                    who(request),
                                    text(request, "className"),
                                    text(request, "objectId")));
            case "findObjects" ->
                    host.find(who(request), text(request, "className"), object(request, "query"));
            case "rest" ->
                    host.rest(
                            who(request),
                            text(request, "method"),
                            text(request, "path"),
                            object(request, "body"));
            case "fetch" -> fetch(request, host);
            case "saveFile" ->
                    host.saveFile(
                            text(request, "name"),
                            text(request, "contentType"),
                            bytes(request, "content"));
            case "readFile" ->
                    JsonNodeFactory.instance.binaryNode(host.readFile(text(request, "name")));
            case "deleteFile" -> done(() -> host.deleteFile(text(request, "name")));
            case "callFunction" -> host.call(text(request, "name"), request.path("input"));
            case "publish" ->
                    done(() -> host.publish(text(request, "topic"), request.path("payload")));
            case "getCached" ->
                    host.cached(text(request, "key"))
                            .<JsonNode>map(JsonNodeFactory.instance::stringNode)
                            .orElse(NullNode.instance);
            case "putCached" ->
                    done(() ->
                            host.cache(
                                    text(request, "key"), text(request, "value"), kept(request)));
            case "removeCached" -> done(() -> host.uncache(text(request, "key")));
            case String unknown ->
                    throw new RialtoException(
                            ErrorCode.COMMAND_UNAVAILABLE,
                            "functions can't ask for \"" + Problem.shown(unknown) + "\"");
        };
    }

    private static JsonNode done(Runnable work) {
        work.run();
        return NullNode.instance;
    }

    private static JsonNode fetch(ObjectNode request, Host host) {
        Map<String, String> headers = new HashMap<>();
        object(request, "headers")
                .properties()
                .forEach(each -> headers.put(each.getKey(), each.getValue().asString("")));
        long timeout = request.path("timeout").asLong(0);
        Host.Fetched fetched =
                host.fetch(
                        new Host.Fetch(
                                text(request, "method"),
                                text(request, "url"),
                                headers,
                                bytes(request, "body"),
                                timeout > 0
                                        ? Optional.of(Duration.ofMillis(timeout))
                                        : Optional.empty()));
        ObjectNode answer =
                Json.object().put("status", fetched.status()).put("body", fetched.body());
        ObjectNode all = answer.putObject("headers");
        fetched.headers()
                .forEach((name, values) -> {
                    var list = all.putArray(name);
                    values.forEach(list::add);
                });
        return answer;
    }

    private static Duration kept(ObjectNode request) {
        long millis = request.path("keptFor").asLong(0);
        return Duration.ofMillis(Math.clamp(millis, 0, MAX_KEPT.toMillis()));
    }

    private static Host.As who(ObjectNode request) {
        return request.path("who").asString("").equals("master") ? Host.As.MASTER : Host.As.CALLER;
    }

    private static String text(ObjectNode request, String key) {
        if (!request.path(key).isString()) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "a request to the platform lacks the string \"" + key + "\"");
        }
        return request.path(key).stringValue();
    }

    private static ObjectNode object(ObjectNode request, String key) {
        return request.path(key) instanceof ObjectNode fields ? fields : Json.object();
    }

    private static byte[] bytes(ObjectNode request, String key) {
        try {
            return request.path(key).isMissingNode()
                    ? new byte[0]
                    : request.path(key).binaryValue();
        } catch (JacksonException notBase64) {
            throw new RialtoException(ErrorCode.INVALID_JSON, "\"" + key + "\" is not base64");
        }
    }
}

package dev.rialto.jvmworker;

import dev.rialto.functions.spi.Host;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls as a worker receives them, and how it answers them.
final class ReceivedCalls {
    private ReceivedCalls() {}

    static Invocation invocation(ObjectNode frame, Host host) {
        Map<String, String> headers = new HashMap<>();
        frame.path("headers")
                .properties()
                .forEach(each -> headers.put(each.getKey(), each.getValue().asString("")));
        return new Invocation(
                frame.path("input"),
                caller(frame.path("caller")),
                frame.path("installationId").isString()
                        ? Optional.of(frame.path("installationId").stringValue())
                        : Optional.empty(),
                frame.path("requestId").asString(""),
                Duration.ofMillis(frame.path("within").asLong(0)),
                host,
                frame.path("context") instanceof ObjectNode context ? context : Json.object(),
                new Invocation.Client(frame.path("ip").asString(""), headers));
    }

    private static Caller caller(JsonNode wire) {
        return switch (wire.path("kind").asString("")) {
            case "master" -> new Caller.Master();
            case "readOnlyMaster" -> new Caller.ReadOnlyMaster();
            case "user" -> {
                Set<String> roles = new HashSet<>();
                wire.path("roles").forEach(each -> roles.add(each.asString("")));
                yield new Caller.User(
                        wire.path("id").asString(""),
                        wire.path("sessionToken").asString(""),
                        roles);
            }
            default -> new Caller.Anonymous();
        };
    }

    static ObjectNode result(long id, Result result, ObjectNode context) {
        ObjectNode frame = Json.object().put("type", "result").put("id", id);
        frame.set("output", result.output());
        frame.set("head", result.head());
        frame.set("context", context);
        frame.putObject("usage")
                .put("cpuNanos", result.usage().cpuNanos())
                .put("allocatedBytes", result.usage().allocatedBytes());
        return frame;
    }

    static ObjectNode failure(long id, RialtoException told) {
        ObjectNode frame =
                Json.object()
                        .put("type", "failed")
                        .put("id", id)
                        .put("code", told.number())
                        .put("message", told.getMessage());
        if (told.getCause() != null) {
            frame.putObject("cause")
                    .put("message", told.getCause().getMessage())
                    .put("text", told.getCause().toString());
        }
        return frame;
    }
}

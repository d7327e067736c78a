package dev.rialto.wasm;

import dev.rialto.functions.spi.HostOperations;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// The platform for the code of one call, as JSON. To be used by the caller's thread.
final class CallPlatform {
    private static final Logger LOG = Logger.getLogger(CallPlatform.class.getName());
    private static final List<String> LEVELS = List.of("debug", "info", "warn", "error");

    private static final byte[] NOTHING = {};

    private final Invocation invocation;

    CallPlatform(Invocation invocation) {
        this.invocation = invocation;
    }

    byte[] log(int level, String message) {
        invocation.host().log(LEVELS.get(Math.clamp(level, 0, LEVELS.size() - 1)), message);
        return NOTHING;
    }

    byte[] progress(String message) {
        invocation.host().progress(message);
        return NOTHING;
    }

    /// Answers a request with `{"value"}` or `{"error": {"code", "message"}}`.
    byte[] request(byte[] json) {
        return Json.mapper().writeValueAsBytes(answer(json));
    }

    private ObjectNode answer(byte[] json) {
        try {
            if (!(Json.read(json) instanceof ObjectNode request)) {
                return failure(
                        ErrorCode.INVALID_JSON.number(),
                        "a request to the platform must be a JSON object");
            }
            ObjectNode answer = Json.object();
            answer.set("value", value(request));
            return answer;
        } catch (RialtoException told) {
            return failure(told.number(), String.valueOf(told.getMessage()));
        } catch (JacksonException unreadable) {
            return failure(
                    ErrorCode.INVALID_JSON.number(),
                    "a request to the platform is not valid JSON: "
                            + unreadable.getOriginalMessage());
        } catch (RuntimeException failure) {
            LOG.log(Level.SEVERE, "a request of a function failed", failure);
            return failure(ErrorCode.INTERNAL.number(), "Internal server error.");
        }
    }

    private JsonNode value(ObjectNode request) {
        return switch (request.path("op").asString("")) {
            case "invocation" -> invocation();
            case "putContext" -> {
                if (request.path("context") instanceof ObjectNode changed) {
                    invocation.context().removeAll();
                    invocation.context().setAll(changed);
                }
                yield NullNode.instance;
            }
            default -> HostOperations.perform(request, invocation.host());
        };
    }

    private ObjectNode invocation() {
        ObjectNode told = Json.object().put("requestId", invocation.requestId());
        told.set("caller", caller());
        told.set("context", invocation.context());
        told.put("withinMillis", invocation.within().toMillis());
        told.put("ip", invocation.client().address());
        ObjectNode headers = told.putObject("headers");
        invocation.client().headers().forEach(headers::put);
        invocation.installationId().ifPresent(each -> told.put("installationId", each));
        return told;
    }

    private ObjectNode caller() {
        return switch (invocation.caller()) {
            case Caller.Anonymous _ -> Json.object().put("kind", "anonymous");
            case Caller.User(String id, _, var roles, _) -> {
                ObjectNode user = Json.object().put("kind", "user").put("id", id);
                var all = user.putArray("roles");
                roles.forEach(all::add);
                yield user;
            }
            case Caller.Master _, Caller.Maintenance _ -> Json.object().put("kind", "master");
            case Caller.ReadOnlyMaster _ -> Json.object().put("kind", "readOnlyMaster");
        };
    }

    private static ObjectNode failure(int code, String message) {
        ObjectNode answer = Json.object();
        answer.putObject("error").put("code", code).put("message", message);
        return answer;
    }
}

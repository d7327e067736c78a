package dev.rialto.workers;

import dev.rialto.functions.spi.HostOperations;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// The platform for code in workers: each request is made for a call under way, and goes to that
/// call's [Host], on a thread of its own.
final class HostRequests implements WorkerRequests {
    private static final Logger LOG = Logger.getLogger(HostRequests.class.getName());

    /// More requests of one worker at once are rejected.
    private static final int MAX_AT_ONCE = 1_000;

    private final Semaphore permits = new Semaphore(MAX_AT_ONCE);

    @Override
    public void answer(Incoming request, Optional<Call> call, Consumer<ObjectNode> answer) {
        long ask = request.frame().path("ask").asLong(0);
        Optional<ObjectNode> refusal =
                call.isEmpty()
                        ? Optional.of(
                                failure(
                                        ask,
                                        ErrorCode.OPERATION_FORBIDDEN.number(),
                                        "the call that asks is not under way"))
                        : admit(ask, request);
        if (refusal.isPresent()) {
            request.close();
            answer.accept(refusal.get());
            return;
        }
        Thread.ofVirtual()
                .name("worker-request")
                .start(() -> {
                    try (request) {
                        answer.accept(answer(ask, request.frame(), call.orElseThrow()));
                    } catch (IllegalArgumentException tooLarge) {
                        answer.accept(
                                failure(
                                        ask,
                                        ErrorCode.OBJECT_TOO_LARGE.number(),
                                        String.valueOf(tooLarge.getMessage())));
                    } finally {
                        permits.release();
                    }
                });
    }

    /// Takes a permit and memory.
    ///
    /// @return why there is none
    private Optional<ObjectNode> admit(long ask, Incoming request) {
        if (!permits.tryAcquire()) {
            return Optional.of(
                    failure(ask, ErrorCode.OVERLOADED.number(), "too many requests at once"));
        }
        if (request.hold()) {
            return Optional.empty();
        }
        permits.release();
        return Optional.of(
                failure(
                        ask,
                        ErrorCode.OVERLOADED.number(),
                        "the server has no memory for more requests: try again shortly"));
    }

    private static ObjectNode answer(long ask, ObjectNode frame, Call call) {
        try {
            Json.check(frame);
            ObjectNode answer = Json.object().put("type", "answer").put("ask", ask);
            answer.set("value", call.span().run(() -> value(frame, call)));
            return answer;
        } catch (RialtoException told) {
            return failure(ask, told.number(), told.getMessage());
        } catch (JacksonException unstorable) {
            return failure(
                    ask,
                    ErrorCode.INVALID_JSON.number(),
                    "a value that is not allowed: a NUL character, a lone surrogate or a number"
                            + " out of range");
        } catch (RuntimeException failure) {
            LOG.log(Level.SEVERE, "a request of a function failed", failure);
            return failure(ask, ErrorCode.INTERNAL.number(), "Internal server error.");
        }
    }

    private static JsonNode value(ObjectNode frame, Call call) {
        return switch (frame.path("op").asString("")) {
            case "openStream", "writeStream", "closeStream" -> stream(frame, call);
            default -> HostOperations.perform(frame, call.host());
        };
    }

    private static JsonNode stream(ObjectNode frame, Call call) {
        try {
            switch (frame.path("op").asString("")) {
                case "openStream" -> {
                    return JsonNodeFactory.instance.booleanNode(call.open(object(frame, "head")));
                }
                case "writeStream" -> call.write(bytes(frame, "content"));
                default -> call.end();
            }
            return NullNode.instance;
        } catch (IOException gone) {
            throw new RialtoException(ErrorCode.SCRIPT_FAILED, String.valueOf(gone.getMessage()));
        }
    }

    private static ObjectNode object(ObjectNode frame, String key) {
        return frame.path(key) instanceof ObjectNode fields ? fields : Json.object();
    }

    private static byte[] bytes(ObjectNode frame, String key) {
        try {
            return frame.path(key).isMissingNode() ? new byte[0] : frame.path(key).binaryValue();
        } catch (JacksonException notBase64) {
            throw new RialtoException(ErrorCode.INVALID_JSON, "\"" + key + "\" is not base64");
        }
    }

    private static ObjectNode failure(long ask, int code, String message) {
        ObjectNode frame = Json.object().put("type", "answer").put("ask", ask);
        frame.putObject("error").put("code", code).put("message", message);
        return frame;
    }
}

package dev.rialto.workers;

import dev.rialto.functions.spi.Host;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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

    private static final Duration MAX_KEPT = Duration.ofDays(365);

    private final Semaphore permits = new Semaphore(MAX_AT_ONCE);

    @Override
    public void answer(ObjectNode frame, Optional<Call> call, Consumer<ObjectNode> answer) {
        long ask = frame.path("ask").asLong(0);
        if (call.isEmpty()) {
            answer.accept(
                    failure(
                            ask,
                            ErrorCode.OPERATION_FORBIDDEN.number(),
                            "the call that asks is not under way"));
        } else if (!permits.tryAcquire()) {
            answer.accept(failure(ask, ErrorCode.OVERLOADED.number(), "too many requests at once"));
        } else {
            Thread.ofVirtual()
                    .name("worker-request")
                    .start(() -> {
                        try {
                            answer.accept(answer(ask, frame, call.get()));
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
        Host host = call.host();
        return switch (text(frame, "op")) {
            case "createObject" ->
                    host.create(who(frame), text(frame, "className"), object(frame, "fields"));
            case "updateObject" ->
                    host.update(
                            who(frame),
                            text(frame, "className"),
                            text(frame, "objectId"),
                            object(frame, "fields"));
            case "deleteObject" ->
                    done(() ->
                            host.delete(
                                    who(frame), text(frame, "className"), text(frame, "objectId")));
            case "findObjects" ->
                    host.find(who(frame), text(frame, "className"), object(frame, "query"));
            case "rest" ->
                    host.rest(
                            who(frame),
                            text(frame, "method"),
                            text(frame, "path"),
                            object(frame, "body"));
            case "fetch" -> fetch(frame, host);
            case "saveFile" ->
                    host.saveFile(
                            text(frame, "name"),
                            text(frame, "contentType"),
                            bytes(frame, "content"));
            case "readFile" ->
                    JsonNodeFactory.instance.binaryNode(host.readFile(text(frame, "name")));
            case "deleteFile" -> done(() -> host.deleteFile(text(frame, "name")));
            case "callFunction" -> host.call(text(frame, "name"), frame.path("input"));
            case "publish" -> done(() -> host.publish(text(frame, "topic"), frame.path("payload")));
            case "getCached" ->
                    host.cached(text(frame, "key"))
                            .<JsonNode>map(JsonNodeFactory.instance::stringNode)
                            .orElse(NullNode.instance);
            case "putCached" ->
                    done(() -> host.cache(text(frame, "key"), text(frame, "value"), kept(frame)));
            case "removeCached" -> done(() -> host.uncache(text(frame, "key")));
            case "openStream", "writeStream", "closeStream" -> stream(frame, call);
            case String unknown ->
                    throw new RialtoException(
                            ErrorCode.COMMAND_UNAVAILABLE,
                            "a worker can't ask for \"" + unknown + "\"");
        };
    }

    private static JsonNode done(Runnable work) {
        work.run();
        return NullNode.instance;
    }

    private static JsonNode stream(ObjectNode frame, Call call) {
        try {
            switch (text(frame, "op")) {
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

    private static JsonNode fetch(ObjectNode frame, Host host) {
        Map<String, String> headers = new HashMap<>();
        object(frame, "headers")
                .properties()
                .forEach(each -> headers.put(each.getKey(), each.getValue().asString("")));
        long timeout = frame.path("timeout").asLong(0);
        Host.Fetched fetched =
                host.fetch(
                        new Host.Fetch(
                                text(frame, "method"),
                                text(frame, "url"),
                                headers,
                                bytes(frame, "body"),
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

    private static Duration kept(ObjectNode frame) {
        long millis = frame.path("keptFor").asLong(0);
        return Duration.ofMillis(Math.clamp(millis, 0, MAX_KEPT.toMillis()));
    }

    private static Host.As who(ObjectNode frame) {
        return frame.path("who").asString("").equals("master") ? Host.As.MASTER : Host.As.CALLER;
    }

    private static String text(ObjectNode frame, String key) {
        if (!frame.path(key).isString()) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "a request of a worker lacks the string \"" + key + "\"");
        }
        return frame.path(key).stringValue();
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

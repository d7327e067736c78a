package dev.rialto.jvmworker;

import dev.rialto.functions.spi.Host;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The platform for one call, at the other end of the connection.
///
/// @param id the call's number
record RemoteHost(ServerLink server, long id) implements Host {
    private JsonNode ask(ObjectNode request) {
        ObjectNode answer = server.ask(request.put("id", id));
        if (answer.path("error") instanceof ObjectNode error) {
            int number = error.path("code").asInt(0);
            throw new RialtoException(
                    ErrorCode.chosen(number), number, error.path("message").asString(""));
        }
        return answer.path("value");
    }

    private static ObjectNode request(String operation) {
        return Json.object().put("type", "request").put("op", operation);
    }

    private static ObjectNode request(String operation, As who) {
        return request(operation).put("who", who.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public ObjectNode create(As who, String className, ObjectNode fields) {
        ObjectNode request = request("createObject", who).put("className", className);
        request.set("fields", fields);
        return fields(ask(request));
    }

    @Override
    public ObjectNode update(As who, String className, String objectId, ObjectNode fields) {
        ObjectNode request =
                request("updateObject", who).put("className", className).put("objectId", objectId);
        request.set("fields", fields);
        return fields(ask(request));
    }

    @Override
    public void delete(As who, String className, String objectId) {
        ask(request("deleteObject", who).put("className", className).put("objectId", objectId));
    }

    @Override
    public ObjectNode find(As who, String className, ObjectNode query) {
        ObjectNode request = request("findObjects", who).put("className", className);
        request.set("query", query);
        return fields(ask(request));
    }

    @Override
    public JsonNode rest(As who, String method, String path, ObjectNode body) {
        ObjectNode request = request("rest", who).put("method", method).put("path", path);
        request.set("body", body);
        return ask(request);
    }

    @Override
    public Fetched fetch(Fetch fetch) {
        ObjectNode request =
                request("fetch")
                        .put("method", fetch.method())
                        .put("url", fetch.url())
                        .put("body", fetch.body());
        ObjectNode headers = request.putObject("headers");
        fetch.headers().forEach(headers::put);
        fetch.timeout().ifPresent(each -> request.put("timeout", Math.max(1, each.toMillis())));
        JsonNode answer = ask(request);
        Map<String, List<String>> told = new HashMap<>();
        answer.path("headers")
                .properties()
                .forEach(each -> {
                    List<String> values = new ArrayList<>();
                    each.getValue().forEach(value -> values.add(value.asString("")));
                    told.put(each.getKey(), values);
                });
        return new Fetched(answer.path("status").asInt(0), told, answer.path("body").binaryValue());
    }

    @Override
    public ObjectNode saveFile(String name, String contentType, byte[] content) {
        return fields(
                ask(
                        request("saveFile")
                                .put("name", name)
                                .put("contentType", contentType)
                                .put("content", content)));
    }

    @Override
    public byte[] readFile(String name) {
        return ask(request("readFile").put("name", name)).binaryValue();
    }

    @Override
    public void deleteFile(String name) {
        ask(request("deleteFile").put("name", name));
    }

    @Override
    public JsonNode call(String name, JsonNode input) {
        ObjectNode request = request("callFunction").put("name", name);
        request.set("input", input);
        return ask(request);
    }

    @Override
    public void publish(String topic, JsonNode payload) {
        ObjectNode request = request("publish").put("topic", topic);
        request.set("payload", payload);
        ask(request);
    }

    @Override
    public Optional<String> cached(String key) {
        JsonNode value = ask(request("getCached").put("key", key));
        return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
    }

    @Override
    public void cache(String key, String value, Duration keptFor) {
        ask(
                request("putCached")
                        .put("key", key)
                        .put("value", value)
                        .put("keptFor", keptFor.toMillis()));
    }

    @Override
    public void uncache(String key) {
        ask(request("removeCached").put("key", key));
    }

    @Override
    public void log(String level, String message) {
        server.send(
                Json.object()
                        .put("type", "log")
                        .put("id", id)
                        .put("level", level)
                        .put("message", message));
    }

    @Override
    public void progress(String message) {
        server.send(Json.object().put("type", "progress").put("id", id).put("message", message));
    }

    @Override
    public Optional<OutputStream> stream(ObjectNode head) {
        ObjectNode request = request("openStream");
        request.set("head", head);
        return ask(request).asBoolean(false) ? Optional.of(new Stream()) : Optional.empty();
    }

    private static ObjectNode fields(JsonNode value) {
        return value instanceof ObjectNode fields ? fields : Json.object();
    }

    /// Each piece is answered when it has been taken: a slow reader slows the function down.
    private final class Stream extends OutputStream {
        private static final int MAX_PIECE = 64 << 10;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int end = offset + length;
            for (int at = offset; at < end; at += MAX_PIECE) {
                byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(at + MAX_PIECE, end));
                send(request("writeStream").put("content", piece));
            }
        }

        @Override
        public void close() throws IOException {
            send(request("closeStream"));
        }

        private void send(ObjectNode request) throws IOException {
            try {
                ask(request);
            } catch (RialtoException gone) {
                throw new IOException(gone.getMessage(), gone);
            }
        }
    }
}

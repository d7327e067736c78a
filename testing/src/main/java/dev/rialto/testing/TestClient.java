package dev.rialto.testing;

import dev.rialto.kernel.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// One who calls a [TestFrontDoor], always with the same headers.
public final class TestClient {
    private final TestFrontDoor door;
    private final String[] headers;

    /// @param headers each `Name: value`
    public TestClient(TestFrontDoor door, String... headers) {
        this.door = door;
        this.headers = headers.clone();
    }

    /// An answer in JSON.
    public record Reply(int status, JsonNode body) {
        /// The code of an error, or 0.
        public int code() {
            return body.path("code").asInt(0);
        }

        public String text(String field) {
            return body.path(field).asString("");
        }
    }

    /// The same with one more header.
    public TestClient with(String header) {
        return new TestClient(
                door,
                Stream.concat(Arrays.stream(headers), Stream.of(header)).toArray(String[]::new));
    }

    public Reply get(String path) {
        return send("GET", path, "");
    }

    public Reply post(String path, String body) {
        return send("POST", path, body);
    }

    public Reply put(String path, String body) {
        return send("PUT", path, body);
    }

    public Reply delete(String path) {
        return send("DELETE", path, "");
    }

    /// Creates an object and tells its id.
    public String create(String className, String fields) {
        Reply created = post("/classes/" + className, fields);
        if (created.status() != 201) {
            throw new AssertionError("creating failed: " + created);
        }
        return created.text("objectId");
    }

    /// Opens a stream of server-sent events.
    public EventReader events(String path) {
        return new EventReader(
                door.send(
                                "GET",
                                path,
                                BodyPublishers.noBody(),
                                BodyHandlers.ofInputStream(),
                                headers)
                        .body());
    }

    private Reply send(String method, String path, String body) {
        HttpResponse<String> answer = door.send(method, path, body, headers);
        return new Reply(answer.statusCode(), Json.read(answer.body()));
    }
}

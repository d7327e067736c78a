package dev.rialto.functions.spi;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the platform offers to one call of a function. Objects are in Parse's wire form. Everything
/// fails with a [dev.rialto.kernel.RialtoException] that says what a client would be told.
public interface Host {
    /// Who the call may act as: its caller, or whoever may do everything.
    enum As {
        CALLER,
        MASTER
    }

    /// Creates an object.
    ///
    /// @return `objectId`, `createdAt`, and what triggers set
    ObjectNode create(As who, String className, ObjectNode fields);

    /// Updates an object.
    ///
    /// @return `updatedAt`, the fields that the server computed, and what triggers set
    ObjectNode update(As who, String className, String objectId, ObjectNode fields);

    void delete(As who, String className, String objectId);

    /// Answers a query.
    ///
    /// @param query `where`, `order`, `include`, `keys`, `skip`, `limit`, `count` as in a REST find
    /// @return `results`, and `count` when asked for
    ObjectNode find(As who, String className, ObjectNode query);

    /// Runs an operation of the REST API.
    ///
    /// @param path below `/v1`, percent-encoded, with its query string
    /// @param body in wire form
    /// @return the answer's body
    JsonNode rest(As who, String method, String path, ObjectNode body);

    /// Sends a request to another server.
    Fetched fetch(Fetch fetch);

    /// A request to another server.
    ///
    /// @param timeout how long it may take; empty for as long as the call may take
    record Fetch(
            String method,
            String url,
            Map<String, String> headers,
            byte[] body,
            Optional<Duration> timeout) {}

    /// A response of another server.
    ///
    /// @param headers by their names in lower case
    record Fetched(int status, Map<String, List<String>> headers, byte[] body) {}

    /// Stores a file.
    ///
    /// @return `name` and `url`
    ObjectNode saveFile(String name, String contentType, byte[] content);

    byte[] readFile(String name);

    void deleteFile(String name);

    /// Calls another function of the app.
    ///
    /// @param name an address, or the name of a cloud function
    JsonNode call(String name, JsonNode input);

    void publish(String topic, JsonNode payload);

    Optional<String> cached(String key);

    void cache(String key, String value, Duration keptFor);

    void uncache(String key);

    /// Writes to the micro app's log.
    ///
    /// @param level `debug`, `info`, `warn` or `error`
    void log(String level, String message);

    /// Says how far a job has come.
    void progress(String message);

    /// Where an endpoint's stream goes. To be asked for once, after the endpoint has returned.
    ///
    /// @param head `status` and `headers` of the answer
    /// @return empty when nobody reads it, so that it need not be written
    Optional<OutputStream> stream(ObjectNode head) throws IOException;
}

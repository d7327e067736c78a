package dev.rialto.hosting;

import dev.rialto.http.InProcessCalls;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Contract.Metering;
import dev.rialto.spi.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The services of the platform for functions.
///
/// @param objects the app's objects
/// @param operations lets functions do the work of operations
/// @param rest all operations
/// @param http other servers
/// @param files the app's files
/// @param events takes what functions publish
/// @param meters takes what calls count for that no operation stands for
public record HostServices(
        Objects objects,
        Supplier<InProcessCalls> operations,
        Rest rest,
        OutboundClients http,
        Files files,
        Events events,
        Consumer<Metering> meters) {
    /// All operations of the server, with the access checks of requests from outside.
    public interface Rest {
        /// @param path below `/v1`, percent-encoded, with its query string
        record Request(String method, String path, ObjectNode body) {}

        /// Runs an operation.
        ///
        /// @return the answer's body
        /// @throws dev.rialto.kernel.RialtoException as a client would be told
        JsonNode call(App app, Caller caller, InProcessCalls.Source source, Request request);
    }

    /// Files as functions use them.
    public interface Files {
        /// Stores a file.
        ///
        /// @return `name` and `url`
        ObjectNode save(App app, String name, String contentType, byte[] content);

        byte[] read(App app, String name);

        void delete(App app, String name);
    }

    /// Takes what functions publish.
    public interface Events {
        /// Publishes an event; it is stored when this returns.
        void publish(App app, String topic, JsonNode payload);

        /// Removes what is old.
        default void tidy(App app) {}
    }
}

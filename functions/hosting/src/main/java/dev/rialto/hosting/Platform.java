package dev.rialto.hosting;

import dev.rialto.kernel.App;
import dev.rialto.objects.spi.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What functions may use of the platform.
///
/// @param objects the app's objects
/// @param files the app's files
/// @param events takes what functions publish
public record Platform(Objects objects, Files files, Events events) {
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

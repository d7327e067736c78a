package dev.rialto.spi;

import dev.rialto.http.ApiDescriber;
import dev.rialto.http.Operation;
import dev.rialto.http.OperationStep;
import dev.rialto.http.SocketEndpoint;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Gauges;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A capability of the server: its description, its operations, its classes, and its life cycle.
///
/// The server reads each capability's parts once, after its creation and before the first request.
/// See docs/adding-a-capability.md.
public interface Capability extends AutoCloseable {
    CapabilityDescriptor descriptor();

    /// Its operations.
    List<Operation> operations();

    /// The rules of the classes that every app has because of this capability.
    default List<ClassRules> classes() {
        return List.of();
    }

    /// Its WebSocket endpoints.
    default List<SocketEndpoint> sockets() {
        return List.of();
    }

    /// Its steps around operations, its own and those of others.
    default Optional<OperationStep> step() {
        return Optional.empty();
    }

    /// What it adds to API descriptions.
    default Optional<ApiDescriber> describer() {
        return Optional.empty();
    }

    /// The capabilities that an app contributed through this one: its micro apps.
    default List<CapabilityListing> contributed(App app) {
        return List.of();
    }

    /// Registers its gauges. The calls, durations and errors of its operations are measured
    /// automatically.
    default void measure(Gauges to) {}

    /// Starts its background work. Called once requests are served.
    default void start() {}

    /// Removes expired data of an app. Called for each app from time to time, by any node.
    default void tidy(App app) {}

    /// Stops its background work and closes its resources.
    @Override
    default void close() throws IOException {}
}

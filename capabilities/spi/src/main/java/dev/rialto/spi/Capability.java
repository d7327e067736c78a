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

/// Something that stands on the shelf: what it is, what can be called, the classes it brings, and
/// its life from the server's start to its end.
///
/// The server asks each capability for its parts once, after it was made and before the first
/// request. See docs/adding-a-capability.md.
public interface Capability extends AutoCloseable {
    CapabilityDescriptor descriptor();

    /// What can be called.
    List<Operation> operations();

    /// The rules of the classes that every app has because of this capability.
    default List<ClassRules> classes() {
        return List.of();
    }

    /// Where WebSockets are taken.
    default List<SocketEndpoint> sockets() {
        return List.of();
    }

    /// What it does around operations, its own and those of others.
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

    /// Lets be measured what it has at any time. How often its operations are called, how long they
    /// take and what they fail with is measured without it.
    default void measure(Gauges to) {}

    /// Begins what it does without being asked. Called when requests are served.
    default void start() {}

    /// Removes what is old of an app. Called for each app from time to time, by any node.
    default void tidy(App app) {}

    /// Ends what was begun and closes what was opened.
    @Override
    default void close() throws IOException {}
}

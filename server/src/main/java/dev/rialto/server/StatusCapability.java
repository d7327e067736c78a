package dev.rialto.server;

import dev.rialto.http.Operation;
import dev.rialto.http.OperationStep;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// How the server is, what it can do, and what it can't.
final class StatusCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                            "platform",
                            "operation",
                            "server",
                            "Reports the server's health and features.")
                    .withMeters("server.status");

    private final List<Operation> operations = new ArrayList<>();
    private final OperationStep step;

    /// How the server is.
    ///
    /// @param ready whether requests can be served: the database answers
    /// @param draining whether the server is about to stop
    /// @param warnings by part: what operators have to look after although requests are served
    record State(
            BooleanSupplier ready,
            BooleanSupplier draining,
            Supplier<Map<String, String>> warnings) {}

    /// @param step refuses what the server can't do now
    /// @param shelf what the server can do
    StatusCapability(State state, OperationStep step, Shelf shelf) {
        this.step = step;
        operations.addAll(new StatusRoutes(Version.current(), state, shelf::features).operations());
        operations.addAll(new CatalogueRoutes(shelf::catalogue).operations());
        operations.addAll(UnavailableRoutes.operations());
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    @Override
    public Optional<OperationStep> step() {
        return Optional.of(step);
    }
}

package dev.rialto.server;

import dev.rialto.capability.Capability;
import dev.rialto.capability.CapabilityDescriptor;
import dev.rialto.http.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// How the server is, what it can do, and what it can't.
final class StatusCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                            "platform",
                            "operation",
                            "server",
                            "Tells how the server is and what it can do.")
                    .withMeters("server.status");

    private final List<Operation> operations = new ArrayList<>();

    /// @param ready whether requests can be served: the database answers
    /// @param features of all capabilities
    StatusCapability(BooleanSupplier ready, Supplier<Map<String, List<String>>> features) {
        operations.addAll(new StatusRoutes(Version.current(), ready, features).operations());
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
}

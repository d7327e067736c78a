package dev.rialto.server;

import dev.rialto.http.Operation;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A capability whose step takes note of every call of an operation, and refuses those it is told
/// to.
final class RecorderCapability implements Capability {
    private final List<String> passed = new CopyOnWriteArrayList<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    /// Forgets what passed.
    void forget() {
        passed.clear();
    }

    /// What passed, each with the kind of its caller.
    List<String> passed() {
        return List.copyOf(passed);
    }

    /// Lets no call of an operation pass.
    void refuse(String operation) {
        refused.add(operation);
    }

    /// Lets all calls pass.
    void refuseNothing() {
        refused.clear();
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return CapabilityDescriptor.of("data", "test", "recorder", "Takes note of calls.");
    }

    @Override
    public List<Operation> operations() {
        return List.of();
    }

    @Override
    public Optional<OperationStep> step() {
        return Optional.of((operation, next) ->
                call -> {
                    String caller = call.caller().getClass().getSimpleName();
                    passed.add(operation.id() + " " + caller);
                    if (refused.contains(operation.id())) {
                        throw new RialtoException(
                                ErrorCode.REQUEST_LIMIT_EXCEEDED, "refused by a step");
                    }
                    return next.handle(call);
                });
    }
}

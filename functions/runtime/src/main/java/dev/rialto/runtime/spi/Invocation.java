package dev.rialto.runtime.spi;

import dev.rialto.kernel.Caller;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A call of an interface.
///
/// @param target the interface, one of the revision's [Descriptor]
/// @param input what it is given, in the wire form of how it is reached: see docs/functions.md
/// @param within how long it may take
/// @param host what it may ask of the platform
public record Invocation(
        InterfaceDescriptor target,
        JsonNode input,
        Caller caller,
        Optional<String> installationId,
        String requestId,
        Duration within,
        Host host) {}

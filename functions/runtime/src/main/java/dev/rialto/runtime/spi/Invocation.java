package dev.rialto.runtime.spi;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A call of a [LoadedInterface].
///
/// @param input what it is given, in the wire form of how it is reached: see docs/functions.md
/// @param within how long it may take
/// @param host what it may ask of the platform
/// @param context what the client sent along for functions and triggers, as `X-Parse-Cloud-Context`
public record Invocation(
        JsonNode input,
        Caller caller,
        Optional<String> installationId,
        String requestId,
        Duration within,
        Host host,
        ObjectNode context) {
    /// A call without a context.
    public Invocation(
            JsonNode input,
            Caller caller,
            Optional<String> installationId,
            String requestId,
            Duration within,
            Host host) {
        this(input, caller, installationId, requestId, within, host, Json.object());
    }
}

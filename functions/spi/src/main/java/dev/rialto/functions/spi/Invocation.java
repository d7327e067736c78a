package dev.rialto.functions.spi;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A call of a [LoadedInterface].
///
/// @param input what it is given, in the wire form of how it is reached: see docs/functions.md
/// @param within how long it may take
/// @param host what it may ask of the platform
/// @param context what the client sent along for functions and triggers, as
///   `X-Parse-Cloud-Context`; a runtime puts into it what the code has changed, for the triggers
///   that follow
/// @param client who sent the request
public record Invocation(
        JsonNode input,
        Caller caller,
        Optional<String> installationId,
        String requestId,
        Duration within,
        Host host,
        ObjectNode context,
        Client client) {
    /// The same call with less time.
    public Invocation within(Duration left) {
        return new Invocation(
                input, caller, installationId, requestId, left, host, context, client);
    }

    /// Where a request comes from.
    ///
    /// @param address the IP address
    /// @param headers by their names in lower case; none that proves who asks
    public record Client(String address, Map<String, String> headers) {
        /// The server itself.
        public static final Client SERVER = new Client("127.0.0.1", Map.of());

        public Client {
            headers = Map.copyOf(headers);
        }
    }

    /// A call of the server itself, without a context.
    public Invocation(
            JsonNode input,
            Caller caller,
            Optional<String> installationId,
            String requestId,
            Duration within,
            Host host) {
        this(input, caller, installationId, requestId, within, host, Json.object(), Client.SERVER);
    }
}

package dev.rialto.hosting;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Functions and triggers that run at another address.
public interface RemoteFunctions {
    /// Who asks, and how long it may take.
    ///
    /// @param address the IP address of the client
    /// @param headers of its request, without those that prove who asks
    /// @param context what it sent along for functions and triggers
    record Asker(
            App app,
            Caller caller,
            Optional<String> installationId,
            String address,
            Map<String, String> headers,
            ObjectNode context,
            Duration within) {}

    /// Calls a function.
    ///
    /// @return empty when there is none of this name
    Optional<JsonNode> call(Asker asker, String name, JsonNode input);

    /// Whether there is such a trigger; asked at every request.
    ///
    /// @param moment as Parse names it, e.g. `beforeSave`
    boolean hasTrigger(App app, String className, String moment);

    /// Calls a trigger, if there is one.
    ///
    /// @return what it answered; JSON null for nothing
    JsonNode trigger(Asker asker, String className, String moment, ObjectNode payload);
}

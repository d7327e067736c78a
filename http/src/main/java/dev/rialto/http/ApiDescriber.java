package dev.rialto.http;

import dev.rialto.kernel.App;
import dev.rialto.kernel.JsonSchema;
import java.util.Map;

/// Adds to API descriptions what the operations themselves don't say.
public interface ApiDescriber {
    /// The shapes that operations name, by their names: see [JsonSchema#named].
    default Map<String, JsonSchema> components() {
        return Map.of();
    }

    /// What groups of operations are about: a sentence for each capability.
    default Map<String, String> tags() {
        return Map.of();
    }

    /// Adds what only one app has: its classes, its functions.
    default void describe(App app, ApiDescription api) {}
}

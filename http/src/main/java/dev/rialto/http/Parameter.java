package dev.rialto.http;

import dev.rialto.kernel.JsonSchema;

/// Something an operation reads beside its body and its path.
///
/// @param name as clients send it
/// @param description a sentence
public record Parameter(Place in, String name, JsonSchema schema, String description) {
    /// Where a parameter is sent.
    public enum Place {
        QUERY,
        HEADER
    }
}

package dev.rialto.sdk;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that a function told of.
///
/// @param id the same each time the event is told
/// @param payload a map, a list, a text, a number, a boolean or null
public record Event(String id, String topic, Instant publishedAt, @Nullable Object payload) {
    /// The payload's fields; empty when it is no map.
    public Map<?, ?> fields() {
        return payload instanceof Map<?, ?> map ? map : Map.of();
    }
}

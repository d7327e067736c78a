package dev.rialto.sdk;

import java.util.Optional;
import java.util.Set;

/// A write of an object, before or after it was done.
///
/// @param object as it is to be, or is; without id before it is created
/// @param original as it was before; empty when it is created
/// @param changed the fields that the write sets
public record Saving(Entity object, Optional<Entity> original, Set<String> changed) {
    public Saving {
        changed = Set.copyOf(changed);
    }

    public boolean creates() {
        return original.isEmpty();
    }
}

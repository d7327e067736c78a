package dev.rialto.sdk;

import java.util.Optional;

/// A committed write to an object.
///
/// @param position grows with each change of the app; the same change always has the same
/// @param object as it was written; as it was last, when it was deleted
/// @param original as it was before; empty when it was created
public record Change(Kind kind, long position, Entity object, Optional<Entity> original) {
    /// What happened.
    public enum Kind {
        CREATE,
        UPDATE,
        DELETE
    }
}

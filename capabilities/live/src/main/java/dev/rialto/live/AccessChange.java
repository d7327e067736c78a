package dev.rialto.live;

import dev.rialto.kernel.Caller;

/// What a change may mean for what somebody may see.
sealed interface AccessChange {
    /// The sessions or roles of a user are others.
    record OfUser(String userId) implements AccessChange {}

    /// The roles of any user may be others.
    record OfAllUsers() implements AccessChange {}

    /// The fields or permissions of a class are others.
    record OfClass(String className) implements AccessChange {}

    /// Whether a caller may see something else of a class than before.
    default boolean concerns(Caller caller, String className) {
        return switch (this) {
            case OfUser(var id) -> caller instanceof Caller.User user && user.id().equals(id);
            case OfAllUsers _ -> caller instanceof Caller.User;
            case OfClass(var changed) -> !caller.seesEverything() && changed.equals(className);
        };
    }
}

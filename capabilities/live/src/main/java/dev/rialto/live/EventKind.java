package dev.rialto.live;

import java.util.Locale;
import java.util.Optional;

/// What a change means to a subscriber, by what the subscriber saw before and sees after it.
enum EventKind {
    /// An object that is seen was made.
    CREATE,
    /// An object that was there is seen now.
    ENTER,
    /// An object that was seen is another now.
    UPDATE,
    /// An object that was seen is there and no longer seen.
    LEAVE,
    /// An object that was seen is gone.
    DELETE;

    /// @param sawBefore whether the object was seen before the change
    /// @param seesAfter whether it is seen after it
    /// @param existed whether there was such an object
    /// @param exists whether there is still one
    static Optional<EventKind> of(
            boolean sawBefore, boolean seesAfter, boolean existed, boolean exists) {
        if (sawBefore) {
            return Optional.of(seesAfter ? UPDATE : exists ? LEAVE : DELETE);
        }
        return seesAfter ? Optional.of(existed ? ENTER : CREATE) : Optional.empty();
    }

    /// The name on the wire.
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.rialto.hosting;

import java.util.List;

/// A deployment that would take away what callers use, and was not allowed to.
final class DroppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> dropped;

    DroppedException(String microApp, List<String> dropped) {
        super(
                "the new revision of "
                        + microApp
                        + " lacks these, which the live one has: "
                        + String.join(", ", dropped),
                null,
                false,
                false);
        this.dropped = List.copyOf(dropped);
    }

    List<String> dropped() {
        return dropped;
    }
}

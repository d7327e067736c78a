package dev.rialto.hosting;

import dev.rialto.functions.spi.Descriptor;
import java.time.Instant;

/// A revision of a micro app as it is kept, without its artifact.
///
/// @param number counts the revisions of the micro app, from 1
record Revision(String microApp, int number, Descriptor descriptor, Instant createdAt) {
    /// Tells a revision from all others, those of a micro app of the same name before it too.
    record Identity(String microApp, int number, Instant createdAt) {}

    Identity identity() {
        return new Identity(microApp, number, createdAt);
    }
}

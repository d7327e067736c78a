package dev.rialto.hosting;

import java.util.Optional;
import java.util.OptionalInt;

/// The options of a deployment.
///
/// @param name the name of a project without one
/// @param routing which calls get the revision
/// @param percent the percentage of calls that get it, for [Routing#SOME]
/// @param keeping whether it is rejected if it lacks interfaces of the live revision
record Deployment(Optional<String> name, Routing routing, OptionalInt percent, boolean keeping) {
    /// Which calls get a new revision.
    enum Routing {
        /// All calls.
        ALL,
        /// Some calls.
        SOME,
        /// Only calls that ask for it.
        PREVIEW
    }
}

package dev.rialto.hosting;

import java.util.Optional;
import java.util.OptionalInt;

/// How something is to be deployed.
///
/// @param name what to call it if it doesn't say so itself
/// @param reach who is to get the revision
/// @param percent how many of a hundred calls get it, for [Reach#SOME]
/// @param keeping whether it is refused when the live revision has what it lacks
record Deployment(Optional<String> name, Reach reach, OptionalInt percent, boolean keeping) {
    /// Who gets a new revision.
    enum Reach {
        /// Everybody.
        ALL,
        /// Some calls.
        SOME,
        /// Only calls that ask for it.
        PREVIEW
    }
}

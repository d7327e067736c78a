package dev.rialto.runtime;

import org.jspecify.annotations.Nullable;

/// A way that [Direct] makes. A class rather than an interface, since the JVM finds its method with
/// fewer reads of memory; public, since a class beside those of a micro app extends it.
public abstract class DirectCall {
    /// Calls what it leads to. What that throws comes through, checked exceptions too.
    public abstract @Nullable Object call(@Nullable Object[] arguments);
}

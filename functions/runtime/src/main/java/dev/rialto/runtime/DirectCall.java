package dev.rialto.runtime;

import org.jspecify.annotations.Nullable;

/// A way that [Direct] makes. A class rather than an interface, since the JVM finds its method with
/// fewer reads of memory; public, since a class beside those of a micro app extends it.
public abstract class DirectCall {
    /// @param instance what is called; null for static methods and constructors
    public abstract @Nullable Object call(@Nullable Object instance, @Nullable Object[] arguments);
}

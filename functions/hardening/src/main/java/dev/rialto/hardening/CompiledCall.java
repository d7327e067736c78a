package dev.rialto.hardening;

import org.jspecify.annotations.Nullable;

/// A call of a method or constructor of a micro app, extended by classes made beside that. It is
/// here since those see this package, and no micro app can bring a class of this name. A class
/// rather than an interface, since the JVM finds its method with fewer reads of memory.
public abstract class CompiledCall {
    /// Calls what it leads to. What that throws comes through, checked exceptions too.
    public abstract @Nullable Object call(@Nullable Object[] arguments);
}

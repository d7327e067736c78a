package dev.rialto.runtime;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/// A class loader that should soon be gone.
final class Retired extends WeakReference<ClassLoader> {
    /// By which a heap dump's reader finds this object.
    final long number;

    final String name;
    final @Nullable String loaderName;
    final long sinceNanos;
    final long collections;
    boolean alarmed;

    /// @param collections how many there had been
    Retired(ClassLoader loader, String name, long number, long sinceNanos, long collections) {
        super(loader);
        this.name = name;
        this.loaderName = loader.getName();
        this.number = number;
        this.sinceNanos = sinceNanos;
        this.collections = collections;
    }

    boolean isGone() {
        return refersTo(null);
    }
}

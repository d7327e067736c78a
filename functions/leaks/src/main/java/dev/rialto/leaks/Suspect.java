package dev.rialto.leaks;

import java.lang.ref.WeakReference;

/// A class loader that should have been collected.
public final class Suspect extends WeakReference<ClassLoader> {
    /// Identifies this object in a heap dump.
    final long number;

    /// @param number unique among suspects
    public Suspect(ClassLoader loader, long number) {
        super(loader);
        this.number = number;
    }

    public boolean isGone() {
        return refersTo(null);
    }
}

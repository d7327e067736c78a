package dev.rialto.leaks;

import java.lang.ref.WeakReference;

/// A class loader that should be gone.
public final class Suspect extends WeakReference<ClassLoader> {
    /// By which the reader of a heap dump finds this object.
    final long number;

    /// @param number no other suspect has it
    public Suspect(ClassLoader loader, long number) {
        super(loader);
        this.number = number;
    }

    public boolean isGone() {
        return refersTo(null);
    }
}

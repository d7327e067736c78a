package dev.rialto.runtime;

import dev.rialto.leaks.Suspect;
import org.jspecify.annotations.Nullable;

/// The class loader of a closed revision, which should soon be collected.
final class RetiredLoader {
    final Suspect loader;
    final long number;
    final String name;
    final @Nullable String loaderName;
    final long sinceNanos;
    final long collections;
    boolean alarmed;

    /// @param collections how many there had been
    RetiredLoader(ClassLoader loader, String name, long number, long sinceNanos, long collections) {
        this.loader = new Suspect(loader, number);
        this.number = number;
        this.name = name;
        this.loaderName = loader.getName();
        this.sinceNanos = sinceNanos;
        this.collections = collections;
    }

    boolean isGone() {
        return loader.isGone();
    }

    boolean refersTo(ClassLoader other) {
        return loader.refersTo(other);
    }
}

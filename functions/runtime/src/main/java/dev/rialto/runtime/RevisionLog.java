package dev.rialto.runtime;

import dev.rialto.functions.spi.Release;

/// Where the runtime logs what belongs to a micro app, and to no call of it.
@FunctionalInterface
public interface RevisionLog {
    /// @param level `debug`, `info`, `warn` or `error`
    void add(Release release, String level, String message);
}

package dev.rialto.runtime;

import dev.rialto.functions.spi.Release;

/// Receives log lines that belong to a micro app but to none of its calls.
@FunctionalInterface
public interface RevisionLog {
    /// @param level `debug`, `info`, `warn` or `error`
    void add(Release release, String level, String message);
}

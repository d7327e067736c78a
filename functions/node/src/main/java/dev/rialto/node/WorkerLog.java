package dev.rialto.node;

import dev.rialto.functions.spi.Release;

/// Where lines go that belong to a revision and to no call of it: what it says while it is loaded,
/// what Node.js says, and what becomes of its process.
public interface WorkerLog {
    /// @param level `debug`, `info`, `warn` or `error`
    void log(Release release, String level, String message);
}

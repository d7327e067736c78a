package dev.rialto.workers;

import dev.rialto.functions.spi.Release;

/// Receives log lines that belong to a revision but to none of its calls: its output while loading,
/// Node.js's own output, and the fate of its process.
public interface WorkerLog {
    /// @param level `debug`, `info`, `warn` or `error`
    void log(Release release, String level, String message);
}

package dev.rialto.workers;

import java.util.Optional;

/// What the exit codes of a process mean.
public interface Exits {
    /// What an exit code means, if it means something.
    Optional<String> meaning(int exitCode);

    /// Whether an exit code says that the process took too much memory.
    default boolean isOutOfMemory(int exitCode) {
        return false;
    }
}

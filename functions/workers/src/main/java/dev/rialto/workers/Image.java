package dev.rialto.workers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program that runs micro apps of one kind as a worker.
public interface Image extends Exits {
    /// Where a process of it runs.
    ///
    /// @param confined whether it is in namespaces, and sees its files where [#files] says
    /// @param scratch the folder that it may write to, as it sees it
    /// @param memory of the process, in bytes
    record Place(boolean confined, Path scratch, long memory) {}

    /// The command that starts it. The process finds the path of the socket that it connects to in
    /// the variable `RIALTO_SOCKET`.
    List<String> command(Place place);

    /// The files and folders of this machine that the process needs, besides the system's
    /// libraries, with the paths where it sees them in namespaces.
    Map<Path, String> files();

    /// The one of its files in which the process starts; empty for the folder that it may write to.
    default Optional<Path> folder() {
        return Optional.empty();
    }

    /// Whether the process may run what it has written itself.
    default boolean runsWhatItWrites() {
        return true;
    }

    /// How long a process may take to end once it is told to, before it is killed.
    default Duration timeToEnd() {
        return Duration.ZERO;
    }
}

package dev.rialto.workers;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A program that runs micro apps of one kind as a worker.
public interface Image {
    /// The command that starts it. The process finds the path of the socket that it connects to in
    /// the variable `RIALTO_SOCKET`.
    ///
    /// @param memory of the process, in bytes
    List<String> command(long memory);

    /// The files and folders of this machine that the process needs, besides the system's
    /// libraries. It sees them at the same paths.
    List<Path> files();

    /// What an exit code of the program means, if it means something.
    Optional<String> meaning(int exitCode);
}

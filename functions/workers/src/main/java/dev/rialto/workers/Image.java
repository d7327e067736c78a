package dev.rialto.workers;

import java.util.List;

/// A program that runs micro apps of one kind as a worker.
public interface Image {
    /// The command that starts it. The process finds the path of the socket that it connects to in
    /// the variable [WorkerFolder#SOCKET_VARIABLE].
    ///
    /// @param memory what its heap may grow to, in bytes, where it has one
    List<String> command(long memory);
}

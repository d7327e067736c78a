package dev.rialto.http;

import dev.rialto.kernel.RialtoException;
import java.util.function.Function;
import java.util.function.Supplier;

/// Learns how each call of an operation goes, whatever way it comes by: a request, an entry of a
/// batch, a message of a WebSocket, or code of the server's own.
public interface OperationObserver {
    /// Observes nothing.
    OperationObserver NONE = (_, run, _) -> run.get();

    /// Runs a call and takes note of it. Whatever the run throws is thrown on, unchanged.
    ///
    /// @param run checks the caller's access and does the operation
    /// @param meaning what clients are told of a failure
    Answer observe(Call call, Supplier<Answer> run, Function<Throwable, RialtoException> meaning);
}

package dev.rialto.http;

import dev.rialto.http.Operation.Handler;

/// Something that happens around operations of many kinds, whatever way a call comes by.
public interface OperationStep {
    /// Wraps the handler of an operation; asked once, before the first call. To refuse a call, it
    /// throws: code of the server's own has no use for an answer in place of the handler's.
    ///
    /// @return the given handler when there is nothing to do for this operation
    Handler around(Operation operation, Handler next);
}

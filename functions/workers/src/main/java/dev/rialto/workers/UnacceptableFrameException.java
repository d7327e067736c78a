package dev.rialto.workers;

import java.io.IOException;

/// A frame that the server does not read. Its message is for the callers of the worker.
final class UnacceptableFrameException extends IOException {
    UnacceptableFrameException(String message) {
        super(message);
    }
}

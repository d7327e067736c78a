package dev.rialto.kernel;

/// A failure with an [ErrorCode]: the only exception whose message reaches a client.
public final class RialtoException extends RuntimeException {
    private final ErrorCode code;

    /// @param message what was wrong, with which value, and what would be right; shown to the
    ///   caller
    public RialtoException(ErrorCode code, String message) {
        // A caller's mistake needs no stack trace, and filling one costs more than the request.
        super(message, null, false, code.kind() == ErrorCode.Kind.SERVER);
        this.code = code;
    }

    /// @param cause is logged and never shown to the caller
    public RialtoException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}

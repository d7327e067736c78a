package dev.rialto.kernel;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A failure with an [ErrorCode]: the only exception whose message reaches a client.
public final class RialtoException extends RuntimeException {
    private final ErrorCode code;
    private final int number;
    private final @Nullable String hint;
    private final @Nullable Duration retryAfter;

    /// @param message what was wrong, with which value, and what would be right; shown to the
    ///   caller
    public RialtoException(ErrorCode code, String message) {
        this(code, code.number(), message);
    }

    /// @param number the number for the client instead of the code's own, as chosen by a function
    public RialtoException(ErrorCode code, int number, String message) {
        // A caller's mistake needs no stack trace, and filling one costs more than the request.
        super(message, null, false, code.kind() == ErrorCode.Kind.SERVER);
        this.code = code;
        this.number = number;
        this.hint = null;
        this.retryAfter = null;
    }

    /// @param message the message that Parse clients compare
    /// @param hint what to do about it, which they do not compare
    public RialtoException(ErrorCode code, String message, String hint) {
        super(message, null, false, code.kind() == ErrorCode.Kind.SERVER);
        this.code = code;
        this.number = code.number();
        this.hint = hint;
        this.retryAfter = null;
    }

    /// @param retryAfter how long the caller should wait before the next attempt
    public RialtoException(ErrorCode code, String message, Duration retryAfter) {
        super(message, null, false, code.kind() == ErrorCode.Kind.SERVER);
        this.code = code;
        this.number = code.number();
        this.hint = null;
        this.retryAfter = retryAfter;
    }

    /// @param cause logged and never shown to the caller
    public RialtoException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.number = code.number();
        this.hint = null;
        this.retryAfter = null;
    }

    private RialtoException(RialtoException failure, ErrorCode code) {
        super(failure.getMessage(), failure, false, code.kind() == ErrorCode.Kind.SERVER);
        this.code = code;
        this.number = failure.number;
        this.hint = failure.hint;
        this.retryAfter = failure.retryAfter;
    }

    /// The same failure under another code, with its status and kind: clients get the number,
    /// message and hint of this one.
    public RialtoException under(ErrorCode other) {
        return new RialtoException(this, other);
    }

    public ErrorCode code() {
        return code;
    }

    /// The `code` of the answer's body; 0 when the body carries none.
    public int number() {
        return number;
    }

    /// An addition to the message in the response's body, if any.
    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }

    /// How long the caller should wait before the next attempt, if that is known.
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}

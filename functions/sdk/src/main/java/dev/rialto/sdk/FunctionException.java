package dev.rialto.sdk;

/// A failure that the caller of a function is told of, as Parse's `Parse.Error`: a number and a
/// message. Any other exception is answered with 141 and its message.
public final class FunctionException extends RuntimeException {
    /// The number of errors that say nothing of their kind.
    public static final int SCRIPT_FAILED = 141;

    private final int code;

    public FunctionException(int code, String message) {
        super(message);
        this.code = code;
    }

    public FunctionException(String message) {
        this(SCRIPT_FAILED, message);
    }

    /// One of Parse's numbers, or one above 10,000 of your own.
    public int code() {
        return code;
    }
}

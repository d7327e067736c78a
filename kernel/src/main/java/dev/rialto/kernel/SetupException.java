package dev.rialto.kernel;

/// A reason why the program can't start or a command can't do its work, shown in one line to the
/// person at the terminal: a port in use, a folder that can't be written, a setting that is wrong.
public final class SetupException extends RuntimeException {
    /// @param message what is wrong and what would be right; never holds a secret
    public SetupException(String message) {
        super(message, null, false, false);
    }

    /// @param cause is for a debugger; it is not printed
    public SetupException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}

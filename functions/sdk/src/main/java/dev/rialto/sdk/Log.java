package dev.rialto.sdk;

/// A micro app's log. Lines past its rate are dropped, and how many is logged.
public interface Log {
    void debug(String message);

    void info(String message);

    void warn(String message);

    void error(String message);

    /// An error with its cause's stack.
    void error(String message, Throwable cause);
}

package dev.rialto.server;

/// What a check of the doctor found.
///
/// @param check what was looked at
/// @param text what was found and, unless it is good, what to do
public record Finding(Level level, String check, String text) {
    /// How bad it is.
    public enum Level {
        OK,
        WARNING,
        PROBLEM
    }

    static Finding ok(String check, String text) {
        return new Finding(Level.OK, check, text);
    }

    static Finding warning(String check, String text) {
        return new Finding(Level.WARNING, check, text);
    }

    static Finding problem(String check, String text) {
        return new Finding(Level.PROBLEM, check, text);
    }
}

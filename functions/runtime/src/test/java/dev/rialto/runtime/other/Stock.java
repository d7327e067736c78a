package dev.rialto.runtime.other;

/// Has a component of a class that other packages don't see.
public record Stock(Level level, int count) {
    enum Level {
        LOW,
        HIGH
    }
}

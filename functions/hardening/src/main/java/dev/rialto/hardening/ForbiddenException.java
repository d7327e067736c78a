package dev.rialto.hardening;

import java.util.List;
import java.util.stream.Collectors;

/// Thrown when user code uses a forbidden API.
public final class ForbiddenException extends Exception {
    private final transient List<Reach> reaches;

    ForbiddenException(List<Reach> reaches) {
        super(reaches.stream().map(Reach::toString).collect(Collectors.joining("\n")));
        this.reaches = List.copyOf(reaches);
    }

    /// All places where it does, at least one.
    public List<Reach> reaches() {
        return reaches;
    }
}

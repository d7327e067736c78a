package dev.rialto.hardening;

import java.util.List;
import java.util.stream.Collectors;

/// Thrown when user code uses a forbidden API.
public final class ForbiddenException extends Exception {
    private final transient List<ForbiddenUse> uses;

    ForbiddenException(List<ForbiddenUse> uses) {
        super(uses.stream().map(ForbiddenUse::toString).collect(Collectors.joining("\n")));
        this.uses = List.copyOf(uses);
    }

    /// All places where it does, at least one.
    public List<ForbiddenUse> uses() {
        return uses;
    }
}

package dev.rialto.runtime.spi;

import java.util.List;
import java.util.stream.Collectors;

/// A micro app can't be run: it doesn't compile, reaches for what it may not use, or is described
/// wrongly.
public final class RefusedException extends RuntimeException {
    private final transient List<Problem> problems;

    public RefusedException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public RefusedException(Problem problem) {
        this(List.of(problem));
    }

    /// At least one.
    public List<Problem> problems() {
        return problems;
    }
}

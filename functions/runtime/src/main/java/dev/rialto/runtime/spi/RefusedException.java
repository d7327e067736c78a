package dev.rialto.runtime.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A micro app can't be run: it doesn't compile, reaches for what it may not use, or is described
/// wrongly.
public final class RefusedException extends RuntimeException {
    /// More are read by nobody; what is mended first often mends others.
    private static final int MOST = 50;

    private final transient List<Problem> problems;

    public RefusedException(List<Problem> problems) {
        super(told(problems).stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = told(problems);
    }

    private static List<Problem> told(List<Problem> problems) {
        if (problems.size() <= MOST) {
            return List.copyOf(problems);
        }
        List<Problem> told = new ArrayList<>(problems.subList(0, MOST));
        told.add(
                Problem.of(String.format(Locale.ROOT, "... and %,d more", problems.size() - MOST)));
        return List.copyOf(told);
    }

    public RefusedException(Problem problem) {
        this(List.of(problem));
    }

    /// At least one; of many the first, and a last one that says how many more there are.
    public List<Problem> problems() {
        return problems;
    }
}

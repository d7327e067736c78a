package dev.rialto.functions.spi;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A micro app can't be run: it doesn't compile, uses what it may not use, or is described wrongly.
public final class RefusedException extends RuntimeException {
    /// Nobody reads more; mending the first often mends others.
    private static final int MAX_PROBLEMS = 50;

    private final transient List<Problem> problems;
    private final int more;

    public RefusedException(List<Problem> problems) {
        super(message(problems));
        this.problems = shown(problems);
        this.more = problems.size() - this.problems.size();
    }

    public RefusedException(Problem problem) {
        this(List.of(problem));
    }

    private static List<Problem> shown(List<Problem> problems) {
        return List.copyOf(problems.subList(0, Math.min(problems.size(), MAX_PROBLEMS)));
    }

    private static String message(List<Problem> problems) {
        String shown =
                shown(problems).stream().map(Problem::toString).collect(Collectors.joining("\n"));
        return problems.size() <= MAX_PROBLEMS
                ? shown
                : shown
                        + String.format(
                                Locale.ROOT, "\n... and %,d more", problems.size() - MAX_PROBLEMS);
    }

    /// At least one; of many, the first.
    public List<Problem> problems() {
        return problems;
    }

    /// How many problems there are besides [#problems].
    public int more() {
        return more;
    }
}

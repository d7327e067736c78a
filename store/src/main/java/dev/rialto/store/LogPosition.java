package dev.rialto.store;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A position in the change log, from which reading continues without a gap. It is valid on every
/// node.
///
/// @param log the identity of the log it belongs to
/// @param number of the last change before it
public record LogPosition(String log, long number) implements Comparable<LogPosition> {
    private static final Pattern TOKEN = Pattern.compile("([0-9a-f]{8})-([0-9a-z]{1,12})");
    private static final int RADIX = 36;

    public LogPosition {
        if (number < 0) {
            throw new IllegalArgumentException("not a valid log position: " + number);
        }
    }

    /// The position as text for clients: letters, digits and a hyphen.
    public String token() {
        return log + "-" + Long.toString(number, RADIX);
    }

    /// The position from which reading starts with the change just before this one.
    public LogPosition before() {
        return new LogPosition(log, Math.max(0, number - 1));
    }

    /// Reads what [#token] wrote; empty for other strings.
    public static Optional<LogPosition> read(String token) {
        Matcher parts = TOKEN.matcher(token);
        return parts.matches()
                ? Optional.of(
                        new LogPosition(parts.group(1), Long.parseLong(parts.group(2), RADIX)))
                : Optional.empty();
    }

    @Override
    public int compareTo(LogPosition other) {
        return Long.compare(number, other.number);
    }
}

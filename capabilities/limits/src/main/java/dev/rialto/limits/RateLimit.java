package dev.rialto.limits;

import dev.rialto.kernel.Durations;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How often some operations may be called within a time, counted by app, address or user. Each
/// operation is counted separately only where the limit names one: `objects.*` counts all
/// operations of objects together.
///
/// @param operations `*`, a capability such as `objects.*`, or an operation such as `objects.get`
/// @param calls how many at once, and per `time` from then on
record RateLimit(String operations, int calls, Duration time, By by) {
    static final int MAX_CALLS = 1_000_000;
    static final Duration MAX_TIME = Duration.ofDays(1);
    private static final Duration MIN_TIME = Duration.ofSeconds(1);
    private static final Pattern OPERATIONS =
            Pattern.compile("\\*|[a-z][a-z0-9-]{0,63}\\.(\\*|[a-z][a-z0-9-]{0,63})");
    private static final Pattern TEXT =
            Pattern.compile("(\\S+)\\s+(\\d{1,7})/(\\S+)\\s+(app|address|user)");

    /// Whose calls are counted together.
    enum By {
        /// All calls of an app.
        APP,
        /// Those of a client's IPv4 address or IPv6 /64 network.
        ADDRESS,
        /// Those of a user; callers without one are counted by their address.
        USER;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static List<String> wireNames() {
            return Stream.of(values()).map(By::wireName).toList();
        }

        static Optional<By> named(String text) {
            return Stream.of(values()).filter(each -> each.wireName().equals(text)).findFirst();
        }
    }

    RateLimit {
        if (!OPERATIONS.matcher(operations).matches()) {
            throw new IllegalArgumentException(
                    "\"%s\" is not *, a capability such as objects.*, or an operation such as"
                                    .formatted(operations)
                            + " objects.get");
        }
        if (calls < 1 || calls > MAX_CALLS) {
            throw new IllegalArgumentException("calls must be from 1 to " + MAX_CALLS);
        }
        if (time.compareTo(MIN_TIME) < 0 || time.compareTo(MAX_TIME) > 0) {
            throw new IllegalArgumentException("the time must be from 1s to 1d");
        }
    }

    /// Reads a limit as settings have it: `accounts.log-in 10/1m address`.
    ///
    /// @throws IllegalArgumentException when it is not a valid one
    static RateLimit parse(String text) {
        Matcher parts = TEXT.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "\"%s\" is not a limit such as accounts.log-in 10/1m address".formatted(text));
        }
        return new RateLimit(
                parts.group(1),
                Integer.parseInt(parts.group(2)),
                Durations.parse(parts.group(3)),
                By.named(parts.group(4)).orElseThrow());
    }

    boolean appliesTo(String operation) {
        return operations.equals("*")
                || operations.equals(operation)
                || (operations.endsWith(".*")
                        && operation.startsWith(operations.substring(0, operations.length() - 1)));
    }

    String rate() {
        return calls + "/" + Durations.format(time);
    }

    /// As [#parse] reads it.
    @Override
    public String toString() {
        return operations + " " + rate() + " " + by.wireName();
    }

    /// One that is there twice: it would count each call twice.
    static Optional<RateLimit> repeated(List<RateLimit> limits) {
        Set<RateLimit> known = new HashSet<>();
        return limits.stream().filter(each -> !known.add(each)).findFirst();
    }
}

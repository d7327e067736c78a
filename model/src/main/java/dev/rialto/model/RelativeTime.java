package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Reads times told from now: `now`, `in 5 days 2 hours`, `3 weeks ago`.
final class RelativeTime {
    private RelativeTime() {}

    static Instant read(String text, Instant now) {
        List<String> words =
                Arrays.stream(text.strip().toLowerCase(Locale.ROOT).split("\\s+"))
                        .filter(word -> !word.isEmpty())
                        .toList();
        if (words.equals(List.of("now"))) {
            return now;
        }
        boolean future = !words.isEmpty() && words.getFirst().equals("in");
        boolean past = !words.isEmpty() && words.getLast().equals("ago");
        if (!future && !past) {
            throw bad(text, "Time should either start with 'in' or end with 'ago'");
        }
        if (future && past) {
            throw bad(text, "Time cannot have both 'in' and 'ago'");
        }
        List<String> pairs =
                future ? words.subList(1, words.size()) : words.subList(0, words.size() - 1);
        if (pairs.size() % 2 != 0 || pairs.isEmpty()) {
            throw bad(text, "Invalid time string. Dangling unit or number.");
        }
        try {
            Duration distance = sum(text, pairs);
            return DateText.read(DateText.write(future ? now.plus(distance) : now.minus(distance)))
                    .orElseThrow(() -> bad(text, "The time is out of range."));
        } catch (ArithmeticException | DateTimeException tooFar) {
            throw bad(text, "The time is out of range.");
        }
    }

    private static Duration sum(String text, List<String> pairs) {
        Duration sum = Duration.ZERO;
        for (int i = 0; i < pairs.size(); i += 2) {
            sum =
                    sum.plusSeconds(
                            Math.multiplyExact(
                                    count(text, pairs.get(i)), unit(text, pairs.get(i + 1))));
        }
        return sum;
    }

    private static long count(String text, String number) {
        try {
            return Long.parseLong(number);
        } catch (NumberFormatException notAnInteger) {
            throw bad(text, "'" + number + "' is not an integer.");
        }
    }

    private static long unit(String text, String interval) {
        return switch (interval) {
            case "yr", "yrs", "year", "years" -> 31_536_000;
            case "wk", "wks", "week", "weeks" -> 604_800;
            case "d", "day", "days" -> 86_400;
            case "hr", "hrs", "hour", "hours" -> 3_600;
            case "min", "mins", "minute", "minutes" -> 60;
            case "sec", "secs", "second", "seconds" -> 1;
            default -> throw bad(text, "Invalid interval: '" + interval + "'");
        };
    }

    private static RialtoException bad(String text, String why) {
        return new RialtoException(
                ErrorCode.INVALID_JSON, "bad $relativeTime (" + text + ") value. " + why);
    }
}

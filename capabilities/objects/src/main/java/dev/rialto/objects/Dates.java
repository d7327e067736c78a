package dev.rialto.objects;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// Times as Parse writes them: UTC with exactly three digits of a second.
public final class Dates {
    private Dates() {}

    public static String iso(OffsetDateTime time) {
        OffsetDateTime utc =
                time.getOffset().equals(ZoneOffset.UTC)
                        ? time
                        : time.withOffsetSameInstant(ZoneOffset.UTC);
        int year = utc.getYear();
        var text = new StringBuilder(28);
        if (year < 0 || year > 9999) {
            text.append(year < 0 ? '-' : '+');
            pad(text, Math.abs(year), 6);
        } else {
            pad(text, year, 4);
        }
        pad(text.append('-'), utc.getMonthValue(), 2);
        pad(text.append('-'), utc.getDayOfMonth(), 2);
        pad(text.append('T'), utc.getHour(), 2);
        pad(text.append(':'), utc.getMinute(), 2);
        pad(text.append(':'), utc.getSecond(), 2);
        pad(text.append('.'), utc.getNano() / 1_000_000, 3);
        return text.append('Z').toString();
    }

    public static String iso(Instant time) {
        return iso(time.atOffset(ZoneOffset.UTC));
    }

    /// The current time as it is stored: whole milliseconds.
    static Instant now(java.time.InstantSource clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static void pad(StringBuilder text, int number, int width) {
        String digits = Integer.toString(number);
        text.repeat('0', Math.max(0, width - digits.length())).append(digits);
    }
}

package dev.rialto.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Times in the form of the wire, which is that of JavaScript's `toISOString`:
/// `2026-01-31T12:00:00.000Z`, and `+012026-...` or `-000001-...` outside the years 0 to 9999.
public final class DateText {
    private static final Instant FIRST = Instant.parse("-4712-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("+294276-12-31T23:59:59.999Z");

    private DateText() {}

    /// Reads a time, cut to milliseconds. A time without an offset is in UTC, a date alone is its
    /// midnight.
    ///
    /// @return empty for other text, and for times that PostgreSQL can't hold
    public static Optional<Instant> read(String text) {
        if (text.length() < 10 || text.length() > 40) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(text).truncatedTo(ChronoUnit.MILLIS))
                    .filter(time -> !time.isBefore(FIRST) && !time.isAfter(LAST));
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }

    private static Instant parse(String text) {
        if (text.indexOf('T') < 0) {
            return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        char last = text.charAt(text.length() - 1);
        if (last == 'Z' || text.indexOf('+', 11) > 0 || text.indexOf('-', 11) > 0) {
            return OffsetDateTime.parse(text).toInstant();
        }
        return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }

    public static String write(Instant time) {
        return write(
                LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC));
    }

    public static String write(OffsetDateTime time) {
        return time.getOffset().equals(ZoneOffset.UTC)
                ? write(time.toLocalDateTime())
                : write(time.toInstant());
    }

    private static String write(LocalDateTime utc) {
        var text = new StringBuilder(28);
        int year = utc.getYear();
        if (year < 0 || year > 9999) {
            text.append(year < 0 ? '-' : '+');
            digits(text, Math.abs(year), 100_000);
        } else {
            digits(text, year, 1000);
        }
        digits(text.append('-'), utc.getMonthValue(), 10);
        digits(text.append('-'), utc.getDayOfMonth(), 10);
        digits(text.append('T'), utc.getHour(), 10);
        digits(text.append(':'), utc.getMinute(), 10);
        digits(text.append(':'), utc.getSecond(), 10);
        digits(text.append('.'), utc.getNano() / 1_000_000, 100);
        return text.append('Z').toString();
    }

    private static void digits(StringBuilder text, int number, int highest) {
        for (int place = highest; place > 0; place /= 10) {
            text.append((char) ('0' + number / place % 10));
        }
    }
}

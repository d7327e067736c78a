package dev.rialto.objects;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Times as Parse writes them: UTC with exactly three digits of a second.
public final class Dates {
    /// A time as PostgreSQL writes it in the time zone that all connections have.
    private static final Pattern STORED =
            Pattern.compile(
                    "(\\d+)-(\\d\\d)-(\\d\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?)\\+00( BC)?");

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

    /// Reads a time that may be null. The driver has no 29 February of the year 0 when it reads
    /// times as text, so what it refuses is read here.
    static @Nullable OffsetDateTime read(ResultSet row, int at) throws SQLException {
        try {
            return row.getObject(at, OffsetDateTime.class);
        } catch (DateTimeException | SQLException refused) {
            String text = row.getString(at);
            Matcher time = STORED.matcher(text == null ? "" : text);
            if (!time.matches()) {
                throw refused;
            }
            int year = Integer.parseInt(time.group(1));
            return OffsetDateTime.of(
                    LocalDate.of(
                            time.group(5) == null ? year : 1 - year,
                            Integer.parseInt(time.group(2)),
                            Integer.parseInt(time.group(3))),
                    LocalTime.parse(time.group(4)),
                    ZoneOffset.UTC);
        }
    }

    /// Reads a time that is never null.
    static OffsetDateTime readPresent(ResultSet row, int at) throws SQLException {
        return Objects.requireNonNull(read(row, at));
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

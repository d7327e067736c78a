package dev.rialto.where;

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

/// Times of objects, as PostgreSQL keeps them.
public final class Dates {
    /// A time as PostgreSQL writes it in the time zone that all connections have.
    private static final Pattern STORED =
            Pattern.compile(
                    "(\\d+)-(\\d\\d)-(\\d\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?)\\+00( BC)?");

    private Dates() {}

    /// Reads a time that may be null. The driver has no 29 February of the year 0 when it reads
    /// times as text, so what it refuses is read here.
    public static @Nullable OffsetDateTime read(ResultSet row, int at) throws SQLException {
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
    public static OffsetDateTime readPresent(ResultSet row, int at) throws SQLException {
        return Objects.requireNonNull(read(row, at));
    }

    /// The current time as it is stored: whole milliseconds.
    public static Instant now(java.time.InstantSource clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}

package dev.rialto.hosting;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.stream.IntStream;

/// The times of a schedule: the five fields of Unix's cron in a time zone. A time that clocks skip
/// in spring is skipped; one that they show twice in autumn counts once, unless the schedule has
/// something for every hour.
final class CronTimes {
    private static final CronParser PARSER =
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private static final int HOURS = 24;

    private final ExecutionTime times;
    private final ZoneId zone;
    private final boolean everyHour;

    private CronTimes(ExecutionTime times, ZoneId zone, boolean everyHour) {
        this.times = times;
        this.zone = zone;
        this.everyHour = everyHour;
    }

    /// Reads a schedule.
    ///
    /// @throws IllegalArgumentException when it is not valid, with the schedule and what is wrong
    static CronTimes of(String cron, String zone) {
        return new CronTimes(times(cron), zone(zone), namesEveryHour(cron));
    }

    private static boolean namesEveryHour(String cron) {
        ExecutionTime hours = times("0 " + cron.strip().split("\\s+", -1)[1] + " * * *");
        return IntStream.range(0, HOURS)
                .mapToObj(hour -> Instant.EPOCH.atZone(ZoneOffset.UTC).withHour(hour))
                .allMatch(hours::isMatch);
    }

    private static ExecutionTime times(String cron) {
        try {
            return ExecutionTime.forCron(PARSER.parse(cron));
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException(
                    "the schedule \"" + cron + "\" is not valid: " + invalid.getMessage(), invalid);
        }
    }

    private static ZoneId zone(String zone) {
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException("there is no time zone \"" + zone + "\"", unknown);
        }
    }

    /// The first time after another; empty when there is none, as on 31 February.
    Optional<Instant> after(Instant time) {
        Optional<ZonedDateTime> next = times.nextExecution(time.atZone(zone));
        while (!everyHour && next.filter(CronTimes::isShownAgain).isPresent()) {
            next = times.nextExecution(next.get());
        }
        return next.map(ZonedDateTime::toInstant);
    }

    private static boolean isShownAgain(ZonedDateTime time) {
        return !time.withEarlierOffsetAtOverlap().equals(time);
    }
}

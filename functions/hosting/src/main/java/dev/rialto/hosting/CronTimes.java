package dev.rialto.hosting;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/// The times of a schedule: the five fields of Unix's cron in a time zone. A time that clocks skip
/// in spring is skipped; one that they show twice in autumn counts once, unless the schedule has
/// something for every hour.
final class CronTimes {
    private static final CronParser PARSER =
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private final ExecutionTime times;
    private final ZoneId zone;

    private CronTimes(ExecutionTime times, ZoneId zone) {
        this.times = times;
        this.zone = zone;
    }

    /// Reads a schedule.
    ///
    /// @throws IllegalArgumentException when it is not valid, with the schedule and what is wrong
    static CronTimes of(String cron, String zone) {
        return new CronTimes(times(cron), zone(zone));
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
        return times.nextExecution(time.atZone(zone)).map(ZonedDateTime::toInstant);
    }
}

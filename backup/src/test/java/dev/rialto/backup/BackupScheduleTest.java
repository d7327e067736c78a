package dev.rialto.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupScheduleTest {
    /// Clocks in Berlin went from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25
    /// October.
    @ParameterizedTest
    @CsvSource({
        "'', UTC, 2026-01-01T12:00:00Z, 2026-01-02T11:59:00Z, false",
        "'', UTC, 2026-01-01T12:00:00Z, 2026-01-02T12:01:00Z, true",
        "03:00, UTC, 2026-01-01T03:00:01Z, 2026-01-02T02:59:59Z, false",
        "03:00, UTC, 2026-01-01T12:00:00Z, 2026-01-02T03:00:00Z, true",
        // Missed while the server did not run.
        "03:00, UTC, 2026-01-01T03:00:01Z, 2026-01-05T09:00:00Z, true",
        "'15:00, 03:00', UTC, 2026-01-01T03:00:01Z, 2026-01-01T15:00:01Z, true",
        "'15:00, 03:00', UTC, 2026-01-01T03:00:01Z, 2026-01-01T14:00:00Z, false",
        "03:00, Europe/Berlin, 2026-01-01T12:00:00Z, 2026-01-02T01:59:59Z, false",
        "03:00, Europe/Berlin, 2026-01-01T12:00:00Z, 2026-01-02T02:00:00Z, true",
        "23:30, America/New_York, 2026-01-01T12:00:00Z, 2026-01-02T04:30:00Z, true",
        // 02:30 does not exist: it is 03:30.
        "02:30, Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-29T01:29:00Z, false",
        "02:30, Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-29T01:30:00Z, true",
        // 02:30 comes twice: only the first counts.
        "02:30, Europe/Berlin, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z, true",
        "02:30, Europe/Berlin, 2026-10-25T00:31:00Z, 2026-10-25T01:40:00Z, false",
        // A clock that was set back.
        "03:00, UTC, 2026-01-09T03:00:00Z, 2026-01-02T12:00:00Z, false"
    })
    void copiesEverythingWhenItIsDue(
            String at, String zone, Instant last, Instant now, boolean due) {
        var schedule = schedule(Map.of("backup.at", at, "backup.time-zone", zone));

        assertThat(schedule.isFullDue(Optional.of(last), now)).isEqualTo(due);
        assertThat(schedule.isFullDue(Optional.empty(), now)).isTrue();
    }

    @Test
    void waitsForTheFirstOfIntervalAndTimeOfDay() {
        var schedule = schedule(Map.of("backup.at", "03:00", "backup.every", "15m"));
        Instant full = Instant.parse("2026-01-01T03:00:10Z");
        Instant last = Instant.parse("2026-01-02T02:50:00Z");

        assertThat(wait(schedule, last, full, "2026-01-02T02:55:00Z")).hasMinutes(5);
        assertThat(wait(schedule, last, full, "2026-01-02T03:00:00Z")).isZero();
        Instant after = Instant.parse("2026-01-02T03:00:05Z");
        assertThat(wait(schedule, after, after, "2026-01-02T03:00:05Z")).hasMinutes(15);
        assertThat(wait(schedule, after, after, "2026-01-02T04:00:05Z")).isZero();
        // Of a clock that was set back.
        assertThat(wait(schedule, after.plus(Duration.ofDays(3)), after, "2026-01-02T04:00:00Z"))
                .hasMinutes(15);
        assertThat(schedule.untilNext(Optional.empty(), Optional.empty(), full)).isZero();
    }

    private static Duration wait(BackupSchedule schedule, Instant last, Instant full, String now) {
        return schedule.untilNext(Optional.of(last), Optional.of(full), Instant.parse(now));
    }

    @ParameterizedTest
    @CsvSource({
        "backup.at, 3 o'clock, times of day such as 03:00",
        "backup.at, 24:30, times of day",
        "backup.time-zone, Mars, a time zone such as",
        "backup.full-every, 1m, not shorter"
    })
    void rejectsWhatIsNotATime(String key, String value, String reason) {
        var in = new Settings(Map.of(key, value), Map.of(), Map.of());
        BackupSchedule.read(in);

        assertThatThrownBy(in::finish)
                .isInstanceOf(SetupException.class)
                .hasMessageContaining(reason);
    }

    private static BackupSchedule schedule(Map<String, String> settings) {
        var in = new Settings(settings, Map.of(), Map.of());
        BackupSchedule schedule = BackupSchedule.read(in);
        in.finish();
        return schedule;
    }
}

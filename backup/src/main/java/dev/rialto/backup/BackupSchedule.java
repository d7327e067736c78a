package dev.rialto.backup;

import dev.rialto.kernel.Settings;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// When a server makes backups.
///
/// @param every how often what was written since is added
/// @param fullEvery how often everything is copied, when there are no times for it
/// @param at the times of day at which everything is copied
/// @param zone of these times; one that a change of clocks leaves out comes as much later, one that
///   comes twice counts once
public record BackupSchedule(Duration every, Duration fullEvery, List<LocalTime> at, ZoneId zone) {
    private static final int MAX_TIMES = 24;

    public BackupSchedule {
        if (every.compareTo(Duration.ofSeconds(1)) < 0 || fullEvery.compareTo(every) < 0) {
            throw new IllegalArgumentException(
                    "backup.every must be at least 1s, and backup.full-every not shorter");
        }
        if (at.size() > MAX_TIMES) {
            throw new IllegalArgumentException("backup.at may have " + MAX_TIMES + " times");
        }
        at = List.copyOf(at);
    }

    static BackupSchedule defaults() {
        return new BackupSchedule(
                Duration.ofMinutes(15), Duration.ofDays(1), List.of(), ZoneId.of("UTC"));
    }

    static BackupSchedule read(Settings in) {
        BackupSchedule standard = defaults();
        Duration every = in.duration("backup.every", standard.every());
        Duration fullEvery = in.duration("backup.full-every", standard.fullEvery());
        List<String> at = in.list("backup.at", List.of());
        String zone = in.text("backup.time-zone", standard.zone().getId());
        return in.build(
                standard,
                () ->
                        new BackupSchedule(
                                every,
                                fullEvery,
                                at.stream().map(BackupSchedule::time).toList(),
                                zone(zone)));
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeException wrong) {
            throw new IllegalArgumentException(
                    "backup.at must be times of day such as 03:00: " + text, wrong);
        }
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException wrong) {
            throw new IllegalArgumentException(
                    "backup.time-zone must be a time zone such as Europe/Berlin: " + text, wrong);
        }
    }

    /// Whether everything is to be copied now.
    ///
    /// @param last when that was last done
    public boolean isFullDue(Optional<Instant> last, Instant now) {
        Instant wanted = at.isEmpty() ? now.minus(fullEvery) : lastTime(now);
        return last.filter(time -> !time.isBefore(wanted)).isEmpty();
    }

    /// How long until the next backup, of either kind.
    ///
    /// @param last when the last one was made
    /// @param lastFull when everything was last copied
    public Duration untilNext(Optional<Instant> last, Optional<Instant> lastFull, Instant now) {
        if (last.isEmpty() || isFullDue(lastFull, now)) {
            return Duration.ZERO;
        }
        // A clock that was set back must not hold backups off for long.
        Stream<Duration> waits = Stream.of(Duration.between(now, last.get().plus(every)), every);
        Stream<Duration> fixed =
                at.isEmpty() ? Stream.of() : Stream.of(Duration.between(now, nextTime(now)));
        return Stream.concat(waits, fixed)
                .min(Comparator.naturalOrder())
                .filter(Duration::isPositive)
                .orElse(Duration.ZERO);
    }

    private Instant lastTime(Instant now) {
        return around(now)
                .filter(time -> !time.isAfter(now))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private Instant nextTime(Instant now) {
        return around(now)
                .filter(time -> time.isAfter(now))
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /// The times of yesterday, today and tomorrow.
    private Stream<Instant> around(Instant now) {
        LocalDate today = now.atZone(zone).toLocalDate();
        return IntStream.rangeClosed(-1, 1)
                .mapToObj(today::plusDays)
                .flatMap(day -> at.stream().map(time -> day.atTime(time).atZone(zone).toInstant()));
    }
}

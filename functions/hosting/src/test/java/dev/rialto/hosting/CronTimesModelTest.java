package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The times of schedules around changes of clocks, next to a model that tries every minute.
final class CronTimesModelTest {
    private static final List<String> ZONES =
            List.of(
                    "Europe/Berlin",
                    "America/New_York",
                    "Australia/Lord_Howe",
                    "Africa/Cairo",
                    "America/Santiago",
                    "Asia/Kathmandu");

    /// A field of a schedule, and the values that it has.
    private record Field(String text, List<Integer> values) {
        static Field any(RandomGenerator random, int size) {
            return switch (random.nextInt(5)) {
                case 0 -> new Field("*", IntStream.range(0, size).boxed().toList());
                case 1 -> {
                    int step = 1 + random.nextInt(size / 2);
                    yield new Field(
                            "*/" + step,
                            IntStream.range(0, size).filter(i -> i % step == 0).boxed().toList());
                }
                case 2 -> {
                    int first = random.nextInt(Math.min(size, 4));
                    int last = first + random.nextInt(size - first);
                    yield new Field(
                            first + "-" + last,
                            IntStream.rangeClosed(first, last).boxed().toList());
                }
                default -> {
                    int only = random.nextInt(Math.min(size, 4));
                    yield new Field(String.valueOf(only), List.of(only));
                }
            };
        }
    }

    /// The moments around which clocks change in a year, or any moment where they don't.
    private static List<Instant> changes(ZoneId zone) {
        List<Instant> found = new ArrayList<>();
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < 2; i++) {
            ZoneOffsetTransition next = zone.getRules().nextTransition(at);
            at = next == null ? at.plus(Duration.ofDays(90)) : next.getInstant();
            found.add(at);
        }
        return found;
    }

    private static Optional<Instant> model(
            Field minutes, Field hours, ZoneId zone, Instant after, Instant end) {
        boolean everyHour = hours.values().size() == 24;
        for (Instant at = after.plus(Duration.ofMinutes(1));
                at.isBefore(end);
                at = at.plus(Duration.ofMinutes(1))) {
            ZonedDateTime local = at.atZone(zone);
            boolean again = !local.withEarlierOffsetAtOverlap().equals(local);
            if (minutes.values().contains(local.getMinute())
                    && hours.values().contains(local.getHour())
                    && (everyHour || !again)) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    @Test
    void comesAtTheTimesOfTheModel() {
        for (long seed = 1; seed <= 150; seed++) {
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            var zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
            Field minutes = Field.any(random, 60);
            Field hours = Field.any(random, 24);
            String cron = minutes.text() + " " + hours.text() + " * * *";
            CronTimes times = CronTimes.of(cron, zone.getId());
            for (Instant change : changes(zone)) {
                Instant at = change.minus(Duration.ofHours(6));
                Instant end = change.plus(Duration.ofHours(6));
                while (at.isBefore(end)) {
                    Optional<Instant> expected = model(minutes, hours, zone, at, end);
                    Optional<Instant> found = times.after(at).filter(each -> each.isBefore(end));
                    assertThat(found)
                            .as("seed %d: %s in %s after %s", seed, cron, zone, at)
                            .isEqualTo(expected);
                    at = expected.orElse(end);
                }
            }
        }
    }
}

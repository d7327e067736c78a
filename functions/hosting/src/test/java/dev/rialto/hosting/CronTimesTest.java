package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CronTimesTest {
    private static List<String> next(String cron, String zone, String after, int number) {
        CronTimes times = CronTimes.of(cron, zone);
        List<String> found = new ArrayList<>();
        Instant at = Instant.parse(after);
        for (int i = 0; i < number; i++) {
            at = times.after(at).orElseThrow();
            found.add(at.atZone(ZoneId.of(zone)).toOffsetDateTime().toString());
        }
        return found;
    }

    @Test
    void comesOnWorkingDaysOnly() {
        assertThat(next("0 3 * * 1-5", "UTC", "2026-01-01T04:00:00Z", 3))
                .containsExactly("2026-01-02T03:00Z", "2026-01-05T03:00Z", "2026-01-06T03:00Z");
        assertThat(next("0 3 * jan sun", "UTC", "2026-01-01T04:00:00Z", 1))
                .isEqualTo(next("0 3 * 1 7", "UTC", "2026-01-01T04:00:00Z", 1))
                .containsExactly("2026-01-04T03:00Z");
    }

    @Test
    void comesOnEitherDayWhenBothAreGiven() {
        assertThat(next("0 0 13 * 5", "UTC", "2026-01-08T00:00:00Z", 3))
                .containsExactly("2026-01-09T00:00Z", "2026-01-13T00:00Z", "2026-01-16T00:00Z");
    }

    @Test
    void skipsWhatClocksSkip() {
        assertThat(next("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 2))
                .containsExactly("2026-03-28T02:30+01:00", "2026-03-30T02:30+02:00");
    }

    @Test
    void comesOnceWhenClocksShowATimeTwice() {
        assertThat(next("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00");
        assertThat(next("15 * * * *", "Europe/Berlin", "2026-10-24T23:40:00Z", 3))
                .containsExactly(
                        "2026-10-25T02:15+02:00",
                        "2026-10-25T02:15+01:00",
                        "2026-10-25T03:15+01:00");
    }

    @Test
    void neverComesOnDaysThatAreNone() {
        assertThat(CronTimes.of("0 0 31 2 *", "UTC").after(Instant.EPOCH)).isEmpty();
    }

    @Test
    void refusesWhatIsNoSchedule() {
        for (String wrong : List.of("", "* * * *", "60 * * * *", "@daily", "0 0 * * * *", "a")) {
            assertThatThrownBy(() -> CronTimes.of(wrong, "UTC"))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> CronTimes.of("* * * * *", "Europe/Atlantis"))
                .hasMessageContaining("Europe/Atlantis");
    }
}

package dev.rialto.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CountersTest {
    private static final RateLimit LIMIT = RateLimit.parse("work.one 10/1m address");

    private final AtomicLong nanos = new AtomicLong();
    private final Counters here = new Counters(nanos::get);

    private int passed(int calls) {
        int passed = 0;
        for (int i = 0; i < calls; i++) {
            passed += here.count(LIMIT, "ann").isEmpty() ? 1 : 0;
        }
        return passed;
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void callersWhoWaitQuietlyWaitAsLongForWhatNodesLetPassTogether() {
        var there = new Counters(nanos::get);
        for (int i = 0; i < 10; i++) {
            there.count(LIMIT, "ann");
        }
        Counters.Use elsewhere = there.untold(1).getFirst();
        assertThat(passed(11)).isEqualTo(10);
        here.countElsewhere(elsewhere);
        here.countElsewhere(elsewhere);

        pass(Duration.ofSeconds(119));
        assertThat(passed(1)).isZero();
        pass(Duration.ofSeconds(7));
        assertThat(passed(2)).isEqualTo(1);
        pass(Duration.ofMinutes(5));
        assertThat(passed(11)).isEqualTo(10);
    }

    @Test
    void countsWhateverOtherNodesReport() {
        passed(1);
        Counters.Use one = here.untold(1).getFirst();
        here.countElsewhere(new Counters.Use(one.key(), one.calls(), one.time(), 999_999_999));
        pass(Duration.ofDays(1));
        assertThat(passed(1)).isZero();
    }
}

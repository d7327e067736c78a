package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FrameRateTest {
    private static final int BURST = 5_000;

    private final FrameRate rate = new FrameRate(0);

    @Test
    void admitsABurstAndThenSlowsDown() {
        for (int i = 0; i < BURST; i++) {
            assertThat(rate.count(0, 0)).isZero();
        }
        assertThat(rate.count(0, 0)).isPositive();
    }

    @Test
    void comesToItsRate() {
        long now = 0;
        for (int i = 0; i < BURST + 20_000; i++) {
            now += rate.count(0, now).toNanos();
        }
        assertThat(Duration.ofNanos(now)).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
    }

    @Test
    void countsTheBytesOfLargeFrames() {
        assertThat(rate.count(64 << 20, 0)).isGreaterThan(Duration.ofSeconds(5));
    }

    @Test
    void toleratesAFewFramesThatMeanNothing() {
        for (int seconds = 0; seconds < 10_000; seconds++) {
            rate.count(10, Duration.ofSeconds(seconds).toNanos());
            assertThat(rate.isFlood()).isFalse();
        }
    }

    @Test
    void noticesAFloodOfFramesThatMeanNothing() {
        long now = 0;
        int count = 0;
        while (!rate.isFlood()) {
            now += rate.count(10, now).toNanos();
            count++;
        }
        assertThat(count).isBetween(20_000, 25_000);
    }
}

package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rialto.functions.spi.Usage;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FunctionGaugeTest {
    private final RialtoException late = new RialtoException(ErrorCode.TIMEOUT, "it took too long");

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final FunctionGauge gauge =
            new FunctionGauge("a-b-c-d", 2, Duration.ofSeconds(30), () -> now);

    private void succeed(long micros) {
        gauge.begin();
        gauge.end(micros * 1_000, new Usage(5_000, 100));
    }

    private boolean fail(RuntimeException failure) {
        gauge.begin();
        return gauge.fail(1_000, failure);
    }

    @Test
    void letsNoMoreCallsRunAtOnce() {
        gauge.begin();
        gauge.begin();
        assertThatThrownBy(gauge::begin)
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("a-b-c-d has reached its concurrency limit");
        gauge.end(0, new Usage(0, 0));
        gauge.begin();
        gauge.fail(0, late);
        gauge.begin();
        assertThat(gauge.wire().path("calls").asInt()).isEqualTo(2);
    }

    @Test
    void isSuspendedAfterFiveStrikesInARow() {
        for (int i = 0; i < 4; i++) {
            assertThat(fail(late)).isFalse();
        }
        succeed(10);
        for (int i = 0; i < 4; i++) {
            assertThat(fail(late)).isFalse();
            assertThat(fail(new IllegalStateException("no strike"))).isFalse();
        }
        assertThat(fail(late)).isTrue();
        assertThatThrownBy(gauge::begin)
                .hasMessageContaining("suspended until 2026-01-01T00:00:30Z");
        assertThat(gauge.wire().path("suspendedUntil").asString())
                .isEqualTo("2026-01-01T00:00:30Z");
        now = now.plusSeconds(30);
        assertThat(fail(late)).isTrue();
        now = now.plusSeconds(30);
        succeed(10);
        assertThat(fail(late)).isFalse();
    }

    @Test
    void reportsWhatCallsUsed() {
        for (int i = 1; i <= 100; i++) {
            succeed(i);
        }
        fail(new IllegalStateException("once"));
        var json = gauge.wire();
        assertThat(json.path("calls").asInt()).isEqualTo(101);
        assertThat(json.path("errors").asInt()).isEqualTo(1);
        assertThat(json.path("cpuMicros").asInt()).isEqualTo(500);
        assertThat(json.path("allocatedBytes").asInt()).isEqualTo(10_000);
        assertThat(json.path("p50Micros").asInt()).isBetween(50, 53);
        assertThat(json.path("p99Micros").asInt()).isBetween(99, 106);
        assertThat(json.path("suspended").asBoolean()).isFalse();
    }

    @Test
    void tellsTheOneMinuteRate() {
        for (int second = 0; second < 600; second++) {
            now = now.plusSeconds(1);
            succeed(1);
            succeed(1);
        }
        assertThat(perSecond()).isEqualTo(2);
        now = now.plusSeconds(60);
        assertThat(perSecond()).isCloseTo(2 / Math.E, within(0.001));
        now = now.minusSeconds(3_600);
        assertThat(perSecond()).isCloseTo(2 / Math.E, within(0.001));
        now = now.plusSeconds(600);
        assertThat(perSecond()).isZero();
    }

    @Test
    void ratesCallsThatAreCountedLate() {
        for (int second = 0; second < 600; second++) {
            now = now.plusSeconds(1);
            succeed(1);
            now = now.minusSeconds(1);
            succeed(1);
            now = now.plusSeconds(1);
        }
        assertThat(perSecond()).isEqualTo(2);
    }

    private double perSecond() {
        return gauge.wire().path("perSecond").asDouble();
    }

    @Test
    void forgetsWhatIsLongAgo() {
        succeed(70_000_000);
        now = now.plusSeconds(61);
        assertThat(gauge.wire().path("p50Micros").asLong()).isGreaterThanOrEqualTo(70_000_000);
        now = now.plusSeconds(300);
        succeed(1);
        assertThat(gauge.wire().path("p50Micros").asInt()).isEqualTo(1);
        assertThat(gauge.wire().path("p99Micros").asLong()).isGreaterThanOrEqualTo(70_000_000);
        now = now.plusSeconds(600);
        assertThat(gauge.wire().path("p99Micros").asInt()).isZero();
        assertThat(gauge.wire().path("calls").asInt()).isEqualTo(2);
    }

    @Test
    void countsCallsOfManyThreads() throws Exception {
        var wide = new FunctionGauge("a-b-c-d", 8, Duration.ofSeconds(30), () -> now);
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> all =
                    IntStream.range(0, 8)
                            .<Future<?>>mapToObj(_ ->
                                    threads.submit(() -> {
                                        for (int i = 0; i < 10_000; i++) {
                                            wide.begin();
                                            wide.end(1_000, new Usage(1_000, 1));
                                        }
                                    }))
                            .toList();
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(wide.wire().path("calls").asInt()).isEqualTo(80_000);
        assertThat(wide.wire().path("allocatedBytes").asInt()).isEqualTo(80_000);
    }
}

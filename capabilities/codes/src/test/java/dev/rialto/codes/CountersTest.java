package dev.rialto.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.codes.Limit.Kind;
import dev.rialto.kernel.RialtoException;
import dev.rialto.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class CountersTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-28T12:00:00Z"));
    private final Counters counters = new Counters(POSTGRES.database(), now::get);

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private static Limit limit(Kind kind, String subject, int most) {
        return new Limit("test", kind, subject, most, Duration.ofHours(1));
    }

    private boolean take(Limit... limits) {
        try {
            POSTGRES.database()
                    .inTransaction(() -> {
                        counters.take(List.of(limits));
                        return true;
                    });
            return true;
        } catch (RialtoException _) {
            return false;
        }
    }

    @Test
    void countsExactlyUnderManyRequestsAtOnce() throws Exception {
        var shared = limit(Kind.SMS, "race", 17);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> all =
                    IntStream.range(0, 200)
                            .<Callable<Boolean>>mapToObj(i ->
                                    () ->
                                            i % 2 == 0
                                                    ? take(limit(Kind.CLIENT, "c" + i, 9), shared)
                                                    : take(shared, limit(Kind.CLIENT, "d" + i, 9)))
                            .toList();
            int taken = 0;
            for (Future<Boolean> each : threads.invokeAll(all)) {
                taken += each.get() ? 1 : 0;
            }
            assertThat(taken).isEqualTo(17);
        }
        assertThat(counters.usage(List.of(shared)).pressure()).isEqualTo(1);
    }

    @Test
    void countsNothingWhenOneOfSeveralIsReached() {
        var first = limit(Kind.RECIPIENT, "whole", 5);
        var second = limit(Kind.CLIENT, "whole", 1);
        assertThat(take(first, second)).isTrue();
        assertThat(take(first, second)).isFalse();
        assertThat(counters.usage(List.of(first)).all().getFirst().count()).isEqualTo(1);
    }

    @Test
    void beginsAnewAfterTheWindow() {
        var each = limit(Kind.RECIPIENT, "window", 2);
        assertThat(take(each)).isTrue();
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(59)));
        assertThat(take(each)).isTrue();
        assertThatThrownBy(() -> counters.requireRoom(counters.usage(List.of(each))))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        full -> assertThat(full.retryAfter()).contains(Duration.ofMinutes(1)))
                .hasMessage("too many codes to this address; try again after 1 minute");
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(1)));
        assertThat(take(each)).isTrue();
        assertThat(counters.usage(List.of(each)).all().getFirst().count()).isEqualTo(1);
    }

    @Test
    void allowsNothingAtZeroAndGivesBack() {
        assertThat(take(limit(Kind.SMS, "zero", 0))).isFalse();
        var each = limit(Kind.SMS, "back", 1);
        assertThat(take(each)).isTrue();
        counters.giveBack(List.of(each));
        assertThat(take(each)).isTrue();
    }

    @Test
    void removesWhatNoLongerCounts() {
        var each = limit(Kind.SMS, "old", 1);
        assertThat(take(each)).isTrue();
        now.updateAndGet(time -> time.plus(Duration.ofHours(2)));
        counters.prune();
        now.updateAndGet(time -> time.minus(Duration.ofHours(2)));
        assertThat(counters.usage(List.of(each)).pressure()).isZero();
    }
}

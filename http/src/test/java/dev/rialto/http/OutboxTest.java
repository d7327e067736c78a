package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Timing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

final class OutboxTest {
    private static final long ALL = Long.MAX_VALUE;

    private static Outbox<String> of(int messages, long bytes) {
        return new Outbox<>(messages, bytes, String::length, Timing.SYSTEM);
    }

    @Test
    void refusesWhatDoesNotFit() {
        var few = of(2, ALL);
        assertThat(List.of(few.offer("a"), few.offer("b"), few.offer("c")))
                .containsExactly(true, true, false);
        assertThat(few.poll(ALL)).containsExactly("a", "b");
        assertThat(few.offer("d")).isTrue();
        var small = of(100, 2 * Outbox.OVERHEAD + 5);
        assertThat(List.of(small.offer("aaa"), small.offer("bbb"), small.offer("bb")))
                .containsExactly(true, false, true);
        assertThat(small.bytes()).isEqualTo(2 * Outbox.OVERHEAD + 5);
    }

    @Test
    void givesBatchesOfABoundedSizeButAlwaysOne() {
        var outbox = of(100, ALL);
        List.of("a".repeat(500), "b", "c", "d").forEach(outbox::offer);
        assertThat(outbox.poll(100)).containsExactly("a".repeat(500));
        assertThat(outbox.poll(2 * Outbox.OVERHEAD + 2)).containsExactly("b", "c");
        assertThat(outbox.poll(1)).containsExactly("d");
        assertThat(outbox.poll(1)).isEmpty();
        assertThat(outbox.bytes()).isZero();
    }

    @Test
    void endsWithTheLastOnly() throws InterruptedException {
        var outbox = of(1, Outbox.OVERHEAD + 1);
        outbox.offer("a");
        assertThat(outbox.end(List.of("longer than the bound", "and more"))).isTrue();
        assertThat(outbox.end(List.of("again"))).isFalse();
        assertThat(outbox.offer("b")).isFalse();
        assertThat(outbox.isDrained()).isFalse();
        assertThat(outbox.take(Duration.ofMinutes(1), ALL))
                .containsExactly("longer than the bound", "and more");
        assertThat(outbox.isDrained()).isTrue();
        assertThat(outbox.take(Duration.ofMinutes(1), ALL)).isEmpty();
    }

    @Test
    void wakesWhoWaits() throws Exception {
        var outbox = of(10, ALL);
        assertThat(outbox.take(Duration.ofMillis(1), ALL)).isEmpty();
        var taker = new FutureTask<>(() -> outbox.take(Duration.ofMinutes(1), ALL));
        Thread.startVirtualThread(taker);
        outbox.offer("a");
        assertThat(taker.get()).containsExactly("a");
        var other = new FutureTask<>(() -> outbox.take(Duration.ofMinutes(1), ALL));
        Thread.startVirtualThread(other);
        outbox.end(List.of());
        assertThat(other.get()).isEmpty();
    }
}

package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Timing;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainingTest {
    private final Clock clock = new Clock();
    private final Draining draining = new Draining(clock);

    @Test
    void waitsForLoadBalancersThatAsk() throws InterruptedException {
        assertThat(draining.tell()).isFalse();
        clock.now += Duration.ofSeconds(30).toNanos();

        draining.begin(Duration.ofSeconds(5));

        assertThat(clock.slept).isEqualTo(Duration.ofSeconds(5));
        assertThat(draining.tell()).isTrue();
    }

    @Test
    void waitsForNobody() throws InterruptedException {
        draining.begin(Duration.ofSeconds(5));

        assertThat(clock.slept).isZero();
        assertThat(draining.tell()).isTrue();
    }

    @Test
    void doesNotWaitForWhoAskedLongAgo() throws InterruptedException {
        assertThat(draining.tell()).isFalse();
        clock.now += Duration.ofMinutes(3).toNanos();

        draining.begin(Duration.ofSeconds(5));

        assertThat(clock.slept).isZero();
    }

    /// Sleeping takes no time.
    private static final class Clock implements Timing {
        private long now = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos();
        private Duration slept = Duration.ZERO;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void sleep(Duration time) {
            slept = slept.plus(time);
            now += time.toNanos();
        }

        @Override
        public void await(Object monitor, long nanos) {
            throw new AssertionError("nothing is to wait");
        }

        @Override
        public void wake(Object monitor) {
            throw new AssertionError("nothing waits");
        }

        @Override
        public Thread thread(String name, Runnable task) {
            throw new AssertionError("nothing is to run");
        }

        @Override
        public boolean join(Thread thread, Duration atMost) {
            throw new AssertionError("nothing runs");
        }
    }
}

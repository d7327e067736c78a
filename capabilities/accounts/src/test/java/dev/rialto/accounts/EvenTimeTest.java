package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Timing;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvenTimeTest {
    private final Watch watch = new Watch();
    private final EvenTime time = new EvenTime(watch);

    @ParameterizedTest
    @CsvSource({"0, 200", "30, 200", "199, 200", "300, 300"})
    void takesTheSameTimeHoweverShortTheWorkIs(int worked, int taken) {
        assertThat(time.spend(() -> watch.pass(worked))).isEqualTo(worked);
        assertThat(watch.millis()).isEqualTo(taken);
    }

    @Test
    void takesTheSameTimeWhenItFails() {
        assertThatThrownBy(() ->
                        time.spend(() -> {
                            throw new IllegalStateException("no");
                        }))
                .hasMessage("no");
        assertThat(watch.millis()).isEqualTo(200);
    }

    /// Time that passes when somebody works or sleeps.
    private static final class Watch implements Timing {
        private long nanos;

        int pass(int millis) {
            nanos += Duration.ofMillis(millis).toNanos();
            return millis;
        }

        long millis() {
            return Duration.ofNanos(nanos).toMillis();
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void sleep(Duration time) {
            nanos += time.toNanos();
        }

        @Override
        public void await(Object monitor, long most) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void wake(Object monitor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Thread thread(String name, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean join(Thread thread, Duration atMost) {
            throw new UnsupportedOperationException();
        }
    }
}

package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import io.helidon.webserver.CloseConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The pace of clients, in a time that stands still until it is moved.
final class PaceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SteadyTime time = new SteadyTime();
    private final PaceKeeper keeper = new PaceKeeper(time);
    private final Shutdown shutdown = new Shutdown(time, () -> {});
    private final Pace pace = new Pace(Thread.currentThread(), PATIENCE, time, shutdown);

    /// Whether the keeper has interrupted the thread of the connection.
    private boolean isCutOff() {
        keeper.enforce();
        return Thread.interrupted();
    }

    @Test
    void cutsOffWhoTakesLongerThanTheBoundAndNobodyBefore() {
        keeper.add(pace);
        pace.within(Duration.ofSeconds(3));
        time.pass(Duration.ofSeconds(3));
        assertThat(isCutOff()).isFalse();
        time.pass(Duration.ofNanos(1));
        assertThat(isCutOff()).isTrue();
        assertThat(isCutOff()).isFalse();
        assertThatThrownBy(pace::unbounded).isInstanceOf(CloseConnectionException.class);
    }

    @Test
    void hasNoBoundWhileTheServerWorks() {
        keeper.add(pace);
        pace.within(Duration.ofSeconds(3));
        pace.unbounded();
        time.pass(Duration.ofDays(1));
        assertThat(isCutOff()).isFalse();
    }

    @Test
    void givesTimeForBytesBesidesPatience() {
        keeper.add(pace);
        pace.moving(2 * Pace.BYTES_PER_SECOND);
        time.pass(PATIENCE.plusMillis(1_990));
        assertThat(isCutOff()).isFalse();
        time.pass(Duration.ofMillis(20));
        assertThat(isCutOff()).isTrue();
    }

    @Test
    void refusesABodyThatLagsBehindBeforeItCutsOff() {
        keeper.add(pace);
        long start = pace.now();
        time.pass(PATIENCE);
        pace.receiving(start, 0);
        time.pass(Duration.ofMillis(500));
        pace.receiving(start, Pace.BYTES_PER_SECOND);
        time.pass(Duration.ofSeconds(1));
        assertThat(isCutOff()).isFalse();
        assertThatThrownBy(() -> pace.receiving(start, Pace.BYTES_PER_SECOND))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.REQUEST_TIMEOUT));
        time.pass(Duration.ofDays(1));
        assertThat(isCutOff()).isFalse();
    }

    @Test
    void forgetsConnectionsThatEnded() {
        keeper.add(pace);
        pace.within(Duration.ofSeconds(1));
        keeper.remove(pace);
        time.pass(Duration.ofSeconds(2));
        assertThat(isCutOff()).isFalse();
    }
}

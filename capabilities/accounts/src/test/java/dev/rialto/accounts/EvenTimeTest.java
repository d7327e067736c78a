package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvenTimeTest {
    private final StoppedTime watch = new StoppedTime();
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
}

package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeclaredMemoryTest {
    private static final long HUGE = 1L << 50;

    @Test
    void hasRoomForTheLargestProcessOnTheSmallestMachine() {
        var silent = new Settings(Map.of(), Map.of(), Map.of());
        assertThat(DeclaredMemory.read(silent, 1, HUGE)).isEqualTo(HUGE);
        assertThat(DeclaredMemory.read(silent, HUGE, 1)).isEqualTo(HUGE);
    }

    @Test
    void refusesATotalThatAHostedProcessDoesNotFitInto() {
        var small =
                new Settings(
                        Map.of(), Map.of(), Map.of("functions.isolated.total-memory", "400MB"));
        DeclaredMemory.read(small, 384L << 20, 512L << 20);
        assertThatThrownBy(small::finish)
                .isInstanceOf(SetupException.class)
                .hasMessage(
                        "functions.isolated.total-memory must be at least functions.isolated.memory"
                                + " and functions.hosted.memory");
    }
}

package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementsTest {
    @ParameterizedTest
    @CsvSource({"shared,true", "hosted,true", "isolated,false", "node,false", "wasm,false"})
    void movesOnlyCodeOfTheJvmThatRunsAmongOthers(String runtime, boolean moved) {
        assertThat(Placements.isAmongOthers(runtime)).isEqualTo(moved);
    }
}

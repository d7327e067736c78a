package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclaredNumbersTest {
    private static Artifact declaring(String fields) {
        return new Artifact(
                Map.of(
                        Artifact.DESCRIPTOR,
                        ("{" + fields.replace('\'', '"') + "}").getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void readsWhatIsDeclared() {
        Artifact artifact =
                declaring("'scale': {'instances': 4}, 'limits': {'memoryMegabytes': 128}");
        IsolatedSettings settings = IsolatedSettings.defaults();
        assertThat(settings.scale().declaredBy(artifact).most()).isEqualTo(4);
        assertThat(settings.limits().declaredBy(artifact).memory()).isEqualTo(128L << 20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'scale': {'instnaces': 4} | \"scale.instnaces\" is not known; what \"scale\" may have: instances, provisioned, concurrency, idleSeconds",
                "'scale': {'instances': 4, 'memoryMegabytes': 96} | \"scale.memoryMegabytes\" is not known",
                "'limits': {'memory': 128} | \"limits.memory\" is not known; what \"limits\" may have: memoryMegabytes, processes, diskMegabytes, cpuPercent",
                "'limits': {'cpuPercent': '50'} | \"limits.cpuPercent\" must be a number from 5 to",
                "'limits': [] | \"limits\" is not a JSON object",
            })
    void rejectsWhatItDoesNotKnow(String fields, String told) {
        IsolatedSettings settings = IsolatedSettings.defaults();
        assertThatThrownBy(
                        () -> {
                            settings.scale().declaredBy(declaring(fields));
                            settings.limits().declaredBy(declaring(fields));
                        })
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(told);
    }
}

package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.RefusedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CustomProjectTest {
    private static final IsolationLimits LIMITS = new IsolationLimits(128L << 20, 64, 1 << 20, 0);

    private static CustomProject project(String image) {
        String descriptor =
                """
                {"name": "custom", "domain": "test", "group": "custom", "runtime": "isolated",
                 "image": "%s", "command": ["./run"],
                 "interfaces": [{"function": "cloud", "name": "go",
                                 "bindings": [{"kind": "cloudFunction", "name": "go"}]}]}
                """
                        .formatted(image);
        return CustomProject.read(
                new Artifact(
                        Map.of(
                                Artifact.DESCRIPTOR,
                                descriptor.getBytes(StandardCharsets.UTF_8),
                                "run",
                                new byte[0])),
                List.of());
    }

    private static Scale scale(int concurrency) {
        return new Scale(0, 1, concurrency, 1, Duration.ofMinutes(1));
    }

    @Test
    void refusesMoreCallsAtOnceThanAServerMayHaveThreadsFor() {
        project("http").requireThreads(LIMITS, scale(16));
        assertThatThrownBy(() -> project("http").requireThreads(LIMITS, scale(17)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("\"scale.concurrency\" must be at most 16, not 17");
    }

    @Test
    void leavesThreadsToProgramsThatSpeakTheProtocol() {
        CustomProject command = project("command");
        command.requireThreads(LIMITS, scale(1_000));
        assertThat(command.image()).isEqualTo("command");
    }
}

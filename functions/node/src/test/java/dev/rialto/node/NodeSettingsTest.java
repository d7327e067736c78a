package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NodeSettingsTest {
    @Test
    void runsOnALaptop() {
        assertThat(NodeSettings.defaults(Path.of("/data/node")))
                .isEqualTo(
                        new NodeSettings(
                                "node",
                                Path.of("/data/node"),
                                256L << 20,
                                NodeSettings.Isolation.defaults(),
                                NodeSettings.Instances.defaults(),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(5)));
    }

    @Test
    void refusesWhatCanNotWork() {
        assertRefused(" ", 256, 30, 5, "functions.node.command");
        assertRefused("node", 31, 30, 5, "functions.node.memory");
        assertRefused("node", 256, 0, 5, "functions.node.start");
        assertRefused("node", 256, 30, -1, "functions.node.patience");
    }

    @Test
    void refusesFewerProcessesThanOneAppMayHave() {
        assertThatThrownBy(() -> new NodeSettings.Instances(2, 3))
                .hasMessageContaining("functions.node.app-instances");
        assertThatThrownBy(() -> new NodeSettings.Instances(2, 0))
                .hasMessageContaining("functions.node.app-instances");
    }

    private static void assertRefused(
            String command, int megabytes, int start, int patience, String key) {
        assertThatThrownBy(() ->
                        new NodeSettings(
                                command,
                                Path.of("a"),
                                (long) megabytes << 20,
                                NodeSettings.Isolation.defaults(),
                                NodeSettings.Instances.defaults(),
                                Duration.ofSeconds(start),
                                Duration.ofSeconds(patience)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key);
    }
}

package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Functions of one app take all memory that they can get; another app works although.
final class MemoryOfNeighboursTest {
    @ParameterizedTest
    @CsvSource({
        "leak, 1505, the limit is 64 MB",
        "hide, 1505, the limit is 64 MB",
        "hold, 1503, the server ran short of memory"
    })
    void leavesMemoryToOthers(String function, String code, String reason) throws Exception {
        String told = run(function, code);

        assertThat(told).contains("neighbour []").contains("told " + code).contains(reason);
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:+UseCountedLoopSafepoints",
                        "-XX:LoopStripMiningIter=1000",
                        "-Xmn64m",
                        "-Xmx320m",
                        "-Duser.timezone=UTC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrowdedServer.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String told =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return told;
        } finally {
            process.destroyForcibly();
        }
    }
}

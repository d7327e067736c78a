package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The systemd unit of the package.
class ServiceUnitTest {
    private static final Path UNIT = Path.of("../dist/debian/rialto.service");

    @Test
    void letsTheServerMakeControlGroups() throws IOException {
        List<String> lines = Files.readAllLines(UNIT);
        assertThat(lines)
                .contains("Delegate=yes")
                // It would make /sys/fs/cgroup read-only, delegated or not.
                .noneMatch(line -> line.startsWith("ProtectControlGroups="));
    }
}

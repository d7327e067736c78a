package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.store.Program;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VersionTest {
    /// What contracts in this version was expanded in the one before: docs/upgrading.md.
    @Test
    void runsBesideOneMinorVersionBeforeAtMost() {
        Program program = Version.program();
        int[] own = numbers(program.version());
        int[] oldest = numbers(program.oldestBeside());
        assertThat(own[0] - oldest[0]).isBetween(0, 1);
        if (own[0] == oldest[0]) {
            assertThat(own[1] - oldest[1]).isBetween(0, 1);
        }
    }

    private static int[] numbers(String version) {
        return Stream.of(version.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
    }
}

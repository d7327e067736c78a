package dev.rialto.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterSwapTest {
    @TempDir private Path folder;

    @BeforeEach
    void begin() throws IOException {
        Files.createDirectories(folder.resolve("postgres.upgraded/base"));
        Files.writeString(folder.resolve("backup-origin"), "before");
    }

    @Test
    void finishesASwapAndLetsBackupsBeginAnew() throws IOException {
        ClusterSwap.finish(folder);

        assertThat(folder.resolve("postgres/base")).exists();
        assertThat(folder.resolve("backup-origin")).doesNotExist();
        assertThat(folder.resolve("backup-origin.before")).hasContent("before");
    }

    @Test
    void leavesTheNameOfBackupsWhileTheOldClusterIsInItsPlace() throws IOException {
        Files.createDirectory(folder.resolve("postgres"));

        ClusterSwap.finish(folder);

        assertThat(folder.resolve("postgres/base")).doesNotExist();
        assertThat(folder.resolve("backup-origin")).hasContent("before");
    }

    @Test
    void saysThatAnotherStartFinishesIt() throws IOException {
        // In the way of the new name.
        Files.createDirectories(folder.resolve("backup-origin.before/file"));

        try (DataFolder claimed = DataFolder.claim(folder).orElseThrow()) {
            assertThatThrownBy(() -> ClusterUpgrade.run(claimed, Optional.empty(), _ -> {}))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("start again to finish");
        }
        assertThat(folder.resolve("postgres.upgraded")).exists();
    }
}

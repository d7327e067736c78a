package dev.rialto.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingFolderTest {
    @TempDir private Path parent;

    @Test
    void removesWhatNoServerHasLocked() throws IOException {
        Path stray = Files.createDirectories(parent.resolve("stray/upload")).getParent();
        try (StagingFolder first = StagingFolder.open(parent)) {
            assertThat(stray).doesNotExist();
            Path upload = first.newDirectory();
            StagingFolder.open(parent).close();
            assertThat(upload).exists();
        }
        assertThat(parent).isEmptyDirectory();
    }
}

package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerFolderTest {
    /// No system has a process of this id.
    private static final String GONE = "rialto-worker-999999999-";

    @TempDir private Path temporary;

    private Path folder(String name, String permissions) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve(name));
        Files.createDirectory(folder.resolve("scratch"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
        return folder;
    }

    @Test
    void removesWhatServersLeftThatAreGone() throws IOException {
        Path left = folder(GONE + "1", "rwx------");
        Path used = folder("rialto-worker-" + ProcessHandle.current().pid() + "-2", "rwx------");
        WorkerFolder.sweep(temporary);
        assertThat(left).doesNotExist();
        assertThat(used).exists();
    }

    @Test
    void leavesWhatOthersMayHaveMade() throws IOException {
        Path shared = folder(GONE + "1", "rwxrwxrwx");
        Path other = folder("other", "rwx------");
        Path link = Files.createSymbolicLink(temporary.resolve(GONE + "2"), other);
        WorkerFolder.sweep(temporary);
        assertThat(shared).exists();
        assertThat(link).exists();
        assertThat(other.resolve("scratch")).exists();
    }
}

package dev.rialto.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    @TempDir private Path home;

    @Test
    void deletesAFolderWithAllThatIsInIt() throws IOException {
        Path folder = home.resolve("folder");
        Path deep = folder;
        for (int i = 0; i < 200; i++) {
            deep = deep.resolve("d");
        }
        Files.createDirectories(deep);
        Files.writeString(deep.resolve("file"), "x");
        Files.writeString(folder.resolve("file"), "x");
        Files.createDirectories(folder.resolve("empty"));
        Folders.delete(folder);
        assertThat(folder).doesNotExist();
        Folders.delete(folder);
    }

    @Test
    void followsNoLinks() throws IOException {
        Path other = Files.createDirectory(home.resolve("other"));
        Files.writeString(other.resolve("kept"), "x");
        Path folder = Files.createDirectory(home.resolve("folder"));
        Files.createSymbolicLink(folder.resolve("link"), other);
        Files.createSymbolicLink(folder.resolve("nowhere"), home.resolve("missing"));
        Folders.delete(folder);
        Path link = Files.createSymbolicLink(home.resolve("link"), other);
        Folders.delete(link);
        assertThat(folder).doesNotExist();
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(other.resolve("kept")).exists();
    }

    @Test
    void leavesTheRoot() {
        assertThatThrownBy(() -> Folders.delete(Path.of("/"))).isInstanceOf(IOException.class);
    }

    @Test
    void knowsItsOwnFolders() throws IOException {
        Path folder = Files.createDirectory(home.resolve("folder"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(Folders.isOwn(folder)).isTrue();
        Path link = Files.createSymbolicLink(home.resolve("link"), folder);
        assertThat(Folders.isOwn(link)).isFalse();
        for (String shared : new String[] {"rwxrwxr-x", "rwxr-xrwx"}) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(shared));
            assertThat(Folders.isOwn(folder)).as(shared).isFalse();
        }
        assertThat(Folders.isOwn(home.resolve("missing"))).isFalse();
        assertThat(Folders.isOwn(Files.writeString(home.resolve("file"), "x"))).isFalse();
    }
}

package dev.rialto.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.files.spi.FileStorage;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileImportTest {
    private final App app = FilesFixture.ONE;

    @TempDir private Path folder;

    @Test
    void copiesWhatIsMissingUnderItsNameAndFollowsNoLinks() throws IOException {
        Path old = folder.resolve("old");
        Files.createDirectories(old.resolve("album"));
        Files.writeString(old.resolve("a_photo.png"), "photo");
        Files.writeString(old.resolve("album/b.svg"), "<svg/>");
        Files.writeString(old.resolve(".hidden"), "x");
        Path secret = Files.writeString(folder.resolve("secret"), "of the machine");
        Files.createSymbolicLink(old.resolve("link.txt"), secret);
        try (FileStorage storage =
                FolderStorage.open(folder.resolve("new"), 0, Clock.systemUTC())) {
            StoredFiles files = FilesFixture.stored(storage);
            FileImport.Report first = FileImport.copy(files, app, old);
            Files.writeString(old.resolve("a_photo.png"), "another photo");
            FileImport.Report second = FileImport.copy(files, app, old);

            assertThat(first.copied()).isEqualTo(2);
            assertThat(first.bytes()).isEqualTo(11);
            assertThat(first.refused()).containsExactly(".hidden");
            assertThat(second.copied()).isZero();
            assertThat(second.existing()).isEqualTo(2);
            assertThat(storage.open(app, "a_photo.png", 0)).hasContent("photo");
            assertThat(storage.stat(app, "album/b.svg").orElseThrow().label().contentType())
                    .isEqualTo("image/svg+xml");
            assertThat(storage.stat(app, "link.txt")).isEmpty();
        }
    }

    @Test
    void refusesAFolderThatIsNotThere() throws IOException {
        try (FileStorage storage =
                FolderStorage.open(folder.resolve("new"), 0, Clock.systemUTC())) {
            assertThatThrownBy(() ->
                            FileImport.copy(
                                    FilesFixture.stored(storage), app, folder.resolve("none")))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("there is no folder");
        }
    }
}

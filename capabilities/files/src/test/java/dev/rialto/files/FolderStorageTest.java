package dev.rialto.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.files.spi.FileStorage;
import dev.rialto.files.spi.StorageFullException;
import dev.rialto.kernel.App;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStorageTest extends FileStorageContract {
    private final Path folder;
    private FolderStorage storage;

    FolderStorageTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.storage = open(folder, 0);
    }

    @BeforeEach
    void reopen() throws IOException {
        storage.close();
        storage = open(folder, 0);
    }

    @AfterEach
    void close() throws IOException {
        storage.close();
    }

    @Override
    FileStorage storage() {
        return storage;
    }

    @Test
    void refusesWhenTheDiskIsAsFullAsAllowed() throws IOException {
        try (FolderStorage full = open(folder, Long.MAX_VALUE)) {
            assertThatThrownBy(() -> full.put(ONE, "big", content("x"), LABEL))
                    .isInstanceOf(StorageFullException.class);
            assertThat(full.stat(ONE, "big")).isEmpty();
        }
        assertThat(files()).noneMatch(path -> path.endsWith("content"));
    }

    @Test
    void keepsContentAsAPlainFile() throws IOException {
        storage.put(ONE, "ab_plain.txt", content("hello"), LABEL);

        assertThat(files())
                .filteredOn(path -> path.endsWith("content"))
                .singleElement()
                .satisfies(path -> {
                    assertThat(Files.readString(path)).isEqualTo("hello");
                    assertThat(path.getParent()).hasFileName("ab_plain.txt");
                });
    }

    @Test
    void removesWhatADeadProcessLeft() throws IOException {
        Path staging = folder.resolve(".staging");
        Path left = Files.createDirectories(staging.resolve("dead").resolve("upload"));
        Files.writeString(left.resolve("content"), "half of a fi");
        Files.writeString(staging.resolve("dead.lock"), "");

        open(folder, 0).close();

        assertThat(staging.resolve("dead")).doesNotExist();
        assertThat(staging.resolve("dead.lock")).doesNotExist();
    }

    @Test
    void leavesAloneWhatALivingProcessPrepares() throws IOException {
        storage.put(ONE, "before", content("x"), LABEL);
        open(folder, 0).close();

        storage.put(ONE, "after", content("y"), LABEL);

        assertThat(storage.stat(ONE, "after")).isPresent();
    }

    @Test
    void staysInItsFolderWhateverTheSchemaIsCalled() throws IOException {
        String outside = "beside-" + folder.getFileName();
        for (String schema : List.of("..", "../../" + outside, "a/b", ".", "ünï", "A")) {
            var app = new App("hostile", schema);
            storage.put(app, "f", content(schema), LABEL);
            assertThat(storage.stat(app, "f")).isPresent();
        }
        assertThat(folder.resolveSibling(outside)).doesNotExist();
        assertThat(files()).allMatch(path -> path.normalize().startsWith(folder));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.toList();
        }
    }

    private static FolderStorage open(Path folder, long keepFree) throws IOException {
        return FolderStorage.open(folder, keepFree, Clock.systemUTC());
    }
}

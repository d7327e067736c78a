package dev.rialto.files;

import static dev.rialto.files.FilesFixture.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.files.spi.FileInfo;
import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.store.Sql;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredFilesTest {
    private static final FileLabel LABEL =
            new FileLabel("text/plain", Json.object().put("a", 1), Json.object().put("t", "x"));
    private static final FileAccess PRIVATE =
            new FileAccess(
                    Optional.of("ada"),
                    Optional.of(Json.object().set("ada", Json.object().put("read", true))),
                    3);

    @TempDir private Path folder;
    private FileStorage storage;
    private StoredFiles files;

    @BeforeEach
    void open() throws IOException {
        storage = FolderStorage.open(folder, 0, Clock.systemUTC());
        files = FilesFixture.stored(storage);
    }

    @AfterEach
    void close() throws Exception {
        storage.close();
    }

    @Test
    void remembersWhatAFileIsAndWhatAllTakeUp() throws IOException {
        FileInfo put = files.put(ONE, "ab_x.txt", content("hello"), LABEL, PRIVATE);
        files.put(ONE, "ab_y.txt", content("you"), LABEL, FileAccess.OPEN);

        assertThat(files.find(ONE, "ab_x.txt")).contains(new StoredFile("ab_x.txt", put, PRIVATE));
        assertThat(files.register().usage(ONE)).isEqualTo(new FileRegister.Usage(2, 8));

        assertThat(files.delete(ONE, "ab_x.txt")).isTrue();
        assertThat(files.delete(ONE, "ab_x.txt")).isFalse();
        assertThat(files.find(ONE, "ab_x.txt")).isEmpty();
        assertThat(storage.stat(ONE, "ab_x.txt")).isEmpty();
        assertThat(files.register().usage(ONE)).isEqualTo(new FileRegister.Usage(1, 3));
    }

    @Test
    void readsAndDeletesFilesThatAreOlderThanTheRegister() throws IOException {
        FileInfo put = storage.put(ONE, "old.txt", content("old"), LABEL);

        assertThat(files.find(ONE, "old.txt"))
                .contains(new StoredFile("old.txt", put, FileAccess.OPEN));
        assertThatThrownBy(() -> files.put(ONE, "old.txt", content("new"), LABEL, FileAccess.OPEN))
                .isInstanceOf(IOException.class);
        assertThat(files.open(ONE, "old.txt", 0)).hasContent("old");
        assertThat(files.delete(ONE, "old.txt")).isTrue();
        assertThat(files.find(ONE, "old.txt")).isEmpty();
    }

    @Test
    void takesANameOnce() throws IOException {
        files.put(ONE, "once", content("first"), LABEL, FileAccess.OPEN);

        assertThatThrownBy(() -> files.put(ONE, "once", content("2nd"), LABEL, FileAccess.OPEN))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(files.open(ONE, "once", 0)).hasContent("first");
    }

    @Test
    void keepsNothingOfAnUploadThatWasBrokenOff() throws IOException {
        assertThatThrownBy(() -> files.put(ONE, "broken", new Broken(), LABEL, FileAccess.OPEN))
                .hasMessage("gone");
        assertThat(files.register().find(ONE, "broken")).isEqualTo(new FileRegister.Entry.None());
        assertThat(files.register().usage(ONE).files()).isZero();
    }

    @Test
    void keepsNothingOfATransactionThatRollsBack() throws IOException {
        var database = FilesFixture.database();

        assertThatThrownBy(() ->
                        database.inTransaction(() -> {
                            put("undone");
                            throw new IllegalStateException("rolled back");
                        }))
                .hasMessage("rolled back");
        assertThat(storage.stat(ONE, "undone")).isEmpty();
        assertThat(files.register().usage(ONE).files()).isZero();
    }

    @Test
    void hidesAFileAtOnceWhoseContentCanOnlyBeDeletedLater() throws IOException {
        files.put(ONE, "stubborn", content("x"), LABEL, PRIVATE);
        var away = FilesFixture.over(new Away(storage));

        assertThat(away.delete(ONE, "stubborn")).isTrue();
        assertThat(files.find(ONE, "stubborn")).isEmpty();
        assertThat(storage.stat(ONE, "stubborn")).isPresent();

        backdate("6 minutes");
        files.tidy(ONE);
        assertThat(storage.stat(ONE, "stubborn")).isEmpty();
        assertThat(files.register().find(ONE, "stubborn")).isEqualTo(new FileRegister.Entry.None());
    }

    @Test
    void removesWhatKilledUploadsLeft() throws IOException {
        files.register().begin(ONE, "killed", PRIVATE);
        storage.put(ONE, "killed", content("x"), LABEL);
        assertThat(files.find(ONE, "killed")).isEmpty();

        backdate("23 hours");
        files.tidy(ONE);
        assertThat(storage.stat(ONE, "killed")).isPresent();
        backdate("25 hours");
        files.tidy(ONE);
        assertThat(storage.stat(ONE, "killed")).isEmpty();
    }

    private void put(String name) {
        try {
            files.put(ONE, name, content("x"), LABEL, FileAccess.OPEN);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static void backdate(String age) {
        FilesFixture.database()
                .update(
                        Sql.of("UPDATE ")
                                .addName(ONE.schema())
                                .add("._file_entry SET touched_at = now() - ?::interval", age));
    }

    private static InputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Content that never comes.
    private static final class Broken extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("gone");
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            throw new IOException("gone");
        }
    }

    /// A storage that can't be reached to delete.
    private record Away(FileStorage real) implements FileStorage {
        @Override
        public FileInfo put(App app, String name, InputStream content, FileLabel label)
                throws IOException {
            return real.put(app, name, content, label);
        }

        @Override
        public Optional<FileInfo> stat(App app, String name) throws IOException {
            return real.stat(app, name);
        }

        @Override
        public InputStream open(App app, String name, long from) throws IOException {
            return real.open(app, name, from);
        }

        @Override
        public boolean delete(App app, String name) throws IOException {
            throw new IOException("unreachable");
        }

        @Override
        public void deleteAll(App app) throws IOException {
            throw new IOException("unreachable");
        }
    }
}

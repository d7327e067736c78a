package dev.rialto.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.SetupException;
import dev.rialto.store.DataFolder;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.EmbeddedPostgreSql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {
    private static final Verification.Report GOOD = new Verification.Report(1, 1, 1, List.of());

    @TempDir private Path home;

    @Test
    void stopsAndRemovesWhatAKilledServerLeft() throws Exception {
        var scratch = new ScratchFolder(home.resolve("check"));
        Path left = home.resolve("check/data");
        DatabaseSettings running;
        try (var folder = DataFolder.claim(left).orElseThrow()) {
            // Not stopped, as by kill -9.
            running = EmbeddedPostgreSql.startForgetful(folder).settings();
        }
        connect(running).close();
        var empty = new AtomicBoolean();

        var report =
                scratch.with(
                        1,
                        data -> {
                            empty.set(Files.notExists(data));
                            return GOOD;
                        });

        assertThat(report).isEqualTo(GOOD);
        assertThat(empty).isTrue();
        assertThatThrownBy(() -> connect(running)).hasMessageContaining("refused");
        assertThat(home).isEmptyDirectory();
    }

    private static Connection connect(DatabaseSettings settings) throws SQLException {
        return DriverManager.getConnection(
                settings.url(), settings.user().orElseThrow(), settings.password().orElseThrow());
    }

    @Test
    void refusesToFillTheDisk() throws Exception {
        var scratch = new ScratchFolder(home.resolve("check"));
        long free = Files.getFileStore(home).getUsableSpace();

        assertThatThrownBy(() -> scratch.with(free, _ -> GOOD))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("1 GB must remain")
                .hasMessageContaining("backup.verify-in");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void cleansUpAfterFailuresAndInterrupts() {
        var scratch = new ScratchFolder(home.resolve("check"));

        assertThatThrownBy(() ->
                        scratch.with(
                                1,
                                data -> {
                                    write(data);
                                    Thread.currentThread().interrupt();
                                    throw new IllegalStateException("on purpose");
                                }))
                .hasMessage("on purpose");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(home).isEmptyDirectory();
    }

    private static void write(Path data) {
        try {
            Files.createDirectories(data.resolve("postgres"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

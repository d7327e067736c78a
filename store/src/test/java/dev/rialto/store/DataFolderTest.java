package dev.rialto.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir private Path home;

    /// To the system, closing any file of a lock releases it: another process has to find it taken.
    @Test
    void staysHeldWhateverThisProcessAsks() throws Exception {
        try (DataFolder folder = DataFolder.claim(home).orElseThrow()) {
            assertThat(DataFolder.claim(home)).isEmpty();
            assertThat(DataFolder.isHeld(home)).isTrue();
            assertThat(DataFolder.holder(home)).contains(ProcessHandle.current().pid());
            assertThat(isHeldForOthers()).isTrue();
            assertThat(folder.path()).isEqualTo(home.toRealPath());
        }
        assertThat(isHeldForOthers()).isFalse();
        assertThat(DataFolder.isHeld(home)).isFalse();
        DataFolder.claim(home).orElseThrow().close();
    }

    private boolean isHeldForOthers() throws Exception {
        Process other =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                OtherProcess.class.getName(),
                                home.toString())
                        .redirectErrorStream(true)
                        .start();
        try (var said = other.inputReader()) {
            return Boolean.parseBoolean(said.readLine());
        } finally {
            other.destroyForcibly();
        }
    }

    /// Says whether a folder is held.
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] args) {
            System.out.println(DataFolder.isHeld(Path.of(args[0])));
        }
    }
}

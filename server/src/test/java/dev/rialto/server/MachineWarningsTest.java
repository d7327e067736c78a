package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Timing;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MachineWarningsTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "2000000000, 10, 1000, 10, 1000, ''",
        "1073741824, 900, 1000, 900, 1000, ''",
        "1073741823, 10, 1000, 10, 1000, disk",
        "2000000000, 901, 1000, 10, 1000, files",
        "2000000000, 10, 1000, 901, 1000, memory",
        "0, 1000, 1000, 1000, 1000, disk files memory",
        "2000000000, 1000, 0, 1000, 0, ''"
    })
    void warnsOfWhatIsAlmostUsedUp(
            long freeDisk, long openFiles, long maxFiles, long heap, long maxHeap, String parts) {
        var usage = new MachineWarnings.Usage(freeDisk, openFiles, maxFiles, heap, maxHeap);
        assertThat(String.join(" ", usage.warnings(false).keySet())).isEqualTo(parts);
    }

    @ParameterizedTest
    @CsvSource({
        "134217728, true, less than 1 GB is free",
        "134217727, true, less than 128 MB is free: writes are rejected",
        "134217727, false, less than 1 GB is free"
    })
    void rejectsWritesWhenTheDiskOfItsOwnDatabaseIsFull(
            long freeDisk, boolean ownDatabase, String text) {
        var usage = new MachineWarnings.Usage(freeDisk, 10, 1000, 10, 1000);
        assertThat(usage.warnings(ownDatabase)).containsEntry("disk", text);
    }

    @ParameterizedTest
    @CsvSource({
        "disk, less than 1 GB is free, Low disk space: less than 1 GB is free.",
        "disk, the data folder can't be read, Disk space is unknown: the data folder can't be read.",
        "files, many, Few file handles left: many.",
        "memory, much, Low memory: much."
    })
    void logsInSentences(String part, String text, String logged) {
        assertThat(MachineWarnings.warning(part, text)).isEqualTo(logged);
        assertThat(MachineWarnings.recovery(part)).endsWith(" again.");
    }

    @Test
    void readsTheMachine() {
        var usage = MachineWarnings.Usage.read(folder);
        assertThat(usage.freeDisk()).isPositive();
        assertThat(usage.openFiles()).isBetween(1L, usage.maxFiles());
        assertThat(usage.heap()).isLessThan(usage.maxHeap());
    }

    @Test
    void saysThatTheFolderIsGone() {
        var warnings = new MachineWarnings(folder.resolve("gone"), true, Timing.SYSTEM);
        assertThat(warnings.get()).containsEntry("disk", "the data folder can't be read");
    }
}

package dev.rialto.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Folders;
import dev.rialto.store.DataFolder;
import dev.rialto.store.Database;
import dev.rialto.store.EmbeddedPostgreSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is left of backups whose process is killed at any moment while others write.
class KilledBackupTest {
    /// More kills for a long run: `-Drialto.kills=50`.
    private static final int KILLS = Integer.getInteger("rialto.kills", 4);

    private static final long SEED = Long.getLong("rialto.seed", 7);

    @TempDir private Path home;

    @Test
    void leavesOnlyBackupsThatCanBeRestored() throws Exception {
        var random = new Random(SEED);
        try (var live = new LiveData(home.resolve("data"))) {
            live.startWriting();
            long usual = nanosOfABackup();
            for (int i = 0; i < KILLS; i++) {
                boolean full = random.nextInt(3) == 0;
                Process process = backUp(full);
                awaitBeginning(process);
                // One in five is done before.
                long patience = (long) (random.nextDouble(1.25) * usual);
                if (!process.waitFor(patience, TimeUnit.NANOSECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
            live.stopWriting();
            // Otherwise nothing was killed that matters.
            assertThat(home.resolve("log")).content().doesNotContain("Exception", "Error");
            assertThat(home.resolve("target/backups")).isNotEmptyDirectory();
            String rows = live.rows();
            try (var target = FolderTarget.create(home.resolve("target"))) {
                int before = Backup.list(target).size();
                live.backUp(target, false);
                assertThat(Backup.list(target)).as("seed %d", SEED).hasSize(before + 1);
                restore(target, rows);
                Retention.keep(target, 1);
                assertThat(target.list("")).noneMatch(key -> key.endsWith(".writing"));
                restore(target, rows);
            }
        }
    }

    private void restore(BackupTarget target, String rows) throws IOException {
        Path data = home.resolve("restored");
        Restore.run(
                target, Encryption.Identities.none(), Restore.Wanted.last(), data, "0.1.0", false);
        try (var folder = DataFolder.claim(data).orElseThrow();
                var postgres = EmbeddedPostgreSql.startForgetful(folder);
                var database = Database.open(postgres.settings())) {
            assertThat(LiveData.rows(database)).as("seed %d", SEED).isEqualTo(rows);
            assertThat(LiveData.missingFiles(data, database)).isEmpty();
        }
        Folders.delete(data);
    }

    private long nanosOfABackup() throws Exception {
        Process process = backUp(true);
        awaitBeginning(process);
        long begun = System.nanoTime();
        assertThat(process.waitFor()).isZero();
        return System.nanoTime() - begun;
    }

    /// Waits until a process begins its backup: its start takes some time of its own.
    private void awaitBeginning(Process process) throws Exception {
        Path begun = begun(home.resolve("target"));
        while (process.isAlive() && !Files.exists(begun)) {
            Thread.sleep(1);
        }
        Files.deleteIfExists(begun);
    }

    private static Path begun(Path target) {
        return target.resolveSibling("begun");
    }

    private Process backUp(boolean full) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(KilledBackupTest.class.getName());
        command.add(home.resolve("data").toString());
        command.add(home.resolve("target").toString());
        command.add(String.valueOf(full));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
                .start();
    }

    /// Makes one backup, for a process of its own.
    public static void main(String... arguments) throws IOException {
        Path data = Path.of(arguments[0]).toRealPath();
        Files.createDirectories(data.resolve("files"));
        var job =
                new BackupJob(
                        data,
                        data.resolve("files"),
                        "0.1.0",
                        Encryption.to(List.of()),
                        false,
                        true);
        try (var target = FolderTarget.create(Path.of(arguments[1]))) {
            Files.createFile(begun(Path.of(arguments[1])));
            Backup.run(
                    job,
                    EmbeddedPostgreSql.running(data).orElseThrow(),
                    target,
                    Boolean.parseBoolean(arguments[2]));
        }
    }
}

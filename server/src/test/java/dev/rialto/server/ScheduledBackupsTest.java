package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.backup.BackupKind;
import dev.rialto.backup.BackupReport;
import dev.rialto.backup.BackupSettings;
import dev.rialto.backup.BackupState;
import dev.rialto.backup.Verification;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduledBackupsTest {
    @TempDir private Path home;

    @Test
    void restoresItsBackupsAndWarnsWhenOneIsDamaged() throws Exception {
        var all =
                settings(
                        Map.of(
                                "backup.every",
                                "1s",
                                "backup.verify",
                                "each",
                                "backup.passphrase",
                                "correct horse battery"));
        try (var storage = Storage.own(all);
                var backups =
                        ScheduledBackups.prepare(all, storage, Clock.systemUTC()).orElseThrow()) {
            backups.begin();
            await(state -> state.check().good().isPresent());
            assertThat(backups.warnings()).isEmpty();

            damageAPart();
            await(state -> state.check().defect().isPresent());
            assertThat(BackupState.read(all.data()).check().defect().orElseThrow())
                    .contains("digest differs");
        }
        try (var storage = Storage.own(all);
                var backups =
                        ScheduledBackups.prepare(all, storage, Clock.systemUTC()).orElseThrow()) {
            assertThat(backups.warnings())
                    .containsExactly(Map.entry("backupCheck", "the last check of a backup failed"));
        }
        assertThat(home.resolve("data/backup-check")).doesNotExist();
    }

    @Test
    void refusesToCheckWhatItCanNotRead() {
        String recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

        assertThatThrownBy(() ->
                        settings(Map.of("backup.recipients", recipient, "backup.verify", "weekly")))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("backup.recipients alone");
        assertThat(
                        settings(
                                        Map.of(
                                                "backup.recipients",
                                                recipient,
                                                "backup.verify",
                                                "weekly",
                                                "backup.passphrase",
                                                "correct horse battery"))
                                .backup()
                                .protection()
                                .canRead())
                .isTrue();
    }

    /// Work whose check waits until it is let go or interrupted.
    private final class SlowCheck implements ScheduledBackups.Work {
        private final CountDownLatch checking = new CountDownLatch(1);
        private final CountDownLatch mayEnd = new CountDownLatch(1);
        private final CountDownLatch removing = new CountDownLatch(1);

        @Override
        public void clear() {}

        @Override
        public BackupReport backUp(boolean full) {
            var report =
                    new BackupReport(
                            "one",
                            BackupKind.FULL,
                            Instant.now(),
                            1,
                            new BackupReport.Files(0, 0, 0),
                            Duration.ZERO);
            BackupState.succeeded(home, report);
            return report;
        }

        @Override
        public Verification.Report check() {
            checking.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException stop) {
                throw new SetupException("interrupted", stop);
            }
            return new Verification.Report(1, 1, 1, List.of());
        }

        @Override
        public void removeOld() {
            removing.countDown();
            throw new SetupException("the target is away");
        }
    }

    private ScheduledBackups scheduled(SlowCheck work) {
        BackupSettings each =
                settings(Map.of("backup.every", "1h", "backup.verify", "each")).backup();
        return new ScheduledBackups(work, each, home, Clock.systemUTC());
    }

    @Test
    void removesNoOlderBackupWhenTheCheckIsInterrupted() throws InterruptedException {
        var work = new SlowCheck();
        try (var backups = scheduled(work)) {
            backups.begin();
            work.checking.await();
        }

        assertThat(work.removing.getCount()).isEqualTo(1);
        assertThat(BackupState.read(home).check().tried()).isEmpty();
    }

    @Test
    void keepsABackupGoodWhenOlderOnesCanNotBeRemoved() throws InterruptedException {
        var work = new SlowCheck();
        work.mayEnd.countDown();
        var backups = scheduled(work);
        try (backups) {
            backups.begin();
            work.removing.await();
        }

        assertThat(backups.warnings()).isEmpty();
        assertThat(BackupState.read(home).failure()).isEmpty();
        assertThat(BackupState.read(home).check().good()).isPresent();
    }

    private void damageAPart() throws IOException {
        List<Path> parts;
        try (var all = Files.walk(home.resolve("target"))) {
            parts = all.filter(each -> each.toString().endsWith(".tar.gz.age")).toList();
        }
        for (Path each : parts) {
            byte[] bytes = Files.readAllBytes(each);
            bytes[bytes.length / 2] ^= 1;
            Files.write(each, bytes);
        }
    }

    private void await(Predicate<BackupState> reached) throws InterruptedException {
        long limit = System.nanoTime() + 120_000_000_000L;
        while (!reached.test(BackupState.read(home.resolve("data")))) {
            assertThat(System.nanoTime()).isLessThan(limit);
            Thread.sleep(50);
        }
    }

    private ServerSettings settings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(more);
        all.put("data", home.resolve("data").toString());
        all.put("backup.target", home.resolve("target").toString());
        var in = new Settings(all, Map.of(), Map.of());
        ServerSettings read = ServerSettings.read(in);
        in.finish();
        return read;
    }
}

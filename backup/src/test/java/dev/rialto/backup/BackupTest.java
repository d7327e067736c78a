package dev.rialto.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.SetupException;
import dev.rialto.store.DataFolder;
import dev.rialto.store.Database;
import dev.rialto.store.EmbeddedPostgreSql;
import dev.rialto.store.Sql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Backups of one data folder that is in use, and what can be restored from them.
class BackupTest {
    private static final Encryption.Identities NO_KEYS = Encryption.Identities.none();

    @TempDir private static Path source;

    private static LiveData live;

    @TempDir private Path home;

    private int restores;

    @BeforeAll
    static void start() throws IOException {
        live = new LiveData(source.resolve("data"));
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    /// What a restored data folder has.
    private record Restored(String rows, List<String> missing) {}

    @Test
    void restoresAnyMomentBetweenBackupsThatWereMadeWhileOthersWrote() throws Exception {
        var target = target();
        live.startWriting();
        var first = live.backUp(target, false);
        live.stopWriting();
        String rowsThen = live.rows();
        Instant then = live.now();
        live.startWriting();
        var second = live.backUp(target, false);
        live.stopWriting();
        String rowsLast = live.rows();
        var third = live.backUp(target, false);

        assertThat(List.of(first.kind(), second.kind(), third.kind()))
                .containsExactly(BackupKind.FULL, BackupKind.INCREMENT, BackupKind.INCREMENT);
        // Nothing was written, so the next file of the log may not be there yet.
        assertThat(live.backUp(target, false).kind()).isEqualTo(BackupKind.INCREMENT);
        assertThat(third.files().all()).isGreaterThan(third.files().stored());
        assertThat(restored(target, at(then))).isEqualTo(new Restored(rowsThen, List.of()));
        // Up to the very end, although nothing was written after it.
        assertThat(restored(target, at(third.ended())))
                .isEqualTo(new Restored(rowsLast, List.of()));
        Path one = home.resolve("one");
        restore(target, new Restore.Wanted(Optional.empty(), Optional.of(first.id())), one);
        var checked = Verification.of(one);
        assertThat(checked.problems()).isEmpty();
        assertThat(checked.indexes()).isGreaterThan(50);
    }

    @Test
    void encryptsWhatIsStoredAndRestoresItWithItsSecrets() throws Exception {
        var target = target();
        Path key = home.resolve("key.txt");
        var encryption = Encryption.to(List.of(Encryption.newKey(key)));
        live.write();
        var report = live.backUp(live.job(encryption, true), target, true);

        assertThat(target.list(""))
                .filteredOn(each -> each.startsWith("files/"))
                .hasSize(report.files().all())
                .allMatch(each -> each.endsWith(".age"));
        assertThat(target.list("wal/")).isNotEmpty().allMatch(each -> each.endsWith(".gz.age"));
        assertThatThrownBy(() -> restore(target, Restore.Wanted.last(), home.resolve("without")))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("--identity");
        Path other = home.resolve("other.txt");
        Encryption.newKey(other);
        assertThatThrownBy(() -> restore(target, Encryption.Identities.read(other), "wrong"))
                .isInstanceOf(SetupException.class);
        restore(target, Encryption.Identities.read(key), "right");
        assertThat(home.resolve("right/secret.key")).hasContent("the key");
        assertThat(home.resolve("wrong")).doesNotExist();
        assertThatThrownBy(() -> live.job(Encryption.to(List.of()), true))
                .hasMessageContaining("must be encrypted");
        // What was encrypted otherwise is not gone on from.
        assertThat(live.backUp(target, false).kind()).isEqualTo(BackupKind.FULL);
    }

    @Test
    void aPassphraseOpensWhatItEncrypted() throws Exception {
        var target = target();
        var right = passphrase("correct horse battery");
        live.write();
        live.backUp(live.job(right.encryption(target), true), target, true);
        live.write();
        var second = live.backUp(live.job(right.encryption(target), true), target, false);
        String rows = live.rows();

        assertThat(second.kind()).isEqualTo(BackupKind.INCREMENT);
        String key = only(target.list("keys/"));
        assertThat(key).matches("keys/age1[a-z0-9]{58}\\.age");
        try (var in = target.open(key)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("age-encryption.org/v1\n-> scrypt ")
                    .contains(" 17\n")
                    .doesNotContain("AGE-SECRET-KEY", "horse");
        }
        assertThat(target.list("wal/")).allMatch(each -> each.endsWith(".gz.age"));
        assertThatThrownBy(() -> restore(target, Restore.Wanted.last(), home.resolve("without")))
                .hasMessageContaining("--passphrase-file");
        var wrong = passphrase("correct horse batterie");
        assertThatThrownBy(() -> wrong.identities(target, Optional.empty()))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("the passphrase does not open the key")
                .hasMessageNotContaining("horse");
        // A slip of the hand must not begin backups that nobody can read.
        assertThatThrownBy(() -> wrong.encryption(target))
                .hasMessageContaining("the passphrase does not open the key");
        assertThat(target.list("keys/")).hasSize(1);
        // A new key would open nothing of what is there.
        Path sealed = home.resolve("target").resolve(key);
        Path elsewhere = Files.move(sealed, home.resolve("key"));
        assertThatThrownBy(() -> right.encryption(target))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("the key that the passphrase opens is gone");
        assertThat(target.list("keys/")).isEmpty();
        Files.move(elsewhere, sealed);
        restore(target, right.identities(target, Optional.empty()), "right");
        assertThat(home.resolve("right/secret.key")).hasContent("the key");
        assertThat(rows(home.resolve("right"))).isEqualTo(rows);
    }

    @ParameterizedTest
    @CsvSource({"-> scrypt , -> scripted ", "' 17\n', ' 25\n'", "' 17\n', ' 0\n'"})
    void refusesAKeyThatAnIntruderChanged(String was, String becomes) throws Exception {
        var target = target();
        var right = passphrase("correct horse battery");
        right.encryption(target);
        Path key = home.resolve("target").resolve(only(target.list("keys/")));
        String sealed = Files.readString(key, StandardCharsets.ISO_8859_1);
        assertThat(sealed).contains(was);

        Files.writeString(key, sealed.replace(was, becomes), StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> right.identities(target, Optional.empty()))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("or the key is damaged");
    }

    @Test
    void takesAPassphraseFromAFileAndShowsItNowhere() throws Exception {
        Path file = home.resolve("passphrase");
        Files.writeString(file, "correct horse battery\n");
        var protection = new BackupProtection(List.of(), Optional.empty(), Optional.of(file), true);
        var target = target();

        assertThat(protection.encryption(target).recipients())
                .isEqualTo(passphrase("correct horse battery").encryption(target).recipients());
        assertThat(passphrase("correct horse battery").toString()).doesNotContain("horse");
        Files.writeString(file, "short\n");
        assertThatThrownBy(() -> protection.encryption(target))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("at least 12 characters");
    }

    private static BackupProtection passphrase(String text) {
        return new BackupProtection(
                List.of(), Optional.of(Passphrase.of(text)), Optional.empty(), false);
    }

    private static String only(List<String> keys) {
        assertThat(keys).hasSize(1);
        return keys.getFirst();
    }

    private static String rows(Path data) {
        try (var folder = DataFolder.claim(data).orElseThrow();
                var postgres = EmbeddedPostgreSql.startForgetful(folder);
                var database = Database.open(postgres.settings())) {
            return LiveData.rows(database);
        }
    }

    @Test
    void findsAFlippedByteWhereverItIs() throws Exception {
        var target = target();
        live.write();
        live.backUp(target, true);
        for (String prefix : List.of("backups/", "wal/", "files/")) {
            String key = target.list(prefix).getLast();
            Path file = home.resolve("target").resolve(key);
            flip(file);
            assertThatThrownBy(() -> restore(target, Restore.Wanted.last(), home.resolve("no")))
                    .as(key)
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("digest differs");
            flip(file);
        }
        Files.delete(home.resolve("target").resolve(target.list("wal/").getFirst()));
        assertThatThrownBy(() -> restore(target, Restore.Wanted.last(), home.resolve("no")))
                .hasMessageContaining("is missing");
        assertThat(home.resolve("no")).doesNotExist();
    }

    @Test
    void keepsTheBackupBeforeWhenTheDiskIsFull() throws Exception {
        var target = target();
        live.write();
        live.backUp(target, true);
        String rows = live.rows();
        live.write();
        for (long room : List.of(0L, 100_000L, 3_000_000L)) {
            assertThatThrownBy(() -> live.backUp(new FullTarget(target, room), true))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("No space left");
        }

        assertThat(Backup.list(target)).hasSize(1);
        assertThat(restored(target, Restore.Wanted.last()).rows()).isEqualTo(rows);
        live.backUp(target, true);
        Retention.keep(target, 1);
        assertThat(Backup.list(target)).hasSize(1);
        assertThat(target.list("backups/"))
                .allMatch(key -> key.contains(Backup.list(target).getFirst().id()));
        assertThat(restored(target, Restore.Wanted.last()).rows()).isEqualTo(live.rows());
    }

    @Test
    void refusesToCopyADamagedPage() throws Exception {
        var target = target();
        live.database()
                .update(Sql.of("CREATE TABLE fragile AS SELECT generate_series(1, 100) AS n"));
        live.database().update(Sql.of("CHECKPOINT"));
        Path file =
                live.path()
                        .resolve("postgres")
                        .resolve(
                                live.database()
                                        .queryFirst(
                                                Sql.of("SELECT pg_relation_filepath('fragile')"),
                                                row -> row.getString(1))
                                        .orElseThrow());
        try {
            flip(file);
            assertThat(PageScan.of(live.path().resolve("postgres"), "").damaged())
                    .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                    .contains(file.getFileName().toString());
            assertThatThrownBy(() -> live.backUp(target, true))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("checksum is wrong");
            assertThat(Backup.list(target)).isEmpty();
        } finally {
            live.database().update(Sql.of("DROP TABLE fragile"));
        }
    }

    @Test
    void refusesWhatCanNotBeRestored() throws Exception {
        var target = target();
        live.write();
        var report = live.backUp(target, true);
        Path data = home.resolve("taken");
        Files.createDirectories(data.resolve("something"));

        assertThatThrownBy(() -> restore(target, Restore.Wanted.last(), data))
                .hasMessageContaining("is not empty");
        assertThatThrownBy(() ->
                        restore(target, at(report.ended().minusSeconds(60)), home.resolve("x")))
                .hasMessageContaining("the oldest is of");
        assertThatThrownBy(() ->
                        restore(target, at(report.ended().plusSeconds(60)), home.resolve("x")))
                .hasMessageContaining("end at");
        assertThatThrownBy(() ->
                        Restore.run(
                                target,
                                NO_KEYS,
                                Restore.Wanted.last(),
                                home.resolve("x"),
                                "0.0.9",
                                false))
                .hasMessageContaining("made by Rialto 0.1.0");
        var replaced = Restore.run(target, NO_KEYS, Restore.Wanted.last(), data, "0.1.0", true);
        assertThat(replaced.replaced().orElseThrow().resolve("something")).exists();
        assertThat(data.resolve("postgres")).exists();
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        // In the middle, except of a page's header, where it would change the length of the page.
        bytes[bytes.length / 2 + 100 % bytes.length] ^= 1;
        Files.write(file, bytes);
    }

    private void restore(BackupTarget target, Encryption.Identities keys, String name) {
        Restore.run(target, keys, Restore.Wanted.last(), home.resolve(name), "0.1.0", false);
    }

    private Restored restored(BackupTarget target, Restore.Wanted wanted) {
        Path data = home.resolve("restored-" + restores++);
        restore(target, wanted, data);
        try (var folder = DataFolder.claim(data).orElseThrow();
                var postgres = EmbeddedPostgreSql.startForgetful(folder);
                var database = Database.open(postgres.settings())) {
            return new Restored(LiveData.rows(database), LiveData.missingFiles(data, database));
        }
    }

    private static Restore.Wanted at(Instant time) {
        return new Restore.Wanted(Optional.of(time), Optional.empty());
    }

    private static Restore.Report restore(BackupTarget target, Restore.Wanted wanted, Path data) {
        return Restore.run(target, NO_KEYS, wanted, data, "0.1.0", false);
    }

    private BackupTarget target() {
        return FolderTarget.create(home.resolve("target"));
    }
}

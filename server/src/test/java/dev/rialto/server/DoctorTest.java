package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.files.FolderContents;
import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.Settings;
import dev.rialto.server.Finding.Level;
import dev.rialto.store.DataFolder;
import dev.rialto.store.EmbeddedPostgreSql;
import dev.rialto.store.Sql;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One data folder, to which each test does something that the doctor must find.
class DoctorTest {
    private static final long MB = 1L << 20;

    @TempDir private static Path home;

    private static Storage storage;

    @BeforeAll
    static void start() throws IOException {
        storage = Storage.own(settings(Map.of()));
        Files.createDirectories(home.resolve("idle"));
        storage.apps().create("shop", List.of(), Set.of());
    }

    @AfterAll
    static void stop() {
        storage.close();
    }

    @Test
    void findsNothingInAGoodFolder() {
        assertThat(examine(Map.of()))
                .filteredOn(each -> each.level() != Level.OK)
                .extracting(Finding::check)
                // The disk of the machine that runs this test may be full.
                .isSubsetOf("backup", "disk");
        assertThat(examine(Map.of()))
                .extracting(Finding::check)
                .contains("memory", "open files", "leftovers", "schemas", "functions");
    }

    @ParameterizedTest
    @CsvSource({
        "idle.restoring, left by work that was interrupted",
        "idle.replaced-1795886272, what restore --replace moved aside",
        "idle/postgres.new, the next one removes it",
        "idle/postgres.upgrading, the next one removes it",
        "idle/backup-check, the next one removes it"
    })
    void findsLeftoversAndSaysWhatToDo(String folder, String text) throws IOException {
        Path left = home.resolve(folder);
        Files.createDirectories(left);
        try {
            assertThat(leftover())
                    .returns(Level.WARNING, Finding::level)
                    .extracting(Finding::text)
                    .asString()
                    .contains(left.toString(), text);
        } finally {
            Files.delete(left);
        }
    }

    @Test
    void saysNothingOfWhatAProcessThatHoldsTheFolderWrites() throws IOException {
        Path idle = home.resolve("idle");
        Path draft = Files.createDirectories(idle.resolve("postgres.upgrading"));
        try (var held = DataFolder.claim(idle).orElseThrow()) {
            assertThat(held.path()).isEqualTo(idle.toRealPath());
            assertThat(leftover()).returns(Level.OK, Finding::level);
        } finally {
            Files.delete(draft);
        }
    }

    @Test
    void findsNothingInAnEmptyDatabase() throws Exception {
        var server = storage.settings();
        String url = server.url().replace("/" + EmbeddedPostgreSql.NAME, "/postgres");
        try (var connection =
                DriverManager.getConnection(
                        url, server.user().orElseThrow(), server.password().orElseThrow())) {
            var checks = new OrphanChecks(connection, new FolderContents(home), List.of());
            assertThat(checks.runInDatabase())
                    .hasSize(2)
                    .allSatisfy(each -> assertThat(each.level()).isEqualTo(Level.OK));
        }
    }

    @Test
    void findsUploadsOfAKilledServer() throws IOException {
        Path staging = home.resolve("idle/files/.staging");
        Files.createDirectories(staging.resolve("dead"));
        Path lock = Files.createFile(staging.resolve("dead.lock"));
        try {
            assertThat(leftover().text()).contains("dead", "uploads of a server that was killed");
        } finally {
            Files.delete(lock);
            Files.delete(staging.resolve("dead"));
        }
    }

    @Test
    void findsUploadsWithoutALock() throws IOException {
        Path stray = home.resolve("idle/files/.staging/stray");
        Files.createDirectories(stray);
        try {
            assertThat(leftover().text()).contains("stray", "uploads of no server");
        } finally {
            Files.delete(stray);
        }
    }

    @Test
    void findsNothingWrongInTheFolderOfANodeOnAnotherDatabase() throws IOException {
        Path node = Files.createDirectories(home.resolve("node"));
        Files.setPosixFilePermissions(node, PosixFilePermissions.fromString("rwx------"));
        var all =
                settings(
                        Map.of(
                                "data",
                                node.toString(),
                                "database.url",
                                "postgresql://127.0.0.1:1/none"));
        assertThat(new FolderChecks(all, false).run())
                .allSatisfy(each -> assertThat(each.level()).isEqualTo(Level.OK))
                .extracting(Finding::text)
                .noneMatch(each -> each.contains("early Rialto"));
    }

    @Test
    void findsSchemasOfNoApp() {
        storage.database().update(Sql.of("CREATE SCHEMA app_ghost"));
        try {
            assertThat(only("schemas", Map.of()))
                    .returns(Level.WARNING, Finding::level)
                    .extracting(Finding::text)
                    .asString()
                    .contains("app_ghost", "DROP SCHEMA")
                    .doesNotContain("app_shop");
        } finally {
            storage.database().update(Sql.of("DROP SCHEMA app_ghost"));
        }
    }

    @Test
    void findsMicroAppsWithoutTheirRevision() {
        storage.database()
                .update(
                        Sql.of(
                                "INSERT INTO app_shop._micro_app (name, live) VALUES ('greeter',"
                                        + " 3)"));
        try {
            assertThat(only("functions", Map.of()))
                    .returns(Level.PROBLEM, Finding::level)
                    .extracting(Finding::text)
                    .asString()
                    .contains("app_shop: greeter 3", "deploy these micro apps again");
        } finally {
            storage.database().update(Sql.of("DELETE FROM app_shop._micro_app"));
        }
    }

    @Test
    void findsFilesThatNothingMentions() throws Exception {
        storage.database()
                .update(
                        Sql.of(
                                "INSERT INTO app_shop._schema (name, fields, permissions, version) VALUES"
                                        + " ('Photo', '{\"image\":{\"type\":\"File\"},"
                                        + "\"more\":{\"type\":\"Array\"}}', '{}', 1)"));
        storage.database()
                .update(Sql.of("CREATE TABLE app_shop.\"Photo\" (image text, more jsonb)"));
        storage.database()
                .update(
                        Sql.of(
                                "INSERT INTO app_shop.\"Photo\" VALUES ('a_in-field.png',"
                                        + " '[{\"__type\": \"File\", \"name\": \"b_nested.png\"}]'),"
                                        + " ('c_missing.png', NULL)"));
        Path ghost = home.resolve("data/files/app_ghost");
        try (var files = settings(Map.of()).files().open(storage.database(), 0)) {
            App shop = new App("shop", "app_shop");
            for (String name : List.of("a_in-field.png", "b_nested.png", "d_unused.png")) {
                put(files, shop, name);
            }
            assertThat(only("unused files", Map.of()).level()).isEqualTo(Level.OK);
            age(home.resolve("data/files"));
            Files.createDirectories(ghost);

            assertThat(only("unused files", Map.of()))
                    .returns(Level.WARNING, Finding::level)
                    .extracting(Finding::text)
                    .asString()
                    .contains("1 files", "d_unused.png", "DELETE /files/NAME");
            assertThat(only("files of apps", Map.of()).text()).contains("app_ghost", "delete");
            assertThat(only("files", Map.of()).text())
                    .contains("1 that objects mention are missing, such as c_missing.png");
            files.deleteAll(shop);
        } finally {
            Files.deleteIfExists(ghost);
            storage.database().update(Sql.of("DROP TABLE app_shop.\"Photo\""));
            storage.database().update(Sql.of("DELETE FROM app_shop._schema WHERE name = 'Photo'"));
        }
    }

    private static void put(FileStorage files, App app, String name) throws IOException {
        var label = new FileLabel("image/png", Json.object(), Json.object());
        files.put(app, name, new ByteArrayInputStream(new byte[10]), label);
    }

    /// As if all had been stored long ago.
    private static void age(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.filter(Files::isRegularFile).toList();
        }
        for (Path each : all) {
            Files.setLastModifiedTime(each, FileTime.from(Instant.EPOCH));
        }
    }

    @Test
    void findsSecretsThatOthersCanRead() throws IOException {
        Path secret = home.resolve("data/postgres.password");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        try {
            assertThat(only("permissions", Map.of()).text())
                    .contains("postgres.password", "chmod go-rwx");
        } finally {
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void findsBackupsThatCouldNotBeRestored() throws IOException {
        Path state = home.resolve("data/backup-state.json");
        Files.writeString(
                state,
                "{\"succeeded\":\"%s\",\"checkDefect\":\"part 1 is damaged\"}"
                        .formatted(Instant.now()));
        try {
            assertThat(only("backup", Map.of("backup.target", "/b", "backup.verify", "full")))
                    .returns(Level.PROBLEM, Finding::level)
                    .extracting(Finding::text)
                    .asString()
                    .contains("the last check failed: part 1 is damaged");
            assertThat(only("backup", Map.of("backup.target", "/b")).level()).isEqualTo(Level.OK);
        } finally {
            Files.delete(state);
        }
    }

    @ParameterizedTest
    @CsvSource({
        ", 4000, true, OK, 1000 of it",
        ", 512, true, WARNING, 1 GB or more",
        "256, 1000, true, OK, 706 MB of 1000",
        "600, 1000, true, PROBLEM, lower the setting memory",
        "600, 1000, false, OK, 850 MB of 1000"
    })
    void comparesMemoryWithTheMachine(
            Long setting, long machine, boolean embedded, Level level, String text) {
        var heap = Optional.ofNullable(setting).map(size -> size * MB);

        assertThat(MachineChecks.memory(heap, machine * MB, embedded))
                .returns(level, Finding::level)
                .extracting(Finding::text)
                .asString()
                .contains(text);
    }

    @ParameterizedTest
    @CsvSource({"1024, WARNING", "4095, WARNING", "4096, OK", "unlimited, OK"})
    void warnsOfFewOpenFiles(String limit, Level level) {
        assertThat(MachineChecks.openFiles("the server", limit).level()).isEqualTo(level);
    }

    /// What is left in a folder that no server uses.
    private static Finding leftover() {
        var all = settings(Map.of("data", home.resolve("idle").toString()));
        List<Finding> found = new LeftoverChecks(all).run();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static Finding only(String check, Map<String, String> settings) {
        List<Finding> found =
                examine(settings).stream().filter(each -> each.check().equals(check)).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static List<Finding> examine(Map<String, String> settings) {
        return Doctor.examine(settings(settings), false);
    }

    private static ServerSettings settings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(more);
        all.putIfAbsent("data", home.resolve("data").toString());
        var in = new Settings(all, Map.of(), Map.of());
        ServerSettings read = ServerSettings.read(in);
        in.finish();
        return read;
    }
}

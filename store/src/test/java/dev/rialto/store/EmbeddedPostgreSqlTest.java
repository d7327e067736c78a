package dev.rialto.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.SetupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgreSqlTest {
    @TempDir private Path home;

    @Test
    void keepsWhatItAcknowledgedThroughAPowerCut() {
        try (var folder = claim();
                var postgres = EmbeddedPostgreSql.start(folder);
                var database = Database.open(postgres.settings())) {
            assertThat(show(database, "fsync")).isEqualTo("on");
            assertThat(show(database, "synchronous_commit")).isEqualTo("on");
            assertThat(show(database, "full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void listensOnThisMachineOnlyAndAsksForThePassword() throws Exception {
        try (var folder = claim();
                var postgres = EmbeddedPostgreSql.start(folder);
                var database = Database.open(postgres.settings())) {
            assertThat(show(database, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(show(database, "unix_socket_directories")).isEmpty();
            assertThatThrownBy(() ->
                            DriverManager.getConnection(
                                    postgres.settings().url(), "rialto", "guessed"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(
                                            folder.path().resolve("postgres.password"))))
                    .isEqualTo("rw-------");
            assertThat(postgres.settings().toString())
                    .doesNotContain(postgres.settings().password().orElseThrow());
        }
    }

    @Test
    void keepsItsDataFromOneStartToTheNext() {
        try (var folder = claim()) {
            try (var postgres = EmbeddedPostgreSql.start(folder);
                    var database = Database.open(postgres.settings())) {
                database.update(Sql.of("create table kept (id int)"));
            }
            assertThat(EmbeddedPostgreSql.running(home)).isEmpty();

            try (var postgres = EmbeddedPostgreSql.start(folder);
                    var database = Database.open(postgres.settings())) {
                assertThat(tables(database)).contains("kept");
            }
        }
    }

    @Test
    void finishesASwapOfClustersThatWasInterrupted() throws Exception {
        Path cluster = home.resolve("postgres");
        Path finished = home.resolve("postgres.upgraded");
        Path kept = home.resolve("postgres-17");
        try (var folder = claim()) {
            try (var postgres = EmbeddedPostgreSql.start(folder);
                    var database = Database.open(postgres.settings())) {
                database.update(Sql.of("create table kept (id int)"));
            }
            Files.move(cluster, finished);
            Files.createDirectory(kept);
            Files.writeString(kept.resolve("PG_VERSION"), "17\n");
            try (var postgres = EmbeddedPostgreSql.start(folder);
                    var database = Database.open(postgres.settings())) {
                assertThat(tables(database)).contains("kept");
            }
            Files.move(cluster, home.resolve("elsewhere"));
            assertThatThrownBy(() -> EmbeddedPostgreSql.start(folder))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("there is " + kept)
                    .hasMessageContaining("move that to its place");
            assertThat(cluster).doesNotExist();
            Files.move(kept, cluster);
            assertThatThrownBy(() -> EmbeddedPostgreSql.start(folder))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining(
                            "that of PostgreSQL 17; this program brings PostgreSQL 18")
                    .hasMessageContaining("run `rialto upgrade`");
        }
    }

    @Test
    void replacesThePostgreSqlThatAKilledServerLeft() throws Exception {
        long left;
        try (var folder = claim()) {
            EmbeddedPostgreSql.start(folder);
            left = process(folder);
        }

        try (var folder = claim();
                var postgres = EmbeddedPostgreSql.start(folder)) {
            assertThat(process(folder)).isNotEqualTo(left);
            Path cluster = folder.path().resolve("postgres");
            assertThat(new PostmasterFile(cluster, left, 0, true).process()).isEmpty();
            assertThat(postgres.settings().url()).contains("127.0.0.1");
        }
    }

    @Test
    void startsWhenAnUnrelatedProcessHasTheNumberOfTheKilledOne() throws Exception {
        try (var folder = claim()) {
            try (var postgres = EmbeddedPostgreSql.start(folder)) {
                assertThat(postgres.settings().password()).isPresent();
            }
            Path pidFile = folder.path().resolve("postgres").resolve("postmaster.pid");
            Files.write(
                    pidFile,
                    List.of(
                            String.valueOf(ProcessHandle.current().pid()),
                            folder.path().resolve("postgres").toString(),
                            "1",
                            "5432",
                            "",
                            "127.0.0.1",
                            "0 0",
                            "ready"));

            assertThat(EmbeddedPostgreSql.running(home)).isEmpty();
            try (var postgres = EmbeddedPostgreSql.start(folder);
                    var database = Database.open(postgres.settings())) {
                assertThat(show(database, "fsync")).isEqualTo("on");
            }
        }
    }

    @Test
    void letsACommandAttachToTheRunningOne() {
        try (var folder = claim();
                var postgres = EmbeddedPostgreSql.start(folder)) {
            assertThat(DataFolder.claim(home)).isEmpty();
            assertThat(DataFolder.holder(home)).contains(ProcessHandle.current().pid());

            var found = EmbeddedPostgreSql.running(home).orElseThrow();

            assertThat(found).isEqualTo(postgres.settings());
            try (var database = Database.open(found)) {
                assertThat(show(database, "listen_addresses")).isEqualTo("127.0.0.1");
            }
        }
    }

    @Test
    void refusesAFolderThatIsAFile() throws Exception {
        Path file = Files.createFile(home.resolve("file"));

        assertThatThrownBy(() -> DataFolder.claim(file))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void refusesAPathThatAShellWouldRead() {
        assertThatThrownBy(() -> DataFolder.claim(home.resolve("a$HOME")))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("must not contain");
    }

    private DataFolder claim() {
        return DataFolder.claim(home).orElseThrow();
    }

    private static long process(DataFolder folder) throws Exception {
        return PostmasterFile.read(folder.path().resolve("postgres")).orElseThrow().pid();
    }

    private static String show(Database database, String setting) {
        return database.queryFirst(Sql.of("show " + setting), row -> row.getString(1))
                .orElseThrow();
    }

    private static List<String> tables(Database database) {
        return database.query(
                Sql.of("select tablename from pg_tables where schemaname = 'public'"),
                row -> row.getString(1));
    }
}

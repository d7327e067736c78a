package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    @TempDir private Path data;

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void saysInOneLineWhyADatabaseCannotBeUsed() {
        make("storage_closed", "encoding 'UTF8'");
        POSTGRES.database().update(Sql.of("create role newcomer login password 'x'"));
        String url = POSTGRES.settings().url();
        try {
            assertFails(
                    login(url.replaceFirst("/[^/]*$", "/storage_closed"), "newcomer", "x"),
                    "GRANT CREATE ON DATABASE \"storage_closed\" TO \"newcomer\"");
            assertFails(login(url, "newcomer", "wrong"), "password authentication failed");
            assertFails(
                    login(url.replaceFirst("/[^/]*$", "/nowhere"), "newcomer", "x"),
                    "\"nowhere\" does not exist");
            assertFails(
                    login("jdbc:postgresql://no-such-host.invalid/x", "newcomer", "x"),
                    "the host no-such-host.invalid is not known");
        } finally {
            drop("storage_closed");
            POSTGRES.database().update(Sql.of("drop role newcomer"));
        }
    }

    private static void assertFails(ServerSettings settings, String reason) {
        assertThatThrownBy(() -> Storage.own(settings))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("can't use the database at")
                .hasMessageContaining(reason)
                .extracting(failure -> String.valueOf(failure.getMessage()).lines().count())
                .isEqualTo(1L);
    }

    private ServerSettings login(String url, String user, String password) {
        return ServerSettings.read(
                new Settings(
                        Map.of(
                                "data",
                                data.toString(),
                                "database.url",
                                url,
                                "database.user",
                                user,
                                "database.password",
                                password,
                                "database.connection-timeout",
                                "2s"),
                        Map.of(),
                        Map.of()));
    }

    private ServerSettings settings(String database) {
        var settings =
                new Settings(
                        Map.of(
                                "data", data.toString(),
                                "database.url",
                                        POSTGRES.settings()
                                                .url()
                                                .replaceFirst("/[^/]*$", "/" + database),
                                "database.user", POSTGRES.settings().user().orElse("postgres"),
                                "database.password", POSTGRES.settings().password().orElse("")),
                        Map.of(),
                        Map.of());
        return ServerSettings.read(settings);
    }

    private static void make(String database, String how) {
        POSTGRES.database()
                .update(Sql.of("create database " + database + " template template0 " + how));
    }

    private static void drop(String database) {
        POSTGRES.database().update(Sql.of("drop database " + database));
    }

    @Test
    void refusesADatabaseThatCannotHoldAllText() {
        make("storage_latin", "encoding 'LATIN1' locale_provider 'libc' locale 'C'");
        try {
            assertThatThrownBy(() -> Storage.own(settings("storage_latin")))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("stores text as LATIN1")
                    .hasMessageContaining("encoding 'UTF8'");
        } finally {
            drop("storage_latin");
        }
    }

    @Test
    void takesADatabaseWithTheOrderOfALanguage() {
        make("storage_language", "encoding 'UTF8' locale_provider 'icu' icu_locale 'en-US'");
        try (var storage = Storage.own(settings("storage_language"))) {
            assertThat(storage.apps().list()).isEmpty();
        } finally {
            drop("storage_language");
        }
    }

    private static ServerSettings server(Path data, String... more) {
        Map<String, String> all = new HashMap<>();
        all.put("data", data.toString());
        all.put("http.port", "0");
        all.put("functions.warm", "false");
        all.put("database.url", POSTGRES.settings().url());
        all.put("database.user", POSTGRES.settings().user().orElse("postgres"));
        all.put("database.password", POSTGRES.settings().password().orElse(""));
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return ServerSettings.read(new Settings(all, Map.of(), Map.of()));
    }

    @Test
    void startsOnlyWithTheFolderThatHasTheFilesOfItsDatabase() throws IOException {
        Path first = data.resolve("first");
        Path second = data.resolve("second");
        RialtoServer.start(server(first)).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first)))
                .isEqualTo("rwx------");
        Path id = first.resolve("files").resolve("storage-id");
        String known = Files.readString(id);

        assertThatThrownBy(() -> RialtoServer.start(server(second)))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("files uploaded to one server would be missing")
                .hasMessageContaining("--set files.adopt=" + known);
        String shared = first.resolve("files").toString();
        RialtoServer.start(server(second, "files.folder", shared)).close();

        RialtoServer.start(server(second, "files.adopt", known)).close();
        assertThat(Files.readString(id)).isEqualTo(known);
        assertThatThrownBy(() -> RialtoServer.start(server(first)))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("has the id " + known);
        assertThatThrownBy(() -> RialtoServer.start(server(first, "files.adopt", known)))
                .isInstanceOf(SetupException.class);
    }

    @Test
    void startsWithFilesInTheDatabaseOnlyWhereNoFolderHasThem() {
        try (var postgres = TestDatabase.create()) {
            String url = postgres.settings().url();
            Path folder = data.resolve("with-folder");
            RialtoServer.start(server(folder, "database.url", url)).close();
            ServerSettings inDatabase =
                    server(
                            data.resolve("without"),
                            "database.url",
                            url,
                            "files.storage",
                            "database");
            assertThatThrownBy(() -> RialtoServer.start(inDatabase))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("are in a folder with the id");

            FilesMove.intoDatabase(server(folder, "database.url", url));
            RialtoServer.start(inDatabase).close();
            RialtoServer.start(inDatabase).close();
            assertThat(data.resolve("without").resolve("files")).doesNotExist();
            assertThatThrownBy(() -> RialtoServer.start(server(folder, "database.url", url)))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("set files.storage to database");
        }
    }
}

package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.server.ModelClients.Reader;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.store.Sql;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node of this version and one of the next, which has two more migrations and is a process of
/// its own, on one database.
final class NeighbouringVersionsTest {
    private static final int THIS = 0;
    private static final int NEXT = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path home;
    private final ModelClients clients = new ModelClients(-1);

    @Test
    void workSideBySide() throws Exception {
        try (clients;
                var server = new TestServer();
                var next = start(server, "99.1.0", Version.current())) {
            clients.reach(server.port(), next.port());
            assertThat(migrated(server, "app_" + TestServer.APP)).isTrue();
            tellEachOtherOfWrites();
            tellEachOtherOfClasses();
            shareAnAppOfTheOlder(server);
            assertThatThrownBy(() -> start(server, "99.2.0", "99.1.0").close())
                    .as("too new to run beside this one")
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "this is Rialto 99.2.0, which may not run beside " + Version.current());
            assertThatThrownBy(() ->
                            FilesMove.intoDatabase(
                                    ServerSettings.read(
                                            new Settings(
                                                    server.settingsOfAnotherNode(),
                                                    Map.of(),
                                                    Map.of()))))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("servers run on this database");
            assertThat(newest(server)).containsExactly("99.1.0");
            try (RialtoServer again = server.anotherNode()) {
                assertThat(again.apps().list()).as("an older one that starts").isNotEmpty();
            }
            assertThat(newest(server)).containsExactly("99.1.0");
        }
    }

    /// A node of another version.
    private KilledNode start(TestServer server, String version, String oldestBeside)
            throws IOException {
        Path program = Files.createDirectories(home.resolve(version));
        write(
                program.resolve("dev/rialto/server/build.properties"),
                "version = " + version + "\noldest-beside = " + oldestBeside + "\n");
        write(
                program.resolve("db/app/V999_1__next.sql"),
                "create table \"_next\" (n int); alter table \"_schema\" add column next int");
        write(
                program.resolve("db/platform/V999_2__next.sql"),
                "alter table rialto.app add column next text not null default 'x'");
        return KilledNode.start(
                server.settingsOfAnotherNode(),
                program + File.pathSeparator + System.getProperty("java.class.path"));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
    }

    private static boolean migrated(TestServer server, String schema) {
        return server.database()
                .queryFirst(
                        Sql.of("select to_regclass(?) is not null", schema + "._next"),
                        row -> row.getBoolean(1))
                .orElseThrow();
    }

    private static List<String> newest(TestServer server) {
        return server.database()
                .query(
                        Sql.of("select newest from rialto.program_version"),
                        row -> row.getString(1));
    }

    private Reply send(int node, String method, String path, String body) {
        return clients.send(node, Reader.MASTER, method, path, body).orElseThrow();
    }

    private void tellEachOtherOfWrites() {
        Reply created = send(THIS, "POST", "/classes/Game", "{\"n\":0}");
        String path = "/classes/Game/" + created.text("objectId");
        for (int n = 1; n < 5; n++) {
            int writer = n % 2;
            int now = n;
            assertThat(read(1 - writer, path)).isBetween(0, n);
            send(writer, "PUT", path, "{\"n\":" + n + "}");
            await(() -> read(1 - writer, path) == now);
            assertThat(read(writer, path)).isEqualTo(n);
        }
    }

    private int read(int node, String path) {
        return send(node, "GET", path, "").body().path("n").asInt(-1);
    }

    private void tellEachOtherOfClasses() {
        for (int node : List.of(THIS, NEXT)) {
            String field = "by" + node;
            Reply put =
                    send(
                            node,
                            "PUT",
                            "/schemas/Game",
                            "{\"fields\":{\"%s\":{\"type\":\"String\"}}}".formatted(field));
            assertThat(put.status()).as(put.toString()).isEqualTo(200);
            await(() ->
                    send(1 - node, "GET", "/schemas/Game", "").body().path("fields").has(field));
            String object = "{\"%s\":\"x\"}".formatted(field);
            assertThat(send(1 - node, "POST", "/classes/Game", object).status()).isEqualTo(201);
        }
    }

    private void shareAnAppOfTheOlder(TestServer server) {
        server.makeOtherAnew();
        clients.as(Reader.MEMBER, Sender.of(TestServer.OTHER_APP, "second-master-key"));
        assertThat(migrated(server, "app_" + TestServer.OTHER_APP)).isFalse();
        for (int node : List.of(NEXT, THIS, NEXT)) {
            await(() ->
                    clients.send(node, Reader.MEMBER, "POST", "/classes/Note", "{\"n\":1}")
                                    .orElseThrow()
                                    .status()
                            == 201);
            await(() -> migrated(server, "app_" + TestServer.OTHER_APP));
        }
    }

    private static void await(BooleanSupplier condition) {
        Instant limit = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(limit);
            try {
                Thread.sleep(20);
            } catch (InterruptedException stop) {
                throw new AssertionError(stop);
            }
        }
    }
}

package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.cli.ServerOptions.CommandContext;
import dev.rialto.kernel.SetupException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ServerOptionsTest {
    @TempDir private Path folder;

    private final StringWriter notes = new StringWriter();

    @Test
    void takesTheEnvironmentAndOverItTheOptions() {
        var environment =
                Map.of(
                        "RIALTO_SERVER",
                        "https://api.example.com/backend/v1/",
                        "RIALTO_APP",
                        "shop",
                        "RIALTO_MASTER_KEY",
                        "one");

        try (var server = connect(environment)) {
            assertThat(server.root()).hasToString("https://api.example.com/backend/v1");
            assertThat(server.credentials()).isEqualTo(Credentials.master("shop", "one"));
            assertThat(server.credentials().toString()).doesNotContain("one");
        }
        try (var server =
                connect(environment, "--server", "http://localhost:8080", "--app", "other")) {
            assertThat(server.root()).hasToString("http://localhost:8080/v1");
            assertThat(server.credentials()).isEqualTo(Credentials.master("other", "one"));
        }
        assertThat(notes.toString()).isEmpty();
    }

    @Test
    void takesTheLocalServerAndItsFirstAppWhenNothingIsTold() {
        try (var server = connect(Map.of(), "--master-key", "one")) {
            assertThat(server.root()).hasToString("http://127.0.0.1:1337/v1");
            assertThat(server.credentials().app()).isEqualTo("app");
        }
    }

    @Test
    void takesTheKeyThatIsKeptInADataFolderAround() throws Exception {
        Path data = Files.createDirectory(folder.resolve("rialto-data"));
        Files.writeString(data.resolve(LocalKeys.FILE), "shop=kept\n");
        Path inside = Files.createDirectories(folder.resolve("functions/greeter"));

        try (var server = options().connect(new CommandContext(Map.of(), inside), writer())) {
            assertThat(server.credentials()).isEqualTo(Credentials.master("shop", "kept"));
        }
    }

    @Test
    void takesTheServerThatRunsOnTheDataFolder() throws Exception {
        Path data = Files.createDirectory(folder.resolve("rialto-data"));
        Files.writeString(data.resolve(LocalKeys.FILE), "app=kept\n");
        Path other = Files.createDirectory(folder.resolve("other"));
        var variable = Map.of("RIALTO_SERVER", "http://127.0.0.1:3");

        writeAddress(data, ProcessHandle.current(), "http://127.0.0.1:1/v1");
        assertThat(root(Map.of())).isEqualTo("http://127.0.0.1:1/v1");
        assertThat(root(Map.of(), "--server", "http://127.0.0.1:2")).endsWith(":2/v1");
        assertThat(root(variable)).endsWith(":3/v1");
        assertThat(root(variable, "--data", data.toString())).endsWith(":1/v1");
        assertThat(root(variable, "--data", other.toString())).endsWith(":3/v1");
        // kill -9: the file is left, and the process is gone or another.
        Process gone = new ProcessBuilder("true").start();
        writeAddress(data, gone.toHandle(), "http://127.0.0.1:1/v1");
        gone.waitFor();
        assertThat(root(Map.of())).endsWith(":1337/v1");
    }

    private static void writeAddress(Path data, ProcessHandle process, String root)
            throws Exception {
        String begun = process.info().startInstant().map(Instant::toString).orElse("");
        Files.writeString(
                data.resolve("server.address"), root + "\n" + process.pid() + "\n" + begun + "\n");
    }

    private String root(Map<String, String> environment, String... arguments) {
        try (var server =
                options(arguments)
                        .connectAsClient(
                                new CommandContext(environment, folder),
                                Optional.empty(),
                                Optional.empty())) {
            return server.root().toString();
        }
    }

    @Test
    void showsNoKeyOfThisMachineToServersElsewhere() throws Exception {
        Path data = Files.createDirectory(folder.resolve("rialto-data"));
        Files.writeString(data.resolve(LocalKeys.FILE), "app=kept\n");

        assertThatThrownBy(() -> connect(Map.of(), "--server", "https://api.example.com"))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("RIALTO_MASTER_KEY");
    }

    @Test
    void warnsWhenTheKeyGoesInTheClear() {
        connect(Map.of(), "--server", "http://api.example.com", "--master-key", "one").close();

        assertThat(notes.toString()).contains("unencrypted").doesNotContain("one\n");
    }

    @Test
    void refusesAnAddressThatIsNone() {
        for (String wrong :
                new String[] {"localhost", "ftp://x", "http://", "http://me:pw@x", "http://x?y"}) {
            assertThatThrownBy(() -> connect(Map.of(), "--server", wrong, "--master-key", "k"))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("--server must be like");
        }
    }

    @Test
    void clientsShowNoMasterKey() {
        var environment = Map.of("RIALTO_MASTER_KEY", "one", "RIALTO_REST_KEY", "rest");
        try (var server =
                options()
                        .connectAsClient(
                                new CommandContext(environment, folder),
                                Optional.empty(),
                                Optional.empty())) {
            assertThat(server.credentials().masterKey()).isEmpty();
            assertThat(server.credentials().restKey()).contains("rest");
        }
    }

    private RemoteServer connect(Map<String, String> environment, String... arguments) {
        return options(arguments).connect(new CommandContext(environment, folder), writer());
    }

    private PrintWriter writer() {
        return new PrintWriter(notes, true);
    }

    private static ServerOptions options(String... arguments) {
        return CommandLine.populateCommand(new ServerOptions(), arguments);
    }
}

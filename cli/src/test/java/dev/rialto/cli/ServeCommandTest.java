package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
    @TempDir private Path home;

    @Test
    void makesAnAppOnTheFirstStartAndShowsItsKeysOnce() throws Exception {
        String master;
        try (var server = serve()) {
            String address = server.readyAddress();
            assertThat(server.said()).contains("app id                app");
            master = server.said().replaceAll("(?s).*\nmaster key +(\\S+)\n.*", "$1");
            assertThat(master).hasSize(40);
            assertThat(status(address, "app", master)).isEqualTo(200);
            assertThat(status(address, "app", master + "x")).isEqualTo(403);
            assertThat(status(address, "other", master)).isEqualTo(403);
        }

        try (var server = serve()) {
            String address = server.readyAddress();
            assertThat(server.said()).contains("apps: app").doesNotContain(master);
            assertThat(status(address, "app", master)).isEqualTo(200);
        }
    }

    @Test
    void leavesNothingBehindOnCtrlC() throws Exception {
        try (var server = serve()) {
            server.readyAddress();
            assertThat(postgresProcesses()).isNotEmpty();

            server.interrupt();

            server.exitCode();
            assertThat(postgresProcesses()).isEmpty();
            assertThat(home.resolve("data/postgres/postmaster.pid")).doesNotExist();
            assertThat(home.resolve("data/server.address")).doesNotExist();
        }
    }

    @Test
    void tellsLoadBalancersThatItStopsAndServesOnUntilASecondSignal() throws Exception {
        try (var server =
                RunningCommand.start(
                        "serve", "--port", "0", "--data", data(), "--set", "http.drain=10m")) {
            String address = server.readyAddress();
            String key = server.said().replaceAll("(?s).*\nmaster key +(\\S+)\n.*", "$1");
            assertThat(health(address, "")).isEqualTo("200 {\"status\":\"ok\"}");

            server.terminate();

            String health = health(address, "");
            long limit = System.nanoTime() + 60_000_000_000L;
            while (health.startsWith("200")) {
                assertThat(System.nanoTime()).as("still not draining").isLessThan(limit);
                Thread.sleep(10);
                health = health(address, "");
            }
            assertThat(health).isEqualTo("503 {\"status\":\"draining\"}");
            assertThat(health(address, "/ready")).isEqualTo(health);
            assertThat(health(address, "/live")).isEqualTo("200 {\"status\":\"ok\"}");
            assertThat(status(address, "app", key)).isEqualTo(200);
            server.terminate();
            assertThat(server.exitCode()).isEqualTo(143);
            // As after kill -9: the next start would stop it.
            postgresProcesses().forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void endsWhenItWasStartedInTheBackgroundOfAScript() throws Exception {
        try (var server =
                RunningCommand.startInBackground("serve", "--port", "0", "--data", data())) {
            server.readyAddress();

            server.interrupt();

            server.exitCode();
            assertThat(postgresProcesses()).isEmpty();
        }
    }

    @Test
    void startsAgainAfterKillMinusNineWithItsDataAndOnePostgreSql() throws Exception {
        String key;
        List<ProcessHandle> left;
        try (var server = serve()) {
            server.readyAddress();
            key = server.said().replaceAll("(?s).*\nmaster key +(\\S+)\n.*", "$1");
            server.kill();
            left = postgresProcesses();
        }

        try (var server = serve()) {
            assertThat(status(server.readyAddress(), "app", key)).isEqualTo(200);
            assertThat(postgresProcesses()).hasSize(1).doesNotContainAnyElementsOf(left);
            server.interrupt();
            server.exitCode();
            assertThat(postgresProcesses()).isEmpty();
        }
    }

    @Test
    void letsCommandsWorkBesideIt() throws Exception {
        try (var server = serve()) {
            String address = server.readyAddress();
            // It is on a port of its own, which the data folder tells.
            assertThat(RunningCommand.finish("functions", "--data", data()).said())
                    .doesNotContain("no server answers");
            assertThat(status(address, "late", "key")).isEqualTo(403);

            var create =
                    RunningCommand.finish(
                            "app", "create", "late", "--master-key", "key", "--data", data());

            assertThat(create.said()).contains("master key            key");
            assertThat(eventually(address, "late", "key", 200)).isEqualTo(200);
            RunningCommand.finish(
                    "app", "keys", "late", "--replace", "master=new", "--data", data());
            assertThat(eventually(address, "late", "new", 200)).isEqualTo(200);
            assertThat(status(address, "late", "key")).isEqualTo(403);
            var delete = RunningCommand.finish("app", "delete", "late", "--yes", "--data", data());
            assertThat(delete.said()).isEqualTo("deleted late");
            assertThat(eventually(address, "late", "new", 403)).isEqualTo(403);
        }
    }

    @Test
    void refusesASizeOfTheHeapThatJavaWasNotStartedWith() throws Exception {
        var serve = RunningCommand.finish("serve", "--data", data(), "--set", "memory=4096GB");

        assertThat(serve.exitCode()).isEqualTo(1);
        assertThat(serve.said())
                .startsWith("rialto: memory is set to 4194304 MB, but Java was started with")
                .doesNotContain("\n");
    }

    @Test
    void refusesADataFolderInUseInOneLine() throws Exception {
        try (var server = serve()) {
            server.readyAddress();

            var second = serve();

            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.said())
                    .contains("is in use by process " + server.pid())
                    .doesNotContain("\n");
        }
    }

    @Test
    void saysInOneLineWhatIsInTheWay() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());

            var busy = RunningCommand.start("serve", "--data", data(), "--port", port);

            assertThat(busy.exitCode()).isEqualTo(1);
            assertThat(busy.said()).contains("can't listen on 127.0.0.1 port " + port);
            assertThat(busy.said().lines()).hasSize(1);
            assertThat(postgresProcesses()).isEmpty();
        }
        var unreachable =
                RunningCommand.finish(
                        "serve",
                        "--data",
                        data(),
                        "--database-url",
                        "postgresql://me:hunter2@127.0.0.1:1/none");
        assertThat(unreachable.exitCode()).isEqualTo(1);
        assertThat(unreachable.said())
                .contains("can't use the database at postgresql://127.0.0.1:1/none")
                .doesNotContain("hunter2");
        assertThat(unreachable.said().lines()).hasSize(1);
        Path file = Files.createFile(home.resolve("file"));
        var noFolder = RunningCommand.finish("serve", "--data", file.toString());
        assertThat(noFolder.exitCode()).isEqualTo(1);
        assertThat(noFolder.said()).contains("can't use the data folder " + file);
    }

    @Test
    void reportsAllWrongSettingsTogether() throws Exception {
        Path config = Files.writeString(home.resolve("rialto.conf"), "http.prot = 80\n");

        var refused =
                RunningCommand.finish(
                        "serve", "--config", config.toString(), "--port", "x", "--app", "a");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.said())
                .contains("http.port: \"x\" is not valid")
                .contains("app.master-key: --app needs a --master-key")
                .contains("http.prot: there is no such setting");
    }

    private RunningCommand serve() throws Exception {
        return RunningCommand.start("serve", "--port", "0", "--data", data());
    }

    private String data() {
        return home.resolve("data").toString();
    }

    private List<ProcessHandle> postgresProcesses() throws Exception {
        String cluster = home.toRealPath().resolve("data/postgres").toString();
        return ProcessHandle.allProcesses()
                .filter(process ->
                        Arrays.asList(process.info().arguments().orElse(new String[0]))
                                .contains(cluster))
                .toList();
    }

    private static int eventually(String address, String app, String key, int wanted)
            throws Exception {
        int status = status(address, app, key);
        for (int attempt = 0; status != wanted && attempt < 100; attempt++) {
            Thread.sleep(20);
            status = status(address, app, key);
        }
        return status;
    }

    private static String health(String address, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(address + "/v1/health" + path)).build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body().replaceAll(",\"warnings.*", "}");
        }
    }

    private static int status(String address, String app, String masterKey) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create(address + "/v1/serverInfo"))
                            .header("X-Parse-Application-Id", app)
                            .header("X-Parse-Master-Key", masterKey)
                            .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}

package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.node.NodeSettings.Isolation;
import dev.rialto.workers.IsolatedSettings.Wanted;
import dev.rialto.workers.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Attacks by code that Node.js itself does not hold back, so that what holds is the namespaces.
class ConfinementTest {
    private static final String SECRET = "a secret of the server";

    /// What an attacked worker must not end.
    private static CloudCode code;

    private static CloudCode neighbour;

    @TempDir private static Path data;

    private static CloudCode attacker(String name, String... outbound) {
        NodeSettings usual = CloudCode.settings(new Isolation(Wanted.REQUIRED, false, 4L << 20));
        return new CloudCode(
                new NodeSettings(
                        usual.command(),
                        usual.folder(),
                        256L << 20,
                        usual.isolation(),
                        usual.instances(),
                        usual.start(),
                        usual.patience()),
                List.of(outbound),
                Map.of(
                        "main.js",
                        CloudCode.resource("/attacks.js"),
                        Artifact.DESCRIPTOR,
                        CloudCode.MICRO_APP.replace("\"a\"", "\"" + name + "\"")),
                Map.of());
    }

    @BeforeAll
    static void start() throws IOException {
        code = attacker("attacker", "public");
        neighbour = attacker("neighbour", "public", "127.0.0.1");
        Files.writeString(data.resolve("secret.txt"), SECRET);
    }

    @AfterAll
    static void stop() {
        code.close();
        neighbour.close();
    }

    private static JsonNode attack(String how, String options) {
        String more = options.isEmpty() ? "" : "," + options;
        return code.call("attack", "{'how':'" + how + "'" + more + "}");
    }

    private static void assertHeld(String how, String options, String... why) {
        assertThatThrownBy(() -> attack(how, options))
                .as(how + " " + options)
                .isInstanceOf(RialtoException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).containsAnyOf(why));
        assertAllLive();
    }

    private static void assertAllLive() {
        assertThat(code.call("ping", "{}").stringValue()).isEqualTo("pong");
        assertThat(neighbour.call("ping", "{}").stringValue()).isEqualTo("pong");
    }

    @Test
    void signalsReachNobodyElse() {
        List<Long> mine = code.pids();
        List<Long> others = neighbour.pids();
        for (String signal : List.of("SIGKILL", "SIGTERM", "SIGSTOP", "SIGUSR1")) {
            attack("parricide", "'signal':'" + signal + "'");
            for (long pid : others) {
                assertHeld("kill", "'pid':" + pid + ",'signal':'" + signal + "'", "ESRCH");
            }
            assertHeld(
                    "kill",
                    "'pid':" + ProcessHandle.current().pid() + ",'signal':'" + signal + "'",
                    "ESRCH");
        }
        assertHeld("kill", "'pid':-1,'signal':'SIGKILL'", "ESRCH", "EPERM");
        assertHeld("debug", "'pid':" + others.getLast(), "ESRCH", "process");
        assertThat(code.pids()).isEqualTo(mine);
        assertThat(neighbour.pids()).isEqualTo(others);
    }

    @Test
    void seesNoProcessesButItsOwn() {
        assertThat(attack("processes", "").toString())
                .doesNotContain("java", "postgres")
                .contains("worker.mjs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/shadow",
                "/etc/hostname",
                "/root/.bashrc",
                "/home",
                "/proc/1/environ",
                "/proc/1/root/etc/shadow",
                "/proc/1/cwd/main.js",
                "/proc/self/root/root",
                "/var/lib",
                "/run",
                "/sys/kernel",
                "/dev/sda",
                "/dev/mem",
                "/dev/shm",
                "/outside/etc/shadow",
                "/usr/bin/node",
                "../../../package.json"
            })
    void readsNoFilesOfTheMachine(String path) {
        assertHeld("read", "'path':'" + path + "'", "ENOENT", "EACCES", "EPERM");
        assertHeld("link", "'path':'" + path + "'", "ENOENT", "EACCES", "EPERM", "EEXIST");
    }

    @Test
    void readsNoFilesOfTheServer() {
        String secret = data.resolve("secret.txt").toString();
        assertHeld("read", "'path':'" + secret + "'", "ENOENT");
        assertHeld("list", "'path':'" + data + "'", "ENOENT");
        assertHeld("read", "'path':'/proc/1/root" + secret + "'", "EACCES", "ENOENT", "EPERM");
        String projects = CloudCode.FOLDER.toAbsolutePath().toString();
        assertHeld("list", "'path':'" + projects + "'", "ENOENT");
        assertHeld("require", "'path':'" + secret + "'", "Cannot find module");
        assertHeld("require", "'path':'/usr/bin/node'", "Cannot find module");
        assertThat(attack("root", "").toString())
                .isEqualTo(
                        "[\"bin\",\"cloud\",\"dev\",\"etc\",\"lib\",\"lib64\",\"outside\","
                                + "\"proc\",\"rialto\",\"tmp\",\"usr\"]");
        assertThat(attack("list", "'path':'/outside'").toString()).isEqualTo("[]");
        assertThat(attack("list", "'path':'/rialto'").toString()).isEqualTo("[]");
        assertThat(attack("list", "'path':'/cloud'").toString())
                .isEqualTo("[\"net\",\"node_modules\",\"project\",\"worker\"]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a",
                "/cloud/project/main.js",
                "/cloud/project/new.js",
                "/cloud/worker/worker.mjs",
                "/cloud/node_modules/parse/index.js",
                "/cloud/net/a",
                "/etc/passwd",
                "/bin/node",
                "/usr/lib/a",
                "/dev/a",
                "/outside/a",
                "/rialto/socket",
                "/proc/sys/kernel/core_pattern",
                "/proc/sys/user/max_user_namespaces",
                "/proc/1/oom_score_adj"
            })
    void writesNowhereElse(String path) {
        assertHeld("write", "'path':'" + path + "'", "EROFS", "EACCES", "EPERM", "ENOENT");
        assertHeld("socket", "'path':'" + path + "'", "EROFS", "EACCES", "EADDRINUSE", "ENOENT");
    }

    @Test
    void writesNoMoreThanItsQuota() {
        assertHeld("fill", "'megabytes':400", "ENOSPC");
        assertThat(attack("shell", "'command':'rm -f /tmp/fill* || echo > /tmp/fill0'").isString())
                .as("there is no rm inside; a file may be cut")
                .isTrue();
        try (CloudCode other = attacker("files")) {
            assertThatThrownBy(() -> other.call("attack", "{'how':'files'}"))
                    .hasMessageContaining("ENOSPC");
            assertThat(other.call("ping", "{}").stringValue()).isEqualTo("pong");
        }
        assertThat(attack("sparse", "").isNumber()).isTrue();
    }

    @Test
    void listensWhereNobodyHears() {
        int port = attack("listen", "").intValue();
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(IOException.class);
        assertThat(attack("socket", "'path':'/tmp/own.sock'").stringValue()).isEqualTo("listens");
        assertThat(attack("interfaces", "").toString())
                .as("its own loopback, if the system has a command to start that")
                .isIn("[]", "[\"lo\"]");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0.0.0.0",
        "localhost",
        "LOCALHOST.",
        "::1",
        "::ffff:127.0.0.1",
        "::",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.0.1",
        "fe80::1",
        "fd00:ec2::254"
    })
    void connectsToNothingPrivate(String host) throws IOException {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String where = "'host':'" + host + "','port':" + server.getLocalPort();
            assertHeld("connect", where, "this server allows no connection", "ENOTFOUND");
            server.setSoTimeout(1);
            assertThatThrownBy(server::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void hasNoWayAroundTheServer() throws IOException {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String where = "'host':'127.0.0.1','port':" + server.getLocalPort();
            assertHeld("raw", where, "status");
            assertHeld("raw", "'host':'93.184.216.34','port':80", "status");
        }
    }

    @Test
    void hasNoPrivileges() {
        String status = attack("status", "").stringValue();
        assertThat(status)
                .contains(
                        "CapPrm:\t0000000000000000",
                        "CapEff:\t0000000000000000",
                        "CapBnd:\t0000000000000000",
                        "NoNewPrivs:\t1");
        assertHeld("setuid", "", "EPERM", "EINVAL");
        assertHeld("chroot", "", "EROFS", "EACCES");
        assertHeld("namespace", "", "unshare failed");
        assertHeld("shell", "'command':'ulimit -c unlimited'", "Command failed");
        assertHeld("shell", "'command':'cat /etc/shadow'", "Command failed");
    }

    @Test
    void startsNoMoreProcessesThanItMay() {
        JsonNode forks = attack("forks", "");
        assertThat(forks.path("alive").intValue()).isLessThan(256);
        assertThat(forks.path("codes").toString()).contains("EAGAIN");
        assertAllLive();
    }

    @Test
    void leavesNoProcessBehind() {
        try (CloudCode other = attacker("orphan")) {
            other.call("attack", "{'how':'orphan'}");
            List<Long> pids = other.pids();
            assertThat(pids).hasSizeGreaterThan(3);
            other.revision.close();
            for (long each : pids) {
                ProcessHandle.of(each).ifPresent(still -> still.onExit().join());
            }
        }
    }

    @Test
    void isToldNoSecrets() {
        assertThat(attack("argv", "").toString())
                .doesNotContain("master", "password", System.getProperty("user.dir"))
                .contains("PATH=");
        assertThat(attack("variables", "").toString())
                .isEqualTo("[\"NODE_ENV\",\"PATH\",\"RIALTO_SOCKET\",\"TMPDIR\",\"TZ\"]");
        assertThat(attack("cwd", "").stringValue()).isEqualTo("/cloud/project");
    }

    @Test
    void cannotSpeakForTheWorkerOfAnother() {
        try (CloudCode other = attacker("rubbish")) {
            assertThatThrownBy(() -> other.call("attack", "{'how':'descriptors'}"))
                    .isInstanceOf(RialtoException.class);
            assertThat(other.call("ping", "{}").stringValue()).isEqualTo("pong");
        }
        assertAllLive();
    }

    @Test
    void runsWhatCloudCodeNeeds() {
        assertThat(code.call("works", "{}").toString())
                .isEqualTo(
                        "{\"scratch\":\"kept\",\"own\":\"attacker\",\"hash\":\"2d7116\","
                                + "\"random\":4,\"zipped\":\"zip\",\"user\":\"cloud\","
                                + "\"games\":2}");
    }

    @Test
    void speaksToServersThatAreAllowed() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    int length = exchange.getRequestBody().readAllBytes().length;
                    byte[] body =
                            (exchange.getRequestMethod() + " " + length)
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        try {
            assertThat(neighbour.call("speaks", "{'url':'" + url + "'}"))
                    .isEqualTo(
                            Json.read(
                                    """
                                    {"got":"GET 0","posted":"POST 300000","http":"GET 0",
                                     "raw":"HTTP/1.1 200 127.0.0.1"}\
                                    """));
            assertThat(code.call("fails", "{'url':'" + url + "'}").stringValue())
                    .startsWith("EACCES this server allows no connection to 127.0.0.1 at port");
        } finally {
            server.stop(0);
        }
        // Not the port above: to that one Node.js may still have a connection.
        assertThat(neighbour.call("fails", "{'url':'" + nobody() + "'}").stringValue())
                .startsWith("ECONNREFUSED connect ECONNREFUSED 127.0.0.1:");
        assertThat(neighbour.call("fails", "{'url':'http://nowhere.invalid/'}").stringValue())
                .startsWith("ENOTFOUND getaddrinfo ENOTFOUND nowhere.invalid");
    }

    /// The address of a port at which nobody listens.
    private static String nobody() throws IOException {
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + closed.getLocalPort() + "/";
        }
    }

    @Test
    void refusesToRunWhatCanNotBeConfined(@TempDir Path empty) throws IOException {
        Path old = empty.resolve("unshare");
        Files.writeString(old, "#!/bin/sh\necho unshare: Operation not permitted >&2\nexit 1\n");
        assertThat(old.toFile().setExecutable(true)).isTrue();
        for (String path : List.of(empty.toString(), "/nowhere")) {
            assertThatThrownBy(() -> unconfinable(Wanted.REQUIRED, path))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("micro apps in JavaScript can't be confined")
                    .hasMessageContaining("functions.node.namespaces requires it")
                    .hasMessageContaining("unshare");
        }
        try (CloudCode preferred = unconfinable(Wanted.PREFERRED, "/nowhere")) {
            assertThat(preferred.call("ping", "{}").stringValue()).isEqualTo("pong");
        }
    }

    private static CloudCode unconfinable(Wanted namespaces, String path) {
        NodeSettings usual = CloudCode.settings(new Isolation(namespaces, true, 4L << 20));
        return new CloudCode(
                new NodeSettings(
                        Programs.locate("node", System.getenv("PATH")).orElseThrow().toString(),
                        usual.folder(),
                        usual.memory(),
                        usual.isolation(),
                        usual.instances(),
                        usual.start(),
                        usual.patience()),
                List.of("public"),
                Map.of(
                        "main.js",
                        "Parse.Cloud.define('ping', () => 'pong');",
                        Artifact.DESCRIPTOR,
                        CloudCode.MICRO_APP),
                Map.of(),
                Map.of("PATH", path));
    }

    @Test
    void followsTheRulesOfConnectionsWithoutNamespacesToo() throws IOException {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                CloudCode open =
                        new CloudCode(
                                CloudCode.settings(new Isolation(Wanted.OFF, true, 4L << 20)),
                                List.of("public"),
                                Map.of(
                                        "main.js",
                                        CloudCode.resource("/attacks.js")
                                                .replace("require('child_process')", "{}"),
                                        Artifact.DESCRIPTOR,
                                        CloudCode.MICRO_APP),
                                Map.of())) {
            String url = "http://localhost:" + server.getLocalPort();
            assertThat(open.call("fails", "{'url':'" + url + "'}").stringValue())
                    .startsWith("EACCES");
            assertThat(open.call("works", "{}").path("scratch").stringValue()).isEqualTo("kept");
        }
    }
}

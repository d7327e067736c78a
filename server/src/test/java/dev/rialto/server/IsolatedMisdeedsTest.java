package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import dev.rialto.workers.IsolatedRuntime;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Launcher;
import dev.rialto.workers.Surroundings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// A micro app in processes of its own harms nobody, whatever it does: its caller is told what
/// happened, it soon serves again, and another one notices nothing.
class IsolatedMisdeedsTest {
    private static final String SECRET = "a secret of the server";

    /// For what takes long on a busy machine.
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private static final List<String> LOG = new CopyOnWriteArrayList<>();

    @TempDir private static Path data;

    private static IsolatedRuntime runtime;
    private static LoadedRevision bad;
    private static LoadedRevision good;

    @BeforeAll
    static void start() throws IOException {
        JvmRuntimeContract.start();
        Files.writeString(data.resolve("secret.txt"), SECRET);
        runtime =
                new IsolatedRuntime(
                        new Launcher(
                                IsolatedSettings.defaults(),
                                Launcher.Purpose.isolated(Optional.of(data)),
                                Surroundings.of(
                                        Map.of(
                                                "PATH",
                                                System.getenv("PATH"),
                                                "RIALTO_MASTER_KEY",
                                                SECRET))),
                        IsolatedRuntimeTest.IMAGES,
                        (_, _, line) -> LOG.add(line),
                        Timing.SYSTEM);
        bad = load("bad");
        good = load("good");
    }

    @AfterAll
    static void stop() {
        bad.close();
        good.close();
        runtime.close();
        JvmRuntimeContract.stop();
    }

    private static LoadedRevision load(String name) {
        return runtime.load(
                new Release(new App("shop", "app_shop"), name, 1, Map.of()),
                JvmRuntimeContract.compiled(
                        """
                        @Function public final class Contract {
                          @CloudFunction("fine") public String fine() { return "fine"; }
                          @CloudFunction("heap") public int heap() {
                            var all = new ArrayList<byte[]>();
                            while (true) { all.add(new byte[1 << 20]); }
                          }
                          @CloudFunction("offHeap") public int offHeap() throws Exception {
                            var all = new ArrayList<java.lang.foreign.MemorySegment>();
                            while (true) {
                              all.add(java.lang.foreign.Arena.global().allocate(16 << 20).fill((byte) 1));
                            }
                          }
                          @CloudFunction("threads") public int threads() throws Exception {
                            var all = new ArrayList<Thread>();
                            try {
                              for (int i = 0; i < 5000; i++) {
                                all.add(Thread.ofPlatform().daemon().start(() -> {
                                  try { Thread.sleep(60_000); } catch (InterruptedException e) { }
                                }));
                              }
                              return 5000;
                            } finally {
                              for (var each : all) { each.interrupt(); }
                              for (var each : all) { each.join(); }
                            }
                          }
                          @CloudFunction("fork") public String fork() throws Exception {
                            return run("bomb() { bomb | bomb & }; bomb; echo forked");
                          }
                          @CloudFunction("disk") public String disk() throws Exception {
                            try (var out = java.nio.file.Files.newOutputStream(java.nio.file.Path.of("/tmp/full"))) {
                              byte[] piece = new byte[1 << 20];
                              for (int i = 0; i < 1000; i++) { out.write(piece); }
                              return "written";
                            } catch (java.io.IOException full) {
                              return full.getMessage();
                            } finally {
                              java.nio.file.Files.deleteIfExists(java.nio.file.Path.of("/tmp/full"));
                            }
                          }
                          @CloudFunction("files") public String files() throws Exception {
                            var all = new ArrayList<java.io.InputStream>();
                            try {
                              for (int i = 0; i < 10_000; i++) {
                                all.add(new java.io.FileInputStream("/dev/null"));
                              }
                              return "opened";
                            } catch (java.io.IOException full) {
                              return full.getMessage();
                            } finally {
                              for (var each : all) { each.close(); }
                            }
                          }
                          @CloudFunction("crash") public void crash() throws Exception {
                            run("kill -SEGV $PPID");
                            Thread.sleep(10_000);
                          }
                          @CloudFunction("exit") public void exit() { Runtime.getRuntime().halt(7); }
                          @CloudFunction("loop") public void loop() { while (true) { } }
                          @CloudFunction("slow") public String slow() throws Exception {
                            Thread.sleep(2_000);
                            return "done";
                          }
                          @Endpoint("/stream") public HttpResponse stream() {
                            return HttpResponse.stream("text/plain", out -> {
                              while (true) { out.write(new byte[1_000]); }
                            });
                          }
                          @CloudFunction("read") public String read(Map<String, Object> input) {
                            try {
                              return java.nio.file.Files.readString(
                                  java.nio.file.Path.of((String) input.get("path")));
                            } catch (java.io.IOException | RuntimeException none) {
                              return none.getClass().getSimpleName();
                            }
                          }
                          @CloudFunction("environment") public String environment() {
                            return System.getenv().toString();
                          }
                          @CloudFunction("connect") public String connect(Map<String, Object> input) {
                            try (var socket = new java.net.Socket("127.0.0.1", ((Number) input.get("port")).intValue())) {
                              return "connected";
                            } catch (java.io.IOException none) {
                              return "no network";
                            }
                          }
                          private static String run(String script) throws Exception {
                            var process = new ProcessBuilder("/bin/sh", "-c", script).redirectErrorStream(true).start();
                            process.getOutputStream().close();
                            return new String(process.getInputStream().readNBytes(10_000));
                          }
                        }
                        """));
    }

    private static String call(LoadedRevision revision, String function, String input) {
        return call(revision, function, input, Duration.ofSeconds(10));
    }

    private static String call(
            LoadedRevision revision, String function, String input, Duration within) {
        InterfaceDescriptor exposed =
                revision.descriptor().interfaces().stream()
                        .filter(each ->
                                each.bindings().contains(new Binding.CloudFunction(function)))
                        .findFirst()
                        .orElseThrow();
        return revision.find(exposed)
                .call(
                        new Invocation(
                                Json.read(input),
                                new Caller.Anonymous(),
                                Optional.empty(),
                                "request",
                                within,
                                new ListeningHost()))
                .output()
                .asString("");
    }

    private static void servesAgain() throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                assertThat(call(bad, "fine", "{}")).isEqualTo("fine");
                return;
            } catch (RialtoException restarting) {
                if (tries == 20) {
                    throw restarting;
                }
                Thread.sleep(200);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "heap, its heap was full, ALLOCATION_EXCEEDED",
        "offHeap, took more than 384 MB of memory, ALLOCATION_EXCEEDED",
        "crash, the worker ended, SCRIPT_FAILED",
        "exit, exit code 7, SCRIPT_FAILED",
    })
    void tellsTheCallerHowItsProcessEnded(String misdeed, String told, ErrorCode code)
            throws Exception {
        assertThatThrownBy(() -> call(bad, misdeed, "{}"))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code))
                .hasMessageStartingWith(
                        "test-contract-contract-"
                                + misdeed.toLowerCase(Locale.ROOT)
                                + " was stopped: ")
                .hasMessageContaining(told);
        assertThat(call(good, "fine", "{}")).isEqualTo("fine");
        servesAgain();
    }

    @ParameterizedTest
    @CsvSource({
        "disk, No space left on device",
        "files, (Too many open files)",
    })
    void keepsItWithinItsLimits(String misdeed, String told) {
        // Another: what the other tests have left of a bad one may be about to end.
        try (LoadedRevision full = load("full")) {
            assertThat(call(full, misdeed, "{}", A_MINUTE)).contains(told);
            assertThat(call(good, "fine", "{}")).isEqualTo("fine");
            assertThat(call(full, "fine", "{}", A_MINUTE)).isEqualTo("fine");
        }
    }

    /// The reader takes the first piece and nothing more.
    @Test
    void endsAStreamAtItsDeadlineAndNoOtherCall() {
        try (LoadedRevision streaming = load("streaming")) {
            var other = CompletableFuture.supplyAsync(() -> call(streaming, "slow", "{}"));
            InterfaceDescriptor stream =
                    streaming.descriptor().interfaces().stream()
                            .filter(each -> each.bindings().getFirst() instanceof Binding.Endpoint)
                            .findFirst()
                            .orElseThrow();
            assertThatThrownBy(() ->
                            streaming
                                    .find(stream)
                                    .call(
                                            new Invocation(
                                                    Json.object(),
                                                    new Caller.Anonymous(),
                                                    Optional.empty(),
                                                    "request",
                                                    Duration.ofMillis(500),
                                                    new SlowReader())))
                    .isInstanceOfSatisfying(
                            RialtoException.class,
                            told -> assertThat(told.code()).isEqualTo(ErrorCode.TIMEOUT));
            assertThat(other.join()).isEqualTo("done");
        }
    }

    private static final class SlowReader extends ListeningHost {
        @Override
        public Optional<OutputStream> stream(ObjectNode head) {
            return Optional.of(
                    new OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                            try {
                                Thread.sleep(Duration.ofMinutes(1));
                            } catch (InterruptedException ended) {
                                throw new InterruptedIOException();
                            }
                        }
                    });
        }
    }

    @Test
    void endsALoopAtItsDeadline() throws Exception {
        assertThatThrownBy(() -> call(bad, "loop", "{}"))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        told -> assertThat(told.code()).isEqualTo(ErrorCode.TIMEOUT));
        assertThat(call(good, "fine", "{}")).isEqualTo("fine");
        servesAgain();
    }

    @ParameterizedTest
    @CsvSource({"threads", "fork"})
    void survivesBombs(String misdeed) throws Exception {
        try {
            call(bad, misdeed, "{}");
        } catch (RialtoException told) {
            assertThat(told.getMessage()).isNotBlank();
        }
        assertThat(call(good, "fine", "{}")).isEqualTo("fine");
        servesAgain();
    }

    @Test
    void isEndedBeforeTheServerWhenTheMachineHasNoMemory() {
        assertThat(call(bad, "read", "{\"path\":\"/proc/self/oom_score_adj\"}").strip())
                .isEqualTo("500");
    }

    @Test
    void seesNothingOfTheServer() throws Exception {
        assertThat(call(bad, "environment", "{}")).doesNotContain(SECRET);
        for (String path :
                List.of(
                        data.resolve("secret.txt").toString(),
                        "/proc/1/environ",
                        "/proc/" + ProcessHandle.current().pid() + "/environ",
                        "/etc/shadow",
                        "/root/.bashrc")) {
            assertThat(call(bad, "read", "{\"path\":\"" + path + "\"}"))
                    .as(path)
                    .doesNotContain(SECRET)
                    .doesNotContain("root:");
        }
        try (var server =
                new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress())) {
            assertThat(call(bad, "connect", "{\"port\":" + server.getLocalPort() + "}"))
                    .isEqualTo("no network");
        }
    }
}

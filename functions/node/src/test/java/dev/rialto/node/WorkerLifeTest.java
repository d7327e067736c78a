package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.spi.Binding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerLifeTest {
    private final CloudCode code = CloudCode.games();

    @AfterEach
    void stop() {
        code.close();
    }

    @Test
    void doesManyCallsAtOnce() {
        long begun = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                    IntStream.range(0, 100)
                            .mapToObj(n ->
                                    CompletableFuture.supplyAsync(
                                            () ->
                                                    code.call("waits", "{'ms':300,'n':" + n + "}")
                                                            .intValue(),
                                            threads))
                            .toList();
            assertThat(calls.stream().map(CompletableFuture::join).toList())
                    .isEqualTo(IntStream.range(0, 100).boxed().toList());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void answersALateCallAndKeepsTheWorker() {
        int pid = pid();
        assertFails(
                () ->
                        code.call(
                                new Binding.CloudFunction("waits"),
                                "{'ms':60000}",
                                CloudCode.ANYBODY,
                                Duration.ofMillis(200)),
                ErrorCode.TIMEOUT,
                "the function took longer than 0.2 seconds");
        assertThat(pid()).isEqualTo(pid);
    }

    @Test
    void endsAWorkerThatLoopsForEver() {
        int pid = pid();
        var other = CompletableFuture.supplyAsync(() -> code.call("waits", "{'ms':60000}"));
        assertFails(
                () ->
                        code.call(
                                new Binding.CloudFunction("loops"),
                                "{}",
                                CloudCode.ANYBODY,
                                Duration.ofMillis(500)),
                ErrorCode.TIMEOUT,
                "the function took longer than 0.5 seconds");
        assertThatThrownBy(other::join)
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("the worker was busy for longer than 1.0 seconds");
        assertThat(pid()).isNotEqualTo(pid);
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(code.log).anyMatch(line -> line.contains("busy for longer than"));
    }

    @Test
    void endsALoopThatTalks() {
        assertFails(
                () -> code.call("chatters", "{}"),
                ErrorCode.SCRIPT_FAILED,
                "the worker was busy for longer than 1.0 seconds");
    }

    @Test
    void startsAgainAfterACrash() {
        int pid = pid();
        assertFails(() -> code.call("crashes", "{}"), ErrorCode.SCRIPT_FAILED, "exit code 70");
        assertThat(pid()).isNotEqualTo(pid);
        assertThat(code.host.lines).anyMatch(line -> line.contains("out of the blue"));
        assertThat(code.log).containsExactly("error the worker ended (exit code 70)");
        assertFails(() -> code.call("exits", "{}"), ErrorCode.SCRIPT_FAILED, "exit code 3");
        assertThat(code.call("echo", "{'a':1}").toString()).isEqualTo("{\"a\":1}");
    }

    @Test
    void endsALoopWhoseServerWasKilled() throws Exception {
        Process server =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledServer.class.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Optional<ProcessHandle> worker = Optional.empty();
        try (var said = server.inputReader()) {
            worker = ProcessHandle.of(Long.parseLong(said.readLine()));
            server.destroyForcibly().waitFor();
            worker.orElseThrow().onExit().get(10, TimeUnit.SECONDS);
            assertThat(worker.orElseThrow().isAlive()).isFalse();
        } finally {
            server.destroyForcibly();
            worker.ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void survivesAPromiseThatNobodyListensTo() {
        int pid = pid();
        assertThat(code.call("forgets", "{}").stringValue()).isEqualTo("fine");
        assertThat(pid()).isEqualTo(pid);
    }

    @Test
    void endsAWorkerThatTakesTooMuchMemory() {
        assertFails(() -> code.call("eats", "{}"), ErrorCode.SCRIPT_FAILED, "the worker");
        assertFails(
                () -> code.call("hoards", "{}"),
                ErrorCode.SCRIPT_FAILED,
                "the worker took more than 256 MB of memory");
        assertThat(code.call("echo", "{'a':1}").toString()).isEqualTo("{\"a\":1}");
    }

    @Test
    void leavesNothingBehind() {
        var environment = code.call("environment", "{}");
        Path scratch = Path.of(environment.path("TMPDIR").stringValue());
        assertThat(scratch).isDirectory();
        code.revision.close();
        assertThat(ProcessHandle.of(environment.path("pid").intValue())).isEmpty();
        assertThat(scratch.resolveSibling("project")).doesNotExist();
        assertThat(scratch).doesNotExist();
        assertFails(
                () -> code.call("echo", "{}"),
                ErrorCode.SCRIPT_FAILED,
                "this revision takes no more calls");
    }

    @Test
    void letsRunningCallsEndWhenItCloses() throws Exception {
        var call = CompletableFuture.supplyAsync(() -> code.call("waits", "{'ms':700,'n':5}"));
        Thread.sleep(200);
        code.revision.close();
        assertThat(call.join().intValue()).isEqualTo(5);
    }

    private int pid() {
        return code.call("environment", "{}").path("pid").intValue();
    }

    private static void assertFails(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call,
            ErrorCode errorCode,
            String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure -> assertThat(failure.code()).isEqualTo(errorCode))
                .hasMessageContaining(message);
    }
}

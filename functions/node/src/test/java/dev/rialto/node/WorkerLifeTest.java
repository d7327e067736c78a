package dev.rialto.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Binding;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
        List<Long> pids = code.pids();
        assertFails(
                () ->
                        code.call(
                                new Binding.CloudFunction("waits"),
                                "{'ms':60000}",
                                CloudCode.ANYBODY,
                                Duration.ofMillis(200)),
                ErrorCode.TIMEOUT,
                "play-board-cloud-waits was stopped: it took longer than 200 ms");
        assertThat(code.pids()).isEqualTo(pids);
    }

    @Test
    void endsAWorkerThatLoopsForEver() {
        List<Long> pids = code.pids();
        var other = CompletableFuture.supplyAsync(() -> code.call("waits", "{'ms':60000}"));
        assertFails(
                () ->
                        code.call(
                                new Binding.CloudFunction("loops"),
                                "{}",
                                CloudCode.ANYBODY,
                                Duration.ofMillis(500)),
                ErrorCode.TIMEOUT,
                "play-board-cloud-loops was stopped: it took longer than 500 ms");
        assertThatThrownBy(other::join)
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("the worker was busy for longer than 1.0 seconds");
        assertStartedAgain(pids);
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
    void startsAgainAfterItsCodeEndedIt() {
        List<Long> pids = code.pids();
        assertFails(() -> code.call("exits", "{}"), ErrorCode.SCRIPT_FAILED, "exit code 3");
        assertStartedAgain(pids);
        assertThat(code.log).contains("error the worker ended (exit code 3)");
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
        List<Long> worker = List.of();
        try (var said = server.inputReader()) {
            worker = Stream.of(said.readLine().split(" ")).map(Long::valueOf).toList();
            server.destroyForcibly().waitFor();
            assertEnd(worker);
        } finally {
            server.destroyForcibly();
            worker.forEach(
                    each -> ProcessHandle.of(each).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    @Test
    void failsTheCallAloneThatLeavesAnErrorUncaught() {
        List<Long> pids = code.pids();
        var other = CompletableFuture.supplyAsync(() -> code.call("waits", "{'ms':1500,'n':7}"));
        assertFails(() -> code.call("crashes", "{}"), ErrorCode.SCRIPT_FAILED, "out of the blue");
        assertFails(() -> code.call("emits", "{}"), ErrorCode.SCRIPT_FAILED, "nobody listens here");
        assertThatThrownBy(() -> code.call("rejects", "{}")).hasMessage("rejected aside");
        assertThat(other.join().intValue()).isEqualTo(7);
        assertThat(code.host.lines).anyMatch(line -> line.contains("out of the blue"));
        assertThat(code.log).anyMatch(line -> line.contains("of no call"));
        assertThat(code.pids()).isEqualTo(pids);
    }

    @Test
    void logsWhatIsPrintedPastTheConsole() {
        code.call("printsRaw", "{}");
        CloudCode.await(() -> code.log.contains("info past the console"));
        assertThat(code.call("echo", "{'a':1}").toString()).isEqualTo("{\"a\":1}");
    }

    @Test
    void survivesAPromiseThatNobodyListensTo() {
        List<Long> pids = code.pids();
        assertThat(code.call("forgets", "{}").stringValue()).isEqualTo("fine");
        assertThat(code.pids()).isEqualTo(pids);
    }

    @Test
    void endsAWorkerThatTakesTooMuchMemory() {
        assertFails(() -> code.call("eats", "{}"), ErrorCode.ALLOCATION_EXCEEDED, "the worker");
        assertFails(
                () -> code.call("hoards", "{}"),
                ErrorCode.ALLOCATION_EXCEEDED,
                "took more than 256 MB of memory");
        assertThat(code.call("echo", "{'a':1}").toString()).isEqualTo("{\"a\":1}");
    }

    @Test
    void replacesAWorkerWithTooManyCallsThatDoNotEnd() {
        List<Long> pids = code.pids();
        CloudCode.await(() -> {
            hang(200);
            return !code.pids().equals(pids);
        });
        assertStartedAgain(pids);
        assertThat(code.log).anyMatch(line -> line.contains("1000 calls do not end"));
    }

    @Test
    void leavesNothingBehind() {
        List<Long> pids = code.pids();
        Set<Path> before = CloudCode.projects();
        code.revision.close();
        assertEnd(pids);
        assertThat(CloudCode.projects()).hasSize(before.size() - 1);
        assertFails(
                () -> code.call("echo", "{}"),
                ErrorCode.SCRIPT_FAILED,
                "this revision accepts no more calls");
    }

    @Test
    void letsRunningCallsEndWhenItCloses() {
        var call = CompletableFuture.supplyAsync(() -> code.call("waits", "{'ms':700,'n':5}"));
        CloudCode.await(code::isCalled);
        code.revision.close();
        assertThat(call.join().intValue()).isEqualTo(5);
    }

    /// Leaves calls that do not end.
    private void hang(int calls) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < calls; i++) {
                threads.execute(() ->
                        assertThatThrownBy(() ->
                                        code.call(
                                                new Binding.CloudFunction("hangs"),
                                                "{}",
                                                CloudCode.ANYBODY,
                                                Duration.ofMillis(100)))
                                .isInstanceOf(RialtoException.class));
            }
        }
    }

    private void assertStartedAgain(List<Long> before) {
        assertThat(code.call("echo", "{}").toString()).isEqualTo("{}");
        assertThat(code.pids()).doesNotContainAnyElementsOf(before);
        assertEnd(before);
    }

    /// What a process started ends soon after it.
    private static void assertEnd(List<Long> pids) {
        for (long each : pids) {
            ProcessHandle.of(each).ifPresent(still -> still.onExit().orTimeout(10, SECONDS).join());
        }
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

package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IncomingFramesTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(30);

    /// Of frames of 1,000 bytes.
    private static final long WEIGHT =
            FrameWeight.ofLength(1_000) + FrameWeight.ofValues(text(1_000));

    private static byte[] text(int length) {
        return ("{\"a\":\"" + "x".repeat(length - 8) + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static DataInputStream stream(byte[] body) {
        return new DataInputStream(
                new ByteArrayInputStream(
                        ByteBuffer.allocate(Integer.BYTES + body.length)
                                .putInt(body.length)
                                .put(body)
                                .array()));
    }

    private static Incoming read(IncomingFrames frames) throws IOException {
        return frames.read(stream(text(1_000))).orElseThrow();
    }

    private static CompletableFuture<Incoming> readLater(IncomingFrames frames) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return read(frames);
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    private static void awaitWaiting(IncomingFrames frames) throws InterruptedException {
        for (int tries = 0; !frames.hasWaitedSince(System.nanoTime()); tries++) {
            assertThat(tries).as("it waits").isLessThan(6_000);
            Thread.sleep(10);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'[]', 300, more than the 0 MB that the server's heap has",
        "'{}', 300, more than the 0 MB that the server's heap has",
        "'\"\"', 300, more than the 0 MB that the server's heap has",
        "1, 100000, more than the 0 MB that the server's heap has",
    })
    void refusesWhatNeverFits(String value, int count, String told) {
        var budget = new IncomingBudget(10_000, 10, LONG);
        byte[] body =
                ("{\"a\":[" + (value + ",").repeat(count) + value + "]}")
                        .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> new IncomingFrames(budget).read(stream(body)))
                .isInstanceOf(UnacceptableFrameException.class)
                .hasMessageContaining(told);
        assertThat(budget.used()).isZero();
    }

    @Test
    void weighsWhatStandsOutsideOfStringsAlone() {
        byte[] quoted = "{\"[[[{{,,\\\"::[\":1}".getBytes(StandardCharsets.UTF_8);
        byte[] plain = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        assertThat(FrameWeight.ofValues(quoted)).isEqualTo(FrameWeight.ofValues(plain));
        assertThat(FrameWeight.ofValues("{\"\\".getBytes(StandardCharsets.UTF_8))).isPositive();
    }

    @Test
    void waitsUntilThereIsRoom() throws Exception {
        var budget = new IncomingBudget(WEIGHT * 3 / 2, 10, LONG);
        Incoming first = read(new IncomingFrames(budget));
        var frames = new IncomingFrames(budget);
        var second = readLater(frames);
        awaitWaiting(frames);
        assertThat(budget.used()).isEqualTo(WEIGHT);
        assertThat(second).isNotDone();
        first.close();
        second.join().close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void refusesWhatFindsNoRoomInTime() throws Exception {
        var budget = new IncomingBudget(WEIGHT * 3 / 2, 10, SHORT);
        try (Incoming first = read(new IncomingFrames(budget))) {
            assertThat(first.length()).isEqualTo(1_000);
            assertThatThrownBy(() -> read(new IncomingFrames(budget)))
                    .hasMessageContaining("which the server did not have in time");
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void leavesRoomForResultsWhileRequestsWait() throws Exception {
        var budget = new IncomingBudget(WEIGHT * 4, 10, SHORT);
        Incoming[] requests = new Incoming[3];
        for (int i = 0; i < requests.length; i++) {
            requests[i] = read(new IncomingFrames(budget));
        }
        assertThat(requests[0].hold()).isTrue();
        assertThat(requests[1].hold()).isTrue();
        assertThat(requests[2].hold()).isFalse();
        requests[2].close();
        read(new IncomingFrames(budget)).close();
        requests[0].close();
        requests[1].close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void givesAWorkerNoMoreThanItsShareOfRequests() throws Exception {
        var budget = new IncomingBudget(WEIGHT * 8, 10, SHORT.multipliedBy(10));
        var greedy = new IncomingFrames(budget);
        Incoming[] requests = {read(greedy), read(greedy), read(greedy)};
        long begun = System.nanoTime();
        assertThat(requests[0].hold()).isTrue();
        assertThat(requests[1].hold()).isTrue();
        assertThat(greedy.hasWaitedSince(begun)).isFalse();
        assertThat(requests[2].hold()).isFalse();
        assertThat(greedy.hasWaitedSince(begun)).isTrue();
        try (Incoming other = read(new IncomingFrames(budget))) {
            assertThat(other.hold()).isTrue();
        }
        for (Incoming each : requests) {
            each.close();
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void givesEachWorkerALittleRoomWhileOthersHaveTakenTheirs() throws Exception {
        var budget = new IncomingBudget(WEIGHT * 2, WEIGHT, SHORT);
        Incoming large = read(new IncomingFrames(budget));
        Incoming larger = read(new IncomingFrames(budget));
        assertThat(large.hold()).isTrue();
        try (Incoming little = read(new IncomingFrames(budget))) {
            assertThat(little.hold()).isTrue();
        }
        large.close();
        larger.close();
        assertThat(budget.used()).isZero();
    }

    /// 9,000 log lines: 5,000 at once, and the others in 2 seconds.
    @Test
    void readsSlowlyWhatNobodyAskedFor() throws Exception {
        byte[] body = "{\"type\":\"log\",\"message\":\"a\"}".getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(9_000 * (Integer.BYTES + body.length));
        while (all.hasRemaining()) {
            all.putInt(body.length).put(body);
        }
        var lines = new AtomicInteger();
        Process process = new ProcessBuilder("sleep", "600").start();
        long begun = System.nanoTime();
        Worker worker =
                Worker.start(
                        () ->
                                new WorkerProcess(
                                        process,
                                        new ByteArrayInputStream(all.array()),
                                        OutputStream.nullOutputStream(),
                                        new PrintedLines(process.getErrorStream())),
                        new Worker.Handlers(
                                new HostRequests(),
                                (_, _, _) -> lines.incrementAndGet(),
                                _ -> Optional.empty()),
                        1_000,
                        WorkerBudgets.ofHeap(DeclaredMemory.ofMachine()));
        worker.awaitEnd();
        assertThat(lines).hasValue(9_000);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isGreaterThan(Duration.ofMillis(1_800));
    }

    /// A server whose heap has 256 MB lives through a frame that would need more, and through a
    /// thousand requests of 1 MB at once.
    @Test
    void keepsASmallHeapAlive() throws Exception {
        Process server =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                FloodedServer.class.getName())
                        .redirectErrorStream(true)
                        .start();
        try (var said = server.inputReader()) {
            assertThat(server.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(said.lines().toList())
                    .satisfiesExactly(
                            line ->
                                    assertThat(line)
                                            .matches(
                                                    "the worker sent a message that takes 192 MB of"
                                                            + " memory, more than the [78]\\d MB .*"),
                            line ->
                                    assertThat(line)
                                            .matches(
                                                    "the worker sent a message that takes 8\\d\\d MB"
                                                            + " of memory, more than the [78]\\d MB .*"),
                            line -> assertThat(line).matches("at most \\d requests at once"),
                            line -> assertThat(line).isEqualTo("answered 1000"));
        } finally {
            server.destroyForcibly();
        }
    }
}

package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class OutgoingFramesTest {
    private final OutgoingFrames frames =
            new OutgoingFrames(100, OutgoingBudget.ofHeap(), () -> {});

    @Test
    void takesSoMuchAndNoMore() throws Exception {
        assertThat(frames.add(new byte[60])).isTrue();
        assertThat(frames.add(new byte[41])).isFalse();
        assertThat(frames.add(new byte[40])).isTrue();
        assertThat(frames.take()).isPresent();
        // The first is being written and counts.
        assertThat(frames.add(new byte[1])).isFalse();
        assertThat(frames.take()).isPresent();
        assertThat(frames.add(new byte[60])).isTrue();
        frames.close();
    }

    @Test
    void takesOneOfAnySizeWhereNoOtherWaits() {
        assertThat(frames.add(new byte[1000])).isTrue();
        assertThat(frames.add(new byte[1])).isFalse();
        frames.close();
    }

    @Test
    void givesNothingOnceItIsClosed() throws Exception {
        frames.add(new byte[100]);
        frames.close();
        assertThat(frames.take()).isEmpty();
        assertThat(frames.add(new byte[1000])).isTrue();
        assertThat(frames.take()).isEmpty();
    }

    @Test
    void endsAWorkerThatDoesNotRead() throws Exception {
        try (Worker worker = unread(4 << 20, OutgoingBudget.ofHeap())) {
            for (int i = 0; i < 3; i++) {
                send(worker, 1 << 20);
            }
            assertThatThrownBy(
                            () -> worker.load(0, List.of(frame(1 << 20)), Duration.ofSeconds(60)))
                    .hasMessageContaining("does not read its messages");
            assertThat(worker.isAlive()).isFalse();
        }
    }

    @Test
    void endsTheWorkerForWhichMostWaitsWhenThereIsNoRoomForAll() throws Exception {
        var budget = new OutgoingBudget(4 << 20, 1 << 10);
        try (Worker slow = unread(64 << 20, budget);
                Worker other = unread(64 << 20, budget)) {
            for (int i = 0; i < 3; i++) {
                send(slow, 1 << 20);
            }
            send(other, 700 << 10);
            assertThat(slow.isAlive()).isTrue();

            send(other, 700 << 10);

            assertThat(slow.isAlive()).isFalse();
            assertThat(slow.awaitEnd()).contains("does not read");
            assertThat(other.isAlive()).isTrue();
            assertThatThrownBy(() -> other.load(0, List.of(frame(4 << 20)), Duration.ofSeconds(60)))
                    .hasMessageContaining("does not read");
        }
    }

    @Test
    void givesEachWorkerALittleRoomWhileOthersHaveTakenTheirs() {
        var budget = new OutgoingBudget(100, 10);
        var large = new OutgoingFrames(1000, budget, () -> {});
        var small = new OutgoingFrames(1000, budget, () -> {});
        assertThat(large.add(new byte[100])).isTrue();

        assertThat(small.add(new byte[5])).isTrue();
        assertThat(small.add(new byte[5])).isTrue();

        assertThat(large.waiting()).isEqualTo(100);
        large.close();
        small.close();
    }

    /// A worker that reads nothing.
    private static Worker unread(long maxWaiting, OutgoingBudget budget) throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        return Worker.start(
                () ->
                        new WorkerProcess(
                                process,
                                process.getInputStream(),
                                process.getOutputStream(),
                                new PrintedLines(process.getErrorStream())),
                new Worker.Handlers(new HostRequests(), (_, _, _) -> {}, _ -> Optional.empty()),
                maxWaiting,
                new WorkerBudgets(budget, IncomingBudget.ofHeap(), DeclaredMemory.ofMachine()));
    }

    private static ObjectNode frame(int size) {
        return Json.object().put("text", "x".repeat(size));
    }

    private static void send(Worker worker, int size) {
        assertThatThrownBy(() -> worker.load(0, List.of(frame(size)), Duration.ZERO))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        told -> assertThat(told.code()).isEqualTo(ErrorCode.TIMEOUT));
    }
}

package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.OutboundRules;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class OutgoingFramesTest {
    private final OutgoingFrames frames = new OutgoingFrames(100);

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
        try (var connections = Connections.open(OutboundRules.of(List.of("none")))) {
            var requests =
                    new WorkerRequests(new App("app", "app"), new RememberingDoor(), connections);
            Worker worker =
                    Worker.start(
                            new ProcessBuilder("sleep", "600"), requests, (_, _) -> {}, 4 << 20);
            ObjectNode large = Json.object().put("text", "x".repeat(1 << 20));
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> worker.load(large, Duration.ZERO))
                        .isInstanceOfSatisfying(
                                RialtoException.class,
                                told -> assertThat(told.code()).isEqualTo(ErrorCode.TIMEOUT));
            }
            assertThatThrownBy(() -> worker.load(large, Duration.ofSeconds(60)))
                    .hasMessageContaining("does not read its messages");
            assertThat(worker.isAlive()).isFalse();
            worker.close();
        }
    }
}

package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Operation;
import dev.rialto.http.OperationStep;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class FullDiskTest {
    private static final Sender MASTER = Sender.master();

    private final AtomicBoolean full = new AtomicBoolean();

    /// The server's own step, of a disk that is full when the test says so.
    private record Disk(AtomicBoolean full) implements Capability {
        @Override
        public CapabilityDescriptor descriptor() {
            return CapabilityDescriptor.of("data", "test", "disk", "A disk.");
        }

        @Override
        public List<Operation> operations() {
            return List.of();
        }

        @Override
        public Optional<OperationStep> step() {
            return Optional.of(new FullDisk(full::get));
        }
    }

    @Test
    void refusesWritesByWhateverWayAndLetsTheRestPass() throws IOException {
        try (var server =
                new TestServer(Map.of(), List.of(CapabilityPlan.of(_ -> new Disk(full))))) {
            server.signUp("reader");
            String id = server.create(MASTER, "Note", "{\"n\":1}");
            String other = server.create(MASTER, "Note", "{\"n\":2}");
            full.set(true);

            for (Reply refused :
                    List.of(
                            server.post(MASTER, "/classes/Note", "{\"n\":3}"),
                            server.put(MASTER, "/classes/Note/" + id, "{\"n\":4}"),
                            server.post(MASTER, "/schemas/Other", "{\"className\":\"Other\"}"),
                            server.upload(MASTER, "/files/a.txt", new byte[10]),
                            server.upload(MASTER, "/micro-apps?name=a", new byte[10]),
                            server.put(MASTER, "/micro-apps/a/config", "{}"))) {
                assertThat(refused.status()).isEqualTo(507);
                assertThat(refused.code()).isEqualTo(1507);
                assertThat(refused.text("error")).startsWith("The server's disk is full");
            }
            Reply batch =
                    server.post(
                            MASTER,
                            "/batch",
                            """
                            {"requests":[
                              {"method":"POST","path":"/v1/classes/Note","body":{"n":5}},
                              {"method":"DELETE","path":"/v1/classes/Note/%s"}]}
                            """
                                    .formatted(other));
            assertThat(batch.body().path(0).path("error").path("code").asInt()).isEqualTo(1507);
            assertThat(batch.body().path(1).has("success")).isTrue();
            String logIn = "{\"username\":\"reader\",\"password\":\"secret of reader\"}";
            assertThat(server.post(Sender.client(), "/login", logIn).status()).isEqualTo(200);
            assertThat(server.get(MASTER, "/classes/Note/" + id).body().path("n").asInt())
                    .isEqualTo(1);
            assertThat(server.delete(MASTER, "/classes/Note/" + id).status()).isEqualTo(200);

            full.set(false);
            server.create(MASTER, "Note", "{\"n\":6}");
        }
    }
}

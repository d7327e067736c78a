package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.Json;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ListenerTest {
    @Test
    void letsRunningRequestsEndWhenItCloses() throws Exception {
        var entered = new CountDownLatch(1);
        var slow =
                Operation.get("test.slow", "/slow")
                        .access(Access.PUBLIC)
                        .summary("Takes a while.")
                        .handle(_ -> {
                            entered.countDown();
                            sleep();
                            return Answer.ok(Json.object().put("done", true));
                        });
        var server =
                new Fixture(HttpSettings.of("127.0.0.1", 0), work -> work.get(), List.of(slow));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answer = threads.submit(() -> server.send("GET", "/v1/slow", "", ""));
            entered.await();
            server.listener.close();
            assertThat(answer.get().body()).isEqualTo("{\"done\":true}");
        }
        assertThatThrownBy(() -> server.send("GET", "/v1/slow", "", ""))
                .isInstanceOf(AssertionError.class);
        server.close();
    }

    @Test
    void saysThatItsPortIsTaken() {
        try (var first = new Fixture()) {
            var taken = HttpSettings.of("127.0.0.1", first.listener.port());
            assertThatThrownBy(() -> new Fixture(taken, work -> work.get()))
                    .hasStackTraceContaining("in use");
        }
    }

    @Test
    void refusesTwoOperationsAtOnePlace() {
        var operations = new java.util.ArrayList<>(Echo.operations());
        operations.add(operations.getFirst());
        assertThatThrownBy(() ->
                        new Fixture(
                                HttpSettings.of("127.0.0.1", 0), work -> work.get(), operations))
                .hasMessageContaining("two operations at GET /health");
    }

    @Test
    void refusesOddSettings() {
        assertThatThrownBy(() -> HttpSettings.of("127.0.0.1", 70_000))
                .hasMessageContaining("http.port");
        var settings = HttpSettings.of("127.0.0.1", 0);
        assertThatThrownBy(() -> settings.withPublicUrl("ftp://x"))
                .hasMessageContaining("http.public-url");
        assertThatThrownBy(() -> settings.withPublicUrl("not an address"))
                .hasMessageContaining("http.public-url");
        assertThat(settings.withPublicUrl("https://x.example/v1//").publicUrl())
                .isEqualTo("https://x.example/v1");
    }

    private static void sleep() {
        try {
            Thread.sleep(1000);
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(failure);
        }
    }
}

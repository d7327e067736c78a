package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    @ParameterizedTest
    @EnumSource(Layer.class)
    void answersWhatArrivesOnConnectionsThatWereOpenWhenItBeganToClose(Layer layer)
            throws Exception {
        var server =
                new Fixture(layer, HttpSettings.of("127.0.0.1", 0), Echo.operations(), List.of());
        var request = "GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n";
        try (var used = server.connect(request);
                var idle = server.connect(request);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(used.head()).startsWith("HTTP/1.1 200 ").contains("keep-alive");
            assertThat(idle.head()).startsWith("HTTP/1.1 200 ");
            server.listener.linger();
            var closed = threads.submit(server.listener::close);
            awaitRefusal(server);

            used.send(request);

            assertThat(used.readAll())
                    .contains("HTTP/1.1 200 ")
                    .containsIgnoringCase("Connection: close");
            assertThat(idle.readAll()).doesNotContain("HTTP/1.1");
            closed.get();
        }
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Layer.class)
    void sendsSocketsAwayOnlyWhenNothingIsAccepted(Layer layer) throws Exception {
        var settings = HttpSettings.of("127.0.0.1", 0);
        var server =
                new Fixture(
                        layer,
                        settings,
                        Echo.operations(),
                        List.of(new Chatter().at("/v1", settings.sockets())));
        try (var socket = RawSocket.open(server);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var closed = threads.submit(server.listener::close);
            assertThat(socket.next()).isEqualTo("close 1001 the server is stopping");
            awaitRefusal(server);
            assertThat(server.listener.openSockets()).isEqualTo(1);
            socket.frame(0x88, new byte[] {3, (byte) 0xe9});
            closed.get();
        }
        server.close();
    }

    @Test
    void closesIdleConnectionsAtOnceUnlessTheyAreToLinger() {
        var time = new SteadyTime();
        var shutdown = new Shutdown(time, () -> {});
        assertThat(shutdown.endsIdle(time.nanos())).isFalse();
        shutdown.begin();
        assertThat(shutdown.endsIdle(time.nanos())).isTrue();
        shutdown.linger(Duration.ofSeconds(10));
        time.pass(Duration.ofSeconds(9));
        assertThat(shutdown.endsIdle(time.nanos())).isFalse();
        shutdown.requested();
        time.pass(Duration.ofSeconds(9));
        assertThat(shutdown.endsIdle(time.nanos())).isFalse();
        time.pass(Duration.ofSeconds(1));
        assertThat(shutdown.endsIdle(time.nanos())).isTrue();
    }

    /// Waits until nothing is accepted any more.
    private static void awaitRefusal(Fixture server) throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try {
                server.connect("").close();
                assertThat(System.nanoTime()).as("still accepting").isLessThan(limit);
                Thread.sleep(5);
            } catch (IOException _) {
                return;
            }
        }
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

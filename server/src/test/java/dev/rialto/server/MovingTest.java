package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Micro apps that are run elsewhere: because somebody asks for it, because the server has got
/// another app, or because they were suspended again and again.
final class MovingTest {
    private static TestServer server(Map<String, String> more) throws IOException {
        return new TestServer(more);
    }

    private static void deploy(TestServer server, String body) throws IOException {
        Reply deployed =
                server.upload(
                        Sender.master(),
                        "/micro-apps",
                        MicroAppSources.of("shop").withClass("Shop", body).zip());
        assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);
    }

    private static Reply call(TestServer server, String function) {
        return server.send(Sender.client(), "POST", "/functions/" + function, "{}");
    }

    private static Reply move(TestServer server, String runtime) {
        return server.send(
                Sender.master(),
                "PUT",
                "/micro-apps/shop/runtime",
                "{\"runtime\": \"" + runtime + "\"}");
    }

    /// Where the micro app runs, and in which processes.
    private static JsonNode occupied(TestServer server) {
        return server.send(Sender.master(), "GET", "/functions", "")
                .body()
                .path("microApps")
                .path(0);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(50);
        }
    }

    @Test
    void movesWithoutLosingACall() throws Exception {
        try (var server = server(Map.of("functions.placement", "shared"))) {
            deploy(
                    server,
                    """
                    @Function public final class Shop {
                      @CloudFunction("where") public long where() throws Exception {
                        Thread.sleep(20);
                        return 1;
                      }
                    }
                    """);
            assertThat(occupied(server).path("instances").size()).isZero();
            var over = new AtomicBoolean();
            List<Reply> failed = new CopyOnWriteArrayList<>();
            List<CompletableFuture<Void>> callers =
                    IntStream.range(0, 4)
                            .mapToObj(_ ->
                                    CompletableFuture.runAsync(() -> {
                                        while (!over.get()) {
                                            Reply reply = call(server, "where");
                                            if (reply.status() != 200) {
                                                failed.add(reply);
                                            }
                                        }
                                    }))
                            .toList();
            for (String runtime : List.of("hosted", "isolated", "shared", "isolated")) {
                Reply moved = move(server, runtime);
                assertThat(moved.status()).as("%s", moved).isEqualTo(200);
                assertThat(moved.body().path("moved").path("runtime").asString("shared"))
                        .isEqualTo(runtime);
                assertThat(occupied(server).path("runtime").asString("")).isEqualTo(runtime);
                Thread.sleep(200);
            }
            over.set(true);
            callers.forEach(CompletableFuture::join);
            assertThat(failed).isEmpty();
            JsonNode process = occupied(server).path("instances").path(0);
            assertThat(process.path("memoryBytes").asLong(0)).isPositive();
            assertThat(process.path("name").asString("")).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "moon, 'a micro app can be moved to shared, hosted, isolated, not to \"moon\"'",
        "node, 'a micro app can be moved to shared, hosted, isolated, not to \"node\"'"
    })
    void refusesToMoveWhereItCantRun(String runtime, String told) throws Exception {
        try (var server = server(Map.of())) {
            deploy(
                    server,
                    """
                    @Function public final class Shop {
                      @CloudFunction("fine") public long fine() { return 1; }
                    }
                    """);
            Reply refused = move(server, runtime);
            assertThat(refused.body().path("error").asString("")).contains(told);
            assertThat(call(server, "fine").status()).isEqualTo(200);
        }
    }

    @Test
    void hostsMicroAppsOnceTheServerHasAnotherApp() throws Exception {
        try (var server = server(Map.of("functions.placement", "auto"))) {
            server.deleteOther();
            deploy(
                    server,
                    """
                    @Function public final class Shop {
                      @CloudFunction("fine") public long fine() { return 1; }
                    }
                    """);
            assertThat(call(server, "fine").status()).isEqualTo(200);
            assertThat(occupied(server).path("runtime").asString("")).isEqualTo("shared");

            server.createOther();

            await(() -> {
                assertThat(call(server, "fine").status()).isEqualTo(200);
                return occupied(server).path("runtime").asString("").equals("hosted");
            });
            server.deleteOther();
            await(() -> {
                assertThat(call(server, "fine").status()).isEqualTo(200);
                return occupied(server).path("runtime").asString("").equals("shared");
            });
        }
    }

    @Test
    void isolatesWhatIsSuspendedAgainAndAgain() throws Exception {
        try (var server =
                server(
                        Map.of(
                                "functions.placement", "shared",
                                "functions.deadline", "300ms",
                                "functions.suspended-for", "1ms",
                                "functions.isolate-after", "2"))) {
            deploy(
                    server,
                    """
                    @Function public final class Shop {
                      @CloudFunction("loop") public void loop() { while (true) { } }
                    }
                    """);
            await(() -> {
                call(server, "loop");
                return occupied(server).path("runtime").asString("").equals("isolated");
            });
            JsonNode microApp = server.send(Sender.master(), "GET", "/micro-apps/shop", "").body();
            assertThat(microApp.path("moved").path("why").asString(""))
                    .isEqualTo("it was suspended 2 times within an hour");
            await(() ->
                    server.send(Sender.master(), "GET", "/micro-apps/shop/log", "")
                            .body()
                            .toString()
                            .contains("shop runs in a process of its own now"));
        }
    }
}

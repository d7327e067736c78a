package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What becomes of the operations of clients when the server dies over them.
class SyncCrashTest {
    private static final int REQUESTS = 40;
    private static final int OPERATIONS = 10;

    @TempDir private Path home;

    @Test
    void doesEachOperationOnceThoughItWasKilledMeanwhile() throws Exception {
        String counter;
        try (var server = serve()) {
            String address = server.readyAddress();
            counter = send(address, "/classes/Counter", "{\"n\":0}").path("objectId").asString();
            var answered = new CountDownLatch(REQUESTS / 3);
            List<Thread> clients =
                    IntStream.range(0, REQUESTS)
                            .mapToObj(request -> client(address, counter, request, answered))
                            .toList();
            answered.await();
            server.kill();
            for (Thread client : clients) {
                client.join();
            }
        }

        try (var server = serve()) {
            String address = server.readyAddress();
            for (int request = 0; request < REQUESTS; request++) {
                JsonNode results = send(address, "/sync", operations(counter, request));
                assertThat(results.path("results"))
                        .allSatisfy(each ->
                                assertThat(each.path("result").asString()).isEqualTo("applied"));
            }
            JsonNode pulled = send(address, "/sync?classes=Counter", "");
            assertThat(pulled.path("changes").path(0).path("object").path("n").asInt())
                    .isEqualTo(REQUESTS * OPERATIONS);
        }
    }

    /// Sends one request, whether or not an answer comes.
    private static Thread client(
            String address, String counter, int request, CountDownLatch answered) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        send(address, "/sync", operations(counter, request));
                    } catch (IOException cut) {
                        // That is what the test is about.
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    } finally {
                        answered.countDown();
                    }
                });
    }

    private static String operations(String counter, int request) {
        var operations = Json.object();
        var list = operations.putArray("operations");
        for (int i = 0; i < OPERATIONS; i++) {
            list.addObject()
                    .put("id", request + "." + i)
                    .put("op", "update")
                    .put("className", "Counter")
                    .put("objectId", counter)
                    .putObject("fields")
                    .putObject("n")
                    .put("__op", "Increment");
        }
        return Json.write(operations);
    }

    private RunningCommand serve() throws IOException {
        return RunningCommand.start(
                "serve",
                "--port",
                "0",
                "--data",
                home.resolve("data").toString(),
                "--app",
                "app",
                "--master-key",
                "key");
    }

    private static JsonNode send(String address, String path, String body)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(address + "/v1" + path))
                            .header("X-Parse-Application-Id", "app")
                            .header("Content-Type", "application/json");
            if (!body.isEmpty()) {
                request.POST(HttpRequest.BodyPublishers.ofString(body));
            }
            HttpResponse<String> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
            return Json.read(answer.body());
        }
    }
}

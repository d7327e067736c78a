package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.Settings;
import dev.rialto.testing.EventReader;
import dev.rialto.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What happens when PostgreSQL dies or goes away under a running server.
final class DatabaseLossTest {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final int WRITERS = 3;

    /// Lines of the log about one loss: what is said once, and what else happens just then.
    private static final int FEW = 12;

    @TempDir private Path data;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Lines lines = new Lines();

    /// The log, as an operator reads it.
    private static final class Lines extends Handler {
        private final List<String> all = new ArrayList<>();

        @Override
        public synchronized void publish(LogRecord record) {
            if (isLoggable(record)) {
                all.add(record.getLoggerName() + ": " + record.getMessage());
            }
        }

        synchronized List<String> all() {
            return List.copyOf(all);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private record Reply(int status, JsonNode body) {}

    @BeforeEach
    void listenToTheLog() {
        lines.setLevel(Level.WARNING);
        Logger.getLogger("").addHandler(lines);
    }

    @AfterEach
    void stop() {
        Logger.getLogger("").removeHandler(lines);
        client.close();
    }

    private RialtoServer start(Map<String, String> database) {
        Map<String, String> all = new HashMap<>(database);
        all.put("data", data.toString());
        all.put("http.port", "0");
        all.put("http.grace", "1s");
        all.put("app.id", "app");
        all.put("app.master-key", "secret");
        all.put("functions.warm", "false");
        return RialtoServer.start(ServerSettings.read(new Settings(all, Map.of(), Map.of())));
    }

    private static HttpRequest.Builder request(RialtoServer server, String path) {
        return HttpRequest.newBuilder(URI.create(server.publicUrl() + path))
                .timeout(LONG)
                .header("X-Parse-Application-Id", "app")
                .header("X-Parse-Master-Key", "secret");
    }

    private Reply get(RialtoServer server, String path) {
        return send(request(server, path).build());
    }

    private Reply write(RialtoServer server, int number) {
        return send(
                request(server, "/classes/Note")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"n\":" + number + "}"))
                        .build());
    }

    private Reply send(HttpRequest request) {
        try {
            var answer = client.send(request, BodyHandlers.ofString());
            return new Reply(answer.statusCode(), Json.read(answer.body()));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(20);
        }
    }

    /// Clients that write all the time, and what they were told.
    private final class Writers {
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final ConcurrentLinkedQueue<Reply> refused = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Writers(RialtoServer server) {
            for (int i = 0; i < WRITERS; i++) {
                threads.add(
                        Thread.startVirtualThread(() -> {
                            for (int n = 0; !stopped.get(); n++) {
                                Reply reply = write(server, n);
                                if (reply.status() == 201) {
                                    acknowledged.add(reply.body().path("objectId").asString());
                                } else {
                                    refused.add(reply);
                                }
                            }
                        }));
            }
        }

        void awaitMore(int count) throws InterruptedException {
            int goal = acknowledged.size() + count;
            await("writes go on", () -> acknowledged.size() >= goal);
        }

        void stop() throws InterruptedException {
            stopped.set(true);
            for (Thread each : threads) {
                each.join();
            }
        }
    }

    private List<String> postmaster() throws IOException {
        return Files.readAllLines(data.resolve("postgres").resolve("postmaster.pid"));
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    private long backend() throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + postmaster().get(3).strip() + "/rialto";
        String password = Files.readString(data.resolve("postgres.password")).strip();
        try (var connection = DriverManager.getConnection(url, "rialto", password);
                var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                "select pid from pg_stat_activity"
                                        + " where application_name ~ '^rialto [0-9]' limit 1")) {
            assertThat(found.next()).isTrue();
            return found.getLong(1);
        }
    }

    @Test
    void goesOnWithoutLossWhenItsPostgreSqlIsKilled() throws Exception {
        try (var server = start(Map.of());
                var feed =
                        new EventReader(
                                client.send(
                                                request(server, "/feeds/Note").build(),
                                                BodyHandlers.ofInputStream())
                                        .body())) {
            assertThat(feed.next().type()).isEqualTo("open");
            var writers = new Writers(server);
            try {
                writers.awaitMore(30);
                String first = postmaster().getFirst();
                String port = postmaster().get(3);
                kill(Long.parseLong(first.strip()));
                writers.awaitMore(30);
                assertThat(postmaster().getFirst()).isNotEqualTo(first);
                assertThat(postmaster().get(3)).isEqualTo(port);
                kill(backend());
                writers.awaitMore(30);
            } finally {
                writers.stop();
            }
            await("health", () -> get(server, "/health").status() == 200);
            var kept = new HashSet<String>();
            get(server, "/classes/Note?limit=100000&keys=n")
                    .body()
                    .path("results")
                    .forEach(each -> kept.add(each.path("objectId").asString()));
            assertThat(kept).containsAll(writers.acknowledged);
            assertThat(writers.refused)
                    .allSatisfy(each -> assertThat(each.status()).isEqualTo(503))
                    .allSatisfy(
                            each -> assertThat(each.body().path("code").asInt()).isEqualTo(1503));
            var told = new HashSet<String>();
            while (!told.containsAll(writers.acknowledged)) {
                told.add(feed.next().data().path("object").path("objectId").asString());
            }
        }
        assertThat(lines.all()).hasSizeLessThan(FEW).anyMatch(line -> line.contains("is back"));
    }

    @Test
    void saysSoWhileAnExternalDatabaseIsAway() throws Exception {
        try (var postgres = TestDatabase.create();
                var relay = Relay.to(URI.create(postgres.settings().url().substring(5)).getPort());
                var server =
                        start(
                                Map.of(
                                        "database.url",
                                        postgres.settings()
                                                .url()
                                                .replaceFirst(":\\d+/", ":" + relay.port() + "/"),
                                        "database.user",
                                        postgres.settings().user().orElseThrow(),
                                        "database.password",
                                        postgres.settings().password().orElseThrow(),
                                        "database.connection-timeout",
                                        "1s"))) {
            assertThat(write(server, 1).status()).isEqualTo(201);
            assertThat(get(server, "/health").status()).isEqualTo(200);

            relay.cut();
            await("health", () -> get(server, "/health").status() == 503);
            assertThat(get(server, "/health").body())
                    .isEqualTo(
                            Json.read(
                                    "{\"status\":\"unavailable\","
                                            + "\"parts\":{\"database\":\"not reachable\"}}"));
            assertThat(get(server, "/health/ready").status()).isEqualTo(503);
            assertThat(get(server, "/health/live").status()).isEqualTo(200);
            for (int i = 0; i < 20; i++) {
                Reply refused = write(server, i);
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.body().path("error").asString())
                        .isEqualTo("The database is not available now; try again later.");
            }

            relay.restore();
            await("health", () -> get(server, "/health").status() == 200);
            await("writes", () -> write(server, 2).status() == 201);
        }
        assertThat(lines.all()).hasSizeLessThan(FEW).anyMatch(line -> line.contains("is back"));
    }
}

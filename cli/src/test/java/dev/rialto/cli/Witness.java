package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.EmbeddedPostgreSql;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// An isolated micro app that is called in every way, and writes down when each call begins and
/// ends. In between, calls of a round wait until they are let go on.
final class Witness {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<String> KINDS = Set.of("call", "job", "schedule", "change", "event");
    private static final String CODE =
            """
            package com.example;
            import dev.rialto.sdk.*;
            import java.util.Map;
            @Function("witness") public final class Witness {
              public record Round(int round) {}
              public record Named(String name) {}
              @Interface(deadlineMillis = 60_000)
              @CloudFunction("work") public void work(Round in, Context context) throws Exception {
                carryOut("call", in.round(), context);
              }
              @Job("work") public void job(Round in, Context context) throws Exception {
                carryOut("job", in.round(), context);
              }
              @Schedule("0 0 1 1 *") public void schedule(Context context) throws Exception {
                carryOut("schedule", (int) context.objects().count(Query.of("Thing")), context);
              }
              @OnChange("Thing") public void change(Change change, Context context) throws Exception {
                carryOut("change", change.object().number("round").orElseThrow().intValue(), context);
              }
              @OnEvent("rung") public void event(Event event, Context context) throws Exception {
                carryOut("event", ((Number) event.fields().get("round")).intValue(), context);
              }
              @CloudFunction("ring") public void ring(Round in, Context context) {
                context.events().publish("rung", Map.of("round", in.round()));
              }
              @CloudFunction("quick") public String quick(Named in, Context context) throws Exception {
                write(in.name() + " begun", 0, context);
                Thread.sleep(50);
                write(in.name() + " ended", 0, context);
                return in.name();
              }
              private static void carryOut(String kind, int round, Context context) throws Exception {
                write(kind + " begun", round, context);
                var go = Query.of("Go").equalTo("round", round);
                while (context.objects().asMaster().count(go) == 0) Thread.sleep(50);
                write(kind + " ended", round, context);
              }
              private static void write(String what, int round, Context context) {
                context.objects().asMaster().save(
                    Entity.of("Execution").with("what", what).with("round", round)
                        .with("requestId", context.requestId()));
              }
            }
            """;

    private final Path data;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Integer, String> answers = new ConcurrentHashMap<>();
    private final Map<Integer, String> jobs = new ConcurrentHashMap<>();
    private volatile String address = "";

    Witness(Path data) {
        this.data = data;
    }

    /// Starts a server.
    RunningCommand serve() throws IOException {
        var server =
                RunningCommand.start(
                        "serve",
                        "--port",
                        "0",
                        "--data",
                        data.toString(),
                        "--app",
                        "app",
                        "--master-key",
                        "key");
        address = server.readyAddress();
        return server;
    }

    void deploy() throws Exception {
        var pom =
                "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>"
                        + "<groupId>com.example</groupId><artifactId>witness</artifactId>"
                        + "<version>1</version></project>";
        var descriptor =
                "{\"name\": \"witness\", \"domain\": \"demo\", \"group\": \"witness\","
                        + " \"runtime\": \"isolated\"}";
        var files =
                Map.of(
                        "pom.xml",
                        pom,
                        "src/main/resources/micro-app.json",
                        descriptor,
                        "src/main/java/com/example/Witness.java",
                        CODE);
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var each : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        assertAnswered(send("/micro-apps", BodyPublishers.ofByteArray(bytes.toByteArray())));
        assertAnswered(
                send(
                        "/schemas/Execution",
                        "{\"fields\":{\"what\":{\"type\":\"String\"},"
                                + "\"round\":{\"type\":\"Number\"}}}"));
    }

    /// Calls it in every way, and waits until all calls have begun.
    ///
    /// @return the thread that waits for the answer of the function
    Thread begin(int round) throws Exception {
        String body = "{\"round\":" + round + "}";
        assertAnswered(send("/classes/Thing", body));
        assertAnswered(send("/functions/ring", body));
        HttpResponse<String> job = send("/jobs/work", body);
        assertAnswered(job);
        jobs.put(round, job.headers().firstValue("X-Parse-Job-Status-Id").orElseThrow());
        update("update rialto.function_schedule set next_at = now()");
        Thread caller =
                Thread.ofVirtual()
                        .start(() -> answers.put(round, answerOf("/functions/work", body)));
        eventually(() ->
                executions(round)
                        .keySet()
                        .containsAll(
                                KINDS.stream()
                                        .map(each -> each + " begun")
                                        .collect(Collectors.toSet())));
        return caller;
    }

    /// Lets the calls of a round go on, and waits for those that are called again.
    void finish(int round) throws Exception {
        assertAnswered(send("/classes/Go", "{\"round\":" + round + "}"));
        eventually(() ->
                executions(round).keySet().containsAll(Set.of("change ended", "event ended")));
    }

    private String answerOf(String path, String body) {
        try {
            return send(path, body).body();
        } catch (IOException cut) {
            return "cut";
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /// What the caller of the function got: an answer, or `cut` when the connection was.
    String answer(int round) {
        return answers.getOrDefault(round, "nothing");
    }

    String jobStatus(int round) throws Exception {
        HttpRequest get = request("/classes/_JobStatus/" + jobs.get(round)).GET().build();
        return client.send(get, HttpResponse.BodyHandlers.ofString()).body();
    }

    /// How often what has begun and ended.
    Map<String, Integer> executions(int round) throws SQLException {
        Map<String, Integer> all = new HashMap<>();
        try (Connection connection = connect();
                var statement =
                        connection.prepareStatement(
                                "select what, count(*) from app_app.\"Execution\" where round = ?"
                                        + " group by what")) {
            statement.setInt(1, round);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    all.put(rows.getString(1), rows.getInt(2));
                }
            }
        }
        return all;
    }

    /// As if the time were over for which a killed server holds its subscribers.
    void expireLeases() throws SQLException {
        update("update rialto.function_follower set leased_until = now()");
    }

    private void update(String sql) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.prepareStatement(sql)) {
            statement.executeUpdate();
        }
    }

    private Connection connect() throws SQLException {
        DatabaseSettings settings = EmbeddedPostgreSql.running(data).orElseThrow();
        return DriverManager.getConnection(
                settings.url(), settings.user().orElseThrow(), settings.password().orElseThrow());
    }

    HttpResponse<String> send(String path, String body) throws IOException, InterruptedException {
        return send(path, BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(String path, BodyPublisher body)
            throws IOException, InterruptedException {
        return client.send(request(path).POST(body).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + "/v1" + path))
                .header("X-Parse-Application-Id", "app")
                .header("X-Parse-Master-Key", "key");
    }

    private static void assertAnswered(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    }

    /// The processes that a server has started, but for PostgreSQL's.
    static Set<ProcessHandle> processesOf(RunningCommand server) {
        return ProcessHandle.of(server.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(each -> !each.info().command().orElse("").endsWith("postgres"))
                .collect(Collectors.toSet());
    }

    /// Those among them that run a micro app, or wait for one.
    static Set<ProcessHandle> workersOf(RunningCommand server) {
        return processesOf(server).stream()
                .filter(each -> each.info().command().orElse("").endsWith("java"))
                .collect(Collectors.toSet());
    }

    /// Waits until none of them is left.
    static void awaitEndOf(Set<ProcessHandle> processes) throws Exception {
        eventually(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    static void eventually(Callable<Boolean> isTrue) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isTrue.call()) {
            assertThat(System.nanoTime() - end).as("it did not happen").isNegative();
            Thread.sleep(50);
        }
    }
}

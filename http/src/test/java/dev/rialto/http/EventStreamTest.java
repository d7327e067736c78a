package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Events.Event;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.Timing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Layer.class)
final class EventStreamTest {
    private final Outbox<Event> outbox =
            new Outbox<>(1000, 1 << 20, event -> event.data().length(), Timing.SYSTEM);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final BlockingQueue<String> how = new LinkedBlockingQueue<>();
    @Parameter private Layer layer = Layer.PLAIN;
    private Fixture server;

    @BeforeEach
    void start() {
        var limits =
                new HttpSettings.Limits(
                        100_000,
                        100_000,
                        10,
                        1,
                        100,
                        Duration.ofMillis(300),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60));
        var operations = new ArrayList<>(Echo.operations());
        operations.add(operation("/events", this::follow));
        operations.add(operation("/few", EventStreamTest::few));
        operations.add(operation("/broken", EventStreamTest::broken));
        server =
                new Fixture(
                        layer,
                        HttpSettings.of("127.0.0.1", 0).withLimits(limits),
                        operations,
                        List.of());
    }

    private static Operation operation(String path, EventBody body) {
        return Operation.get("test." + path.substring(1), path)
                .access(Access.PUBLIC)
                .summary("Tells.")
                .handle(_ -> Answer.events(body));
    }

    private void follow(Events events) throws IOException, InterruptedException {
        try {
            while (!outbox.isDrained()) {
                var batch = outbox.take(Duration.ofMillis(100), 1 << 16);
                if (batch.isEmpty()) {
                    events.comment("still here");
                } else {
                    events.send(batch);
                }
            }
            how.add("drained");
        } catch (IOException gone) {
            how.add("gone");
            throw gone;
        } catch (InterruptedException stopped) {
            how.add("stopped");
            throw stopped;
        } finally {
            ended.countDown();
        }
    }

    private static void few(Events events) throws IOException {
        events.send("1", "change", "a\nb\r\nc");
        events.send(List.of(new Event("", "", "世"), new Event("2", "", "x".repeat(40_000))));
    }

    private static void broken(Events events) throws IOException {
        events.send("1", "", "a");
        throw new IllegalStateException("told to");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void sendsEventsInTheirForm() {
        var answer = server.send("GET", "/v1/few", "Accept-Encoding: gzip", "");
        assertThat(answer.body())
                .isEqualTo(
                        ":\n\nid: 1\nevent: change\ndata: a\ndata: b\ndata: c\n\ndata: 世\n\n"
                                + "id: 2\ndata: "
                                + "x".repeat(40_000)
                                + "\n\n");
        var headers = answer.headers();
        assertThat(headers.firstValue("Content-Type")).contains("text/event-stream; charset=utf-8");
        assertThat(headers.firstValue("Cache-Control")).contains("no-store");
        assertThat(headers.firstValue("X-Accel-Buffering")).contains("no");
        assertThat(headers.firstValue("Content-Encoding")).isEmpty();
        assertThat(headers.firstValue("Content-Length")).isEmpty();
        assertThat(server.send("HEAD", "/v1/few", "", "").statusCode()).isEqualTo(200);
        assertThat(server.send("GET", "/v1/health", "", "").statusCode()).isEqualTo(200);
    }

    @Test
    void endsProperlyOnAConnectionThatEndsWithIt() throws IOException {
        try (var client =
                server.connect(
                        "GET /v1/few HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")) {
            assertThat(client.readAll()).contains("id: 1\n").endsWith("\r\n0\r\n\r\n");
        }
    }

    @Test
    void refusesLineBreaksInIds() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> new Event("a\nb", "", "")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sendsEachEventAtOnceForLongerThanAConnectionMayIdle() throws Exception {
        try (var lines = open("/v1/events")) {
            assertThat(lines.readLine()).isEqualTo(":");
            // The stream holds no permit, of which there is one.
            assertThat(server.send("GET", "/v1/health", "", "").statusCode()).isEqualTo(200);
            for (int i = 0; i < 5; i++) {
                outbox.offer(new Event(Integer.toString(i), "", "x"));
                assertThat(nextOf(lines)).isEqualTo("id: " + i);
                Thread.sleep(300);
            }
            outbox.end(List.of(new Event("last", "", "")));
            assertThat(nextOf(lines)).isEqualTo("id: last");
            assertThat(nextOf(lines)).isEqualTo("the end");
        }
        assertThat(how.poll(20, TimeUnit.SECONDS)).isEqualTo("drained");
    }

    @Test
    void endsWhenTheClientHasGone() throws Exception {
        try (var lines = open("/v1/events")) {
            assertThat(lines.readLine()).isEqualTo(":");
        }
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(how.poll()).isEqualTo("gone");
    }

    @Test
    void endsWhenTheServerStops() throws Exception {
        try (var lines = open("/v1/events")) {
            assertThat(lines.readLine()).isEqualTo(":");
            server.listener.close();
            assertThat(nextOf(lines)).isEqualTo("the end");
        }
        assertThat(how.poll(20, TimeUnit.SECONDS)).isEqualTo("stopped");
    }

    @Test
    void breaksOffWhatFails() throws Exception {
        try (var lines = open("/v1/broken")) {
            // What was sent before may be lost together with the connection.
            String first = nextOf(lines);
            assertThat(first.equals("id: 1") ? nextOf(lines) : first).isEqualTo("cut");
        }
    }

    private BufferedReader open(String path) {
        var answer =
                server.send(
                        HttpRequest.newBuilder(server.uri(path)).build(),
                        BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    /// The next line with an id.
    private static String nextOf(BufferedReader lines) {
        try {
            while (true) {
                var line = lines.readLine();
                if (line == null) {
                    return "the end";
                }
                if (line.startsWith("id: ")) {
                    return line;
                }
            }
        } catch (IOException _) {
            return "cut";
        }
    }
}

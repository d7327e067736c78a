package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Layer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class HostileClientTest {
    private static final String APP = "X-Parse-Application-Id: open\r\n";
    private static final String POST = "POST /v1/classes/A HTTP/1.1\r\nHost: x\r\n" + APP;

    private static final String HEALTH = "GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n";

    private CountDownLatch entered = new CountDownLatch(2);
    private CountDownLatch release = new CountDownLatch(1);
    @Parameter private Layer layer = Layer.PLAIN;
    private Fixture server;

    @BeforeParameterizedClassInvocation
    void start() {
        entered = new CountDownLatch(2);
        release = new CountDownLatch(1);
        var limits =
                new HttpSettings.Limits(
                        100_000,
                        100_000,
                        10,
                        2,
                        100,
                        Duration.ofMillis(400),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5));
        var huge = new byte[32 << 20];
        var operations = new java.util.ArrayList<>(Echo.operations());
        operations.add(
                Operation.get("test.huge", "/huge")
                        .access(Access.PUBLIC)
                        .summary("Answers more than a socket buffers.")
                        .handle(_ -> new Answer(200, Map.of(), new Answer.Body.Bytes(huge))));
        operations.add(
                Operation.get("test.slow", "/slow")
                        .access(Access.PUBLIC)
                        .summary("Waits.")
                        .handle(_ -> {
                            entered.countDown();
                            awaitRelease();
                            return Answer.ok(Json.object());
                        }));
        server =
                new Fixture(
                        layer,
                        HttpSettings.of("127.0.0.1", 0).withLimits(limits),
                        operations,
                        List.of());
    }

    @AfterParameterizedClassInvocation
    void stop() {
        server.close();
    }

    @Test
    void refusesAmbiguousFraming() throws IOException {
        assertStatus(400, POST + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}");
        assertStatus(400, POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
        assertStatus(400, POST + "Transfer-Encoding: identity\r\n\r\n");
        assertStatus(400, POST + "Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}");
        assertStatus(400, POST + "Content-Length: -1\r\n\r\n{}");
        assertStatus(400, POST + "Content-Length: +2\r\n\r\n{}");
        assertStatus(400, POST + "Content-Length: 99999999999999999999\r\n\r\n{}");
        assertStatus(400, POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n");
        assertStatus(400, POST + "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n");
    }

    @Test
    void refusesHugeChunksUnread() throws IOException {
        assertStatus(413, POST + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n{");
        assertStatus(413, POST + "Content-Length: 999999999999\r\n\r\n{");
    }

    @Test
    void refusesWhatIsNoHttp() throws IOException {
        assertStatus(400, "nonsense\r\n\r\n");
        assertStatus(400, "GET /v1/health HTTP/1.1\r\n\r\n");
        assertStatus(400, "GET /v1/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
        assertStatus(414, "GET /v1/" + "a".repeat(70_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertStatus(
                400, "GET /v1/health HTTP/1.1\r\nHost: x\r\nA: " + "b".repeat(40_000) + "\r\n\r\n");
    }

    @Test
    void answersLongAddresses() throws IOException {
        assertStatus(
                200, "GET /v1/health?where=" + "a".repeat(30_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    @Test
    void takesUnescapedJsonInTheQuery() throws IOException {
        var address = "/v1/classes/A?where={\"a\":\"b|c\"}";
        var answer = exchange("GET " + address + " HTTP/1.1\r\nHost: x\r\n" + APP + "\r\n");
        assertThat(answer).contains("200 OK", "{\\\"a\\\":\\\"b|c\\\"}");
    }

    @Test
    void servesTheNextRequestAfterARefusedBody() throws IOException {
        var answer = exchange(POST + "Content-Length: 5\r\n\r\n12345" + HEALTH);
        assertThat(answer).contains("400 Bad Request", "200 OK");
    }

    @Test
    void answersClientsThatDripTheirBody() throws Exception {
        try (var client = server.connect(POST + "Content-Length: 1000\r\n\r\n")) {
            client.drip();
            assertThat(client.readAll()).contains("408");
        }
    }

    @Test
    void closesOnClientsThatStopSendingTheirBody() throws IOException {
        try (var client = server.connect(POST + "Content-Length: 1000\r\n\r\n{")) {
            assertEndsWithin(client, Duration.ofSeconds(5));
        }
    }

    @Test
    void closesOnClientsThatDripAChunk() throws Exception {
        try (var client = server.connect(POST + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n")) {
            client.drip();
            assertEndsWithin(client, Duration.ofSeconds(1));
        }
    }

    @Test
    void closesOnClientsThatDripTheirHeaders() throws Exception {
        try (var client = server.connect("GET /v1/health HTTP/1.1\r\nHost: ")) {
            client.drip();
            assertEndsWithin(client, Duration.ofSeconds(1));
        }
    }

    @Test
    void closesOnClientsThatDripTheirRequestLine() throws Exception {
        try (var client = server.connect("GET /v1/")) {
            client.drip();
            assertEndsWithin(client, Duration.ofSeconds(1));
        }
    }

    @Test
    void closesIdleConnections() throws IOException {
        try (var client = server.connect(HEALTH)) {
            assertEndsWithin(client, Duration.ofSeconds(5));
        }
    }

    @Test
    void closesOnClientsThatDoNotTakeTheirAnswer() throws Exception {
        try (var client = server.connect("GET /v1/huge HTTP/1.1\r\nHost: x\r\n\r\n")) {
            assertThat(client.read()).isEqualTo('H');
            Thread.sleep(Duration.ofSeconds(4));
            assertThat(client.readAll()).hasSizeLessThan(32 << 20);
        }
    }

    @Test
    void shedsLoadAboveTheLimit() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> server.send("GET", "/v1/slow", "", ""));
            var second = threads.submit(() -> server.send("GET", "/v1/slow", "", ""));
            entered.await();
            var third = server.send("GET", "/v1/health", "", "");
            release.countDown();
            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(third.body()).contains("\"code\":1503");
            assertThat(third.headers().firstValue("Retry-After")).contains("1");
            assertThat(List.of(first.get().statusCode(), second.get().statusCode()))
                    .containsOnly(200);
        }
        assertThat(server.send("GET", "/v1/health", "", "").statusCode()).isEqualTo(200);
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(failure);
        }
    }

    private void assertStatus(int status, String request) throws IOException {
        var answer = exchange(request);
        assertThat(answer)
                .as(request.substring(0, Math.min(200, request.length())))
                .startsWith("HTTP/1.1 " + status + " ");
        if (status != 200) {
            assertThat(answer).contains("{\"error\":");
        }
    }

    /// Sends and reads until the server closes, which it does when the connection is idle.
    private String exchange(String request) throws IOException {
        try (var client = server.connect(request)) {
            return client.readAll();
        }
    }

    private static void assertEndsWithin(RawClient client, Duration time) throws IOException {
        long start = System.nanoTime();
        client.readAll();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(time);
    }
}

package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rialto.functions.spi.Host.Fetch;
import dev.rialto.functions.spi.Host.Fetched;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.OutboundRules;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OutboundHttpTest {
    private static final int MAX_BODY = 100_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final App APP = new App("app", "app");

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private HttpServer allowed;
    private HttpServer forbidden;
    private OutboundHttp http;

    @BeforeEach
    void start() throws IOException {
        allowed = server();
        forbidden = server();
        http =
                new OutboundHttp(
                        OutboundRules.of(List.of("127.0.0.1:" + port(allowed))),
                        MAX_BODY,
                        Timing.SYSTEM);
    }

    @AfterEach
    void stop() {
        stopping.countDown();
        http.close();
        allowed.stop(0);
        forbidden.stop(0);
        threads.close();
    }

    @Test
    void givesUpOnANameThatTakesTooLongToLookUp() {
        OutboundRules slow =
                OutboundRules.of(
                        List.of("slow.example.com"),
                        name -> {
                            await();
                            throw new UnknownHostException(name);
                        },
                        _ -> false);
        Fetch fetch = get("http://slow.example.com/");
        try (var client = new OutboundHttp(slow, MAX_BODY, Timing.SYSTEM)) {
            assertThatThrownBy(() -> client.fetch(APP, fetch, Duration.ofMillis(50)))
                    .isInstanceOf(RialtoException.class)
                    .hasMessageContaining("no response in time")
                    .hasMessageContaining("slow.example.com");
        }
    }

    @Test
    void reachesServersForOneAppWhileAnothersNamesAreNotFound() {
        OutboundRules rules =
                OutboundRules.of(
                        List.of("slow.example.com", "localhost:" + port(allowed)),
                        name -> {
                            if (name.startsWith("slow")) {
                                await();
                            }
                            return List.of(InetAddress.getLoopbackAddress());
                        },
                        _ -> false);
        var greedy = new App("greedy", "greedy");
        try (var client = new OutboundHttp(rules, MAX_BODY, Timing.SYSTEM)) {
            RialtoException told;
            do {
                told =
                        catchThrowableOfType(
                                RialtoException.class,
                                () ->
                                        client.fetch(
                                                greedy,
                                                get("http://slow.example.com/"),
                                                Duration.ZERO));
            } while (told.code() == ErrorCode.SCRIPT_FAILED);

            assertThat(told.code()).isEqualTo(ErrorCode.OVERLOADED);
            String url = "http://localhost:" + port(allowed) + "/echo";
            assertThat(client.fetch(APP, get(url), PATIENCE).status()).isEqualTo(200);
        }
    }

    private static Fetch get(String url) {
        return new Fetch("GET", url, Map.of(), new byte[0], Optional.empty());
    }

    private HttpServer server() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/echo", OutboundHttpTest::echo);
        server.createContext("/large", exchange -> answer(exchange, 200, "x".repeat(MAX_BODY + 1)));
        server.createContext("/missing", exchange -> answer(exchange, 404, "nothing"));
        server.createContext("/silent", _ -> await());
        server.createContext("/away", this::redirect);
        server.start();
        return server;
    }

    private void await() {
        try {
            stopping.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void echo(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("X-Twice", "a");
        exchange.getResponseHeaders().add("X-Twice", "b");
        answer(
                exchange,
                200,
                exchange.getRequestMethod()
                        + " "
                        + exchange.getRequestHeaders().getFirst("X-Given")
                        + " "
                        + body);
    }

    /// Redirects to the address in the query.
    private void redirect(HttpExchange exchange) throws IOException {
        String where = exchange.getRequestURI().getQuery();
        exchange.getResponseHeaders().add("Location", where);
        answer(exchange, 302, "");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static int port(HttpServer server) {
        return server.getAddress().getPort();
    }

    private static String url(HttpServer server, String path) {
        return "http://127.0.0.1:" + port(server) + path;
    }

    private Fetched fetch(String method, String url, String body, Map<String, String> headers) {
        return http.fetch(
                APP,
                new Fetch(
                        method,
                        url,
                        headers,
                        body.getBytes(StandardCharsets.UTF_8),
                        Optional.empty()),
                PATIENCE);
    }

    private RialtoException failure(String method, String url, Map<String, String> headers) {
        return catchThrowableOfType(RialtoException.class, () -> fetch(method, url, "", headers));
    }

    @ParameterizedTest
    @CsvSource({"GET,''", "POST,body", "PUT,body", "PATCH,body", "DELETE,''"})
    void sendsMethodHeadersAndBody(String method, String body) {
        Fetched answer = fetch(method, url(allowed, "/echo"), body, Map.of("X-Given", "value"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(method + " value " + body);
        assertThat(answer.headers().get("x-twice")).containsExactly("a", "b");
    }

    @Test
    void returnsResponsesOfAnyStatus() {
        assertThat(fetch("GET", url(allowed, "/missing"), "", Map.of()).status()).isEqualTo(404);
    }

    @Test
    void refusesServersThatTheRulesDoNotAllow() {
        assertThat(failure("GET", url(forbidden, "/echo"), Map.of()).code())
                .isEqualTo(ErrorCode.OPERATION_FORBIDDEN);
    }

    @Test
    void judgesWhereRedirectsLead() {
        assertThat(
                        new String(
                                fetch(
                                                "GET",
                                                url(allowed, "/away?" + url(allowed, "/echo")),
                                                "",
                                                Map.of())
                                        .body(),
                                StandardCharsets.UTF_8))
                .startsWith("GET");
        assertThat(
                        failure("GET", url(allowed, "/away?" + url(forbidden, "/echo")), Map.of())
                                .code())
                .isEqualTo(ErrorCode.OPERATION_FORBIDDEN);
    }

    @Test
    void endsRedirectsThatLeadInACircle() {
        String circle = url(allowed, "/away?/away");
        assertThat(failure("GET", circle, Map.of()).code()).isEqualTo(ErrorCode.SCRIPT_FAILED);
    }

    @Test
    void refusesResponsesAndBodiesThatAreTooLarge() {
        assertThat(failure("GET", url(allowed, "/large"), Map.of()))
                .hasMessage("the response is larger than 100000 bytes");
        assertThat(
                        catchThrowableOfType(
                                RialtoException.class,
                                () ->
                                        fetch(
                                                "POST",
                                                url(allowed, "/echo"),
                                                "x".repeat(MAX_BODY + 1),
                                                Map.of())))
                .hasMessage("the body is larger than 100000 bytes");
    }

    @Test
    void endsAtItsDeadline() {
        RialtoException late =
                catchThrowableOfType(
                        RialtoException.class,
                        () ->
                                http.fetch(
                                        APP,
                                        new Fetch(
                                                "GET",
                                                url(allowed, "/silent"),
                                                Map.of(),
                                                new byte[0],
                                                Optional.empty()),
                                        Duration.ofMillis(200)));

        assertThat(late.code()).isEqualTo(ErrorCode.SCRIPT_FAILED);
    }

    @Test
    void saysWhenNobodyListens() {
        int port = port(allowed);
        allowed.stop(0);

        assertThat(failure("GET", "http://127.0.0.1:" + port + "/", Map.of()))
                .hasMessage("no response: the connection was refused");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://example.com/",
                "http:///nothing",
                "http://user:secret@example.com/",
                "nonsense",
                "http://exa mple.com/"
            })
    void refusesOtherUrls(String url) {
        assertThat(failure("GET", url, Map.of()).code()).isEqualTo(ErrorCode.INVALID_VALUE);
    }

    @ParameterizedTest
    @CsvSource({
        "Host, example.com",
        "Transfer-Encoding, chunked",
        "Content-Length, 5",
        "'X-A: b', c",
        "'', c"
    })
    void refusesHeadersThatAreTheServersAffair(String name, String value) {
        assertThat(failure("GET", url(allowed, "/echo"), Map.of(name, value)).code())
                .isEqualTo(ErrorCode.INVALID_VALUE);
    }

    @Test
    void refusesHeadersWithLineBreaksAndUnknownMethods() {
        assertThat(failure("GET", url(allowed, "/echo"), Map.of("X-A", "b\r\nX-B: c")).code())
                .isEqualTo(ErrorCode.INVALID_VALUE);
        assertThat(failure("CONNECT", url(allowed, "/echo"), Map.of()).code())
                .isEqualTo(ErrorCode.INVALID_VALUE);
    }
}

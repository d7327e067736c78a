package dev.rialto.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageProvider.UnavailableException;
import dev.rialto.messages.spi.MessageText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class WebhookTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.close();
    }

    private WebhookProvider provider(Duration timeout, HttpHandler handler) {
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        requests.add(
                                exchange.getProtocol()
                                        + " "
                                        + exchange.getRequestHeaders().getFirst("Upgrade")
                                        + " "
                                        + new String(
                                                exchange.getRequestBody().readAllBytes(),
                                                StandardCharsets.UTF_8));
                        asked.countDown();
                        handler.handle(exchange);
                    }
                });
        return new WebhookProvider(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
                "a secret",
                Clock.systemUTC(),
                timeout);
    }

    private static MessageProvider.Outgoing message() {
        return new MessageProvider.Outgoing(
                "1",
                "app",
                Channel.SMS,
                "+4915112345678",
                new MessageText("", "b", ""),
                new MessageProvider.Source("code", "en", Map.of("code", "123456")));
    }

    /// Sends the headers and the beginning of a body that does not end.
    private void neverEnd(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write('{');
        exchange.getResponseBody().flush();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void takesTheIdOfTheAnswer() throws Exception {
        try (var webhook =
                provider(
                        LONG,
                        exchange -> {
                            byte[] answer = "{\"id\": \"theirs\"}".getBytes(StandardCharsets.UTF_8);
                            exchange.sendResponseHeaders(200, answer.length);
                            exchange.getResponseBody().write(answer);
                        })) {
            assertThat(webhook.deliver(message())).isEqualTo("theirs");
        }
        assertThat(requests.remove())
                .as("neither a subject nor HTML, and no other version of HTTP")
                .isEqualTo(
                        "HTTP/1.1 null {\"id\":\"1\",\"app\":\"app\",\"channel\":\"sms\","
                                + "\"to\":\"+4915112345678\",\"template\":\"code\","
                                + "\"language\":\"en\",\"values\":{\"code\":\"123456\"},"
                                + "\"text\":\"b\"}");
    }

    @Test
    void givesUpOnABodyThatDoesNotEnd() {
        try (var webhook = provider(Duration.ofSeconds(1), this::neverEnd)) {
            assertThatThrownBy(() -> webhook.deliver(message()))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessage("the webhook took longer than 1.0 seconds");
        }
    }

    /// The message is accepted, and must not be sent again for the sake of its answer.
    @Test
    void readsOnlyTheBeginningOfALongAnswer() throws Exception {
        try (var webhook =
                provider(
                        LONG,
                        exchange -> {
                            exchange.sendResponseHeaders(200, 0);
                            exchange.getResponseBody().write(new byte[20_000]);
                            exchange.getResponseBody().flush();
                            awaitEnd();
                        })) {
            assertThat(webhook.deliver(message())).isEqualTo("1");
        }
    }

    @Test
    void endsWhatIsBeingHandedOverWhenItIsClosed() throws Exception {
        var failure = new CompletableFuture<Exception>();
        var webhook = provider(LONG, this::neverEnd);
        threads.execute(() -> {
            try {
                failure.completeExceptionally(new AssertionError(webhook.deliver(message())));
            } catch (Exception told) {
                failure.complete(told);
            }
        });
        asked.await();
        webhook.close();
        assertThat(failure.get()).isInstanceOf(UnavailableException.class);
    }

    @Test
    void tellsAWebhookThatIsNotThere() {
        var webhook = provider(LONG, this::neverEnd);
        server.stop(0);
        try (webhook) {
            assertThatThrownBy(() -> webhook.deliver(message()))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessage("the webhook is not reachable, or ended the connection");
        }
    }
}

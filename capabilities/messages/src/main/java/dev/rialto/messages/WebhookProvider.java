package dev.rialto.messages;

import dev.rialto.kernel.Json;
import dev.rialto.messages.spi.MessageProvider;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JacksonException;

/// Hands messages over to a program of the operator's, which knows how they are delivered. Each
/// request is signed: `X-Rialto-Signature` is the HMAC-SHA256, in hexadecimal, of
/// `X-Rialto-Timestamp`, a dot and the body.
final class WebhookProvider implements MessageProvider {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String ALGORITHM = "HmacSHA256";
    private static final int FIRST_REFUSAL = 400;
    private static final int FIRST_FAILURE = 500;
    private static final int MAX_ANSWER = 10_000;

    /// Refusals that may be over soon.
    private static final Set<Integer> LATER = Set.of(401, 403, 408, 425, 429);

    private final URI url;
    private final SecretKeySpec key;
    private final InstantSource clock;
    private final Duration timeout;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(10))
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    WebhookProvider(URI url, String secret, InstantSource clock) {
        this(url, secret, clock, TIMEOUT);
    }

    /// @param timeout for the whole answer
    WebhookProvider(URI url, String secret, InstantSource clock, Duration timeout) {
        this.url = url;
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
        this.clock = clock;
        this.timeout = timeout;
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public String deliver(Outgoing message) throws UndeliverableException, UnavailableException {
        byte[] body = body(message);
        String timestamp = String.valueOf(clock.instant().getEpochSecond());
        HttpRequest request =
                HttpRequest.newBuilder(url)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", message.id())
                        .header("X-Rialto-Timestamp", timestamp)
                        .header("X-Rialto-Signature", signature(timestamp, body))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        CompletableFuture<HttpResponse<byte[]>> response =
                client.sendAsync(request, _ -> new FirstBytes(MAX_ANSWER));
        try {
            HttpResponse<byte[]> answer = response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return accepted(message, answer.statusCode(), answer.body());
        } catch (TimeoutException slow) {
            throw new UnavailableException(
                    "the webhook took longer than " + timeout.toMillis() / 1000.0 + " seconds",
                    slow);
        } catch (ExecutionException failed) {
            throw new UnavailableException(
                    failed.getCause() instanceof HttpTimeoutException
                            ? "the webhook did not accept a connection in time"
                            : "the webhook is not reachable, or ended the connection",
                    failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("the server is stopping", stopped);
        } finally {
            response.cancel(true);
        }
    }

    private static byte[] body(Outgoing message) {
        return Json.write(
                        Json.object()
                                .put("id", message.id())
                                .put("app", message.app())
                                .put("channel", message.channel().text())
                                .put("to", message.recipient())
                                .put("subject", message.subject())
                                .put("text", message.body())
                                .put("html", message.html()))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String accepted(Outgoing message, int status, byte[] answer)
            throws UndeliverableException, UnavailableException {
        if (status >= FIRST_FAILURE || LATER.contains(status) || status / 100 == 3) {
            throw new UnavailableException("the webhook answered " + status);
        }
        if (status >= FIRST_REFUSAL) {
            throw new UndeliverableException("the webhook answered " + status, status == 410);
        }
        try {
            return Json.read(answer).path("id").asString(message.id());
        } catch (JacksonException notJson) {
            return message.id();
        }
    }

    private String signature(String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

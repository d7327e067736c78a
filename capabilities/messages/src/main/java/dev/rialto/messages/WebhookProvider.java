package dev.rialto.messages;

import dev.rialto.kernel.Json;
import dev.rialto.messages.ProviderClient.Reply;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.InstantSource;
import tools.jackson.databind.node.ObjectNode;

/// Hands messages over to a program of the operator's, which knows how they are delivered. Each
/// request is signed: `X-Rialto-Signature` is the HMAC-SHA256, in hexadecimal, of
/// `X-Rialto-Timestamp`, a dot and the body.
final class WebhookProvider implements MessageProvider {
    static final String TIMESTAMP = "X-Rialto-Timestamp";
    static final String SIGNATURE = "X-Rialto-Signature";

    private static final int GONE = 410;

    private final URI url;
    private final String secret;
    private final InstantSource clock;
    private final ProviderClient client;

    WebhookProvider(URI url, String secret, InstantSource clock) {
        this(url, secret, clock, ProviderClient.TIMEOUT);
    }

    /// @param timeout for the whole answer
    WebhookProvider(URI url, String secret, InstantSource clock, Duration timeout) {
        this.url = url;
        this.secret = secret;
        this.clock = clock;
        this.client = new ProviderClient("the webhook", timeout);
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public String deliver(Outgoing message) throws UndeliverableException, UnavailableException {
        byte[] body = Signatures.bytes(Json.write(body(message)));
        String timestamp = String.valueOf(clock.instant().getEpochSecond());
        HttpRequest request =
                HttpRequest.newBuilder(url)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", message.id())
                        .header(TIMESTAMP, timestamp)
                        .header(SIGNATURE, Signatures.ofRequest(secret, timestamp, body))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        Reply reply = client.send(request);
        client.requireFinal(reply);
        if (reply.isRefusal()) {
            throw new UndeliverableException(
                    client.told(String.valueOf(reply.status())), reply.status() == GONE);
        }
        return reply.json().path("id").asString(message.id());
    }

    private static ObjectNode body(Outgoing message) {
        ObjectNode json =
                Json.object()
                        .put("id", message.id())
                        .put("app", message.app())
                        .put("channel", message.channel().text())
                        .put("to", message.recipient())
                        .put("template", message.source().template())
                        .put("language", message.source().language());
        ObjectNode values = json.putObject("values");
        message.source().values().forEach(values::put);
        if (message.channel() == Channel.MAIL) {
            json.put("subject", message.text().subject());
        }
        json.put("text", message.text().body());
        if (message.channel() == Channel.MAIL) {
            json.put("html", message.text().html());
        }
        message.unsubscribe().ifPresent(link -> json.put("unsubscribe", link));
        return json;
    }

    @Override
    public void close() {
        client.close();
    }
}

package dev.rialto.messages;

import dev.rialto.http.Call;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.DeliveryReports.Event;
import dev.rialto.messages.DeliveryReports.Report;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reports of a program of the operator's, such as one that reads the mailbox for bounces. They are
/// signed like the requests of [WebhookProvider].
final class SignedReports implements DeliveryReports.Source {
    private static final Duration MAX_AGE = Duration.ofMinutes(5);
    private static final Pattern TIMESTAMP = Pattern.compile("\\d{1,12}");
    private static final int MAX_REASON = 500;

    private final String secret;
    private final InstantSource clock;

    SignedReports(String secret, InstantSource clock) {
        this.secret = secret;
        this.clock = clock;
    }

    @Override
    public Optional<Report> read(Call call, byte[] body) {
        String timestamp = call.header(WebhookProvider.TIMESTAMP).orElse("");
        String signature = call.header(WebhookProvider.SIGNATURE).orElse("");
        if (!TIMESTAMP.matcher(timestamp).matches()
                || !Signatures.isEqual(Signatures.ofRequest(secret, timestamp, body), signature)) {
            throw DeliveryReports.unsigned();
        }
        Instant at = Instant.ofEpochSecond(Long.parseLong(timestamp));
        if (Duration.between(at, clock.instant()).abs().compareTo(MAX_AGE) > 0) {
            throw new RialtoException(
                    ErrorCode.UNAUTHORIZED,
                    WebhookProvider.TIMESTAMP + " differs by more than 5 minutes from now");
        }
        return Optional.of(report(json(body)));
    }

    private static JsonNode json(byte[] body) {
        try {
            return Json.read(body);
        } catch (JacksonException malformed) {
            throw new RialtoException(ErrorCode.INVALID_VALUE, "a report must be JSON", malformed);
        }
    }

    private static Report report(JsonNode json) {
        String event = json.path("event").asString("");
        String reason = json.path("reason").asString(event);
        if (!json.path("message").isString() || reason.length() > MAX_REASON) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE,
                    "a report must have the id of a message, and a reason of at most "
                            + MAX_REASON
                            + " characters");
        }
        return new Report(
                json.path("message").asString(),
                switch (event) {
                    case "bounced" -> Event.BOUNCED;
                    case "complained" -> Event.COMPLAINED;
                    default ->
                            throw new RialtoException(
                                    ErrorCode.INVALID_VALUE, "event must be bounced or complained");
                },
                true,
                reason);
    }
}

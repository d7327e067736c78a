package dev.rialto.messages;

import static dev.rialto.messages.TestOutbox.mail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Settings;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageText;
import dev.rialto.messages.spi.NewMessage;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Reports of what became of messages, from those who may send them and from others.
final class DeliveryReportsTest {
    private static final String SECRET = "the secret of reports";
    private static final String TOKEN = "the token of the account";
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final TestOutbox test = new TestOutbox(POSTGRES);
    private final MessagesCapability messages = test.made(settings(), providers());
    private final TestFrontDoor door = TestFrontDoor.open(messages.operations(), test.app);

    @AfterAll
    static void stop() {
        POSTGRES.close();
    }

    @AfterEach
    void close() {
        door.close();
        messages.close();
    }

    private static Map<Channel, MessageProvider> providers() {
        MessageProvider provider = new ScriptedProvider();
        return Map.of(Channel.MAIL, provider, Channel.SMS, provider);
    }

    private static MessagesSettings settings() {
        var settings =
                new Settings(
                        Map.of(),
                        Map.of(),
                        Map.of(
                                "messages.reports.secret", SECRET,
                                "messages.sms", "twilio",
                                "messages.twilio.account", "AC1",
                                "messages.twilio.token", TOKEN,
                                "messages.twilio.from", "+15005550006"));
        MessagesSettings read = MessagesSettings.read(settings);
        settings.finish();
        return read;
    }

    /// A message that a provider has accepted.
    private String sent(NewMessage message) {
        String id = messages.send(test.app, message);
        Outbox.Leased leased = test.outbox.take(List.of(message.channel()), "node", 1).getFirst();
        test.outbox.accepted(leased, new ScriptedProvider(), "theirs");
        return id;
    }

    private HttpResponse<String> report(String body, Instant at, String secret) {
        String timestamp = String.valueOf(at.getEpochSecond());
        return door.send(
                "POST",
                "/apps/" + test.app.id() + "/messages/reports/webhook",
                body,
                "X-Rialto-Timestamp: " + timestamp,
                "X-Rialto-Signature: "
                        + Signatures.ofRequest(secret, timestamp, Signatures.bytes(body)));
    }

    private static String bounced(String id, String event) {
        return "{\"message\": \"%s\", \"event\": \"%s\", \"reason\": \"no such user\"}"
                .formatted(id, event);
    }

    @ParameterizedTest
    @CsvSource({"bounced", "complained"})
    void suppressesTheRecipientOfAReport(String event) {
        String id = sent(mail("Ada@example.com", Map.of()));
        String body = bounced(id, event);
        Instant now = test.clock.instant();
        assertThat(report(body, now, SECRET).body()).contains("\"applied\":true");
        assertThat(test.find(id).state()).isEqualTo(event);
        assertThat(test.find(id).error()).isEqualTo("no such user");
        assertThat(test.suppressions.isSuppressed(test.app.id(), "ada@example.com", "code"))
                .isTrue();

        test.suppressions.allow(test.app, "ada@example.com", "");
        assertThat(report(body, now, SECRET).body()).as("again").contains("\"applied\":false");
        assertThat(test.suppressions.list(test.app, 10)).isEmpty();
    }

    @Test
    void rejectsReportsThatAreForgedOrOldOrTooLong() {
        String id = sent(mail("ada@example.com", Map.of()));
        String body = bounced(id, "bounced");
        Instant now = test.clock.instant();
        assertThat(report(body, now, "a guess").statusCode()).isEqualTo(403);
        assertThat(report(body, now.minus(Duration.ofMinutes(6)), SECRET).statusCode())
                .isEqualTo(403);
        assertThat(report(body, now.plus(Duration.ofMinutes(6)), SECRET).statusCode())
                .isEqualTo(403);
        assertThat(report(body + " ".repeat(70_000), now, SECRET).statusCode()).isEqualTo(413);
        String path = "/apps/" + test.app.id() + "/messages/reports/";
        assertThat(door.send("POST", path + "webhook", body).statusCode()).isEqualTo(403);
        assertThat(door.send("POST", path + "twilio", body).statusCode()).isEqualTo(403);
        assertThat(door.send("POST", path + "other", body).statusCode()).isEqualTo(404);
        assertThat(test.find(id).state()).isEqualTo("sent");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 400",
                "[] | 400",
                "{} | 400",
                "{\"message\": \"0f\", \"event\": \"opened\"} | 400",
                "{\"message\": 1, \"event\": \"bounced\"} | 400",
                "{\"message\": \"0f\", \"event\": \"bounced\"} | 200",
                "{\"message\": \"no id\", \"event\": \"bounced\"} | 200",
                "{\"message\": \"0f\", \"event\": \"bounced\", \"reason\": \"\\u0000\"} | 400"
            })
    void readsReportsStrictly(String body, int status) {
        assertThat(report(body, test.clock.instant(), SECRET).statusCode()).isEqualTo(status);
    }

    @Test
    void changesNothingOfAnotherApp() {
        String id = sent(mail("ada@example.com", Map.of()));
        String body = bounced(id, "bounced");
        String timestamp = String.valueOf(test.clock.instant().getEpochSecond());
        String answer =
                door.send(
                                "POST",
                                "/apps/another/messages/reports/webhook",
                                body,
                                "X-Rialto-Timestamp: " + timestamp,
                                "X-Rialto-Signature: "
                                        + Signatures.ofRequest(
                                                SECRET, timestamp, Signatures.bytes(body)))
                        .body();
        assertThat(answer).contains("\"applied\":false");
        assertThat(test.find(id).state()).isEqualTo("sent");
    }

    private HttpResponse<String> callback(String id, Map<String, String> form, String token) {
        String path =
                DeliveryReports.address(
                        "",
                        new MessageProvider.Outgoing(
                                id,
                                test.app.id(),
                                Channel.SMS,
                                "",
                                new MessageText("", "", ""),
                                new MessageProvider.Source("code", "en", Map.of())),
                        "twilio");
        String body =
                form.entrySet().stream()
                        .map(each ->
                                each.getKey()
                                        + "="
                                        + URLEncoder.encode(
                                                each.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return door.send(
                "POST",
                path,
                body,
                "Content-Type: application/x-www-form-urlencoded",
                "X-Twilio-Signature: "
                        + TwilioReports.signature(token, door.publicUrl() + path, form));
    }

    @Test
    void takesTheStatusCallbacksOfTwilio() {
        var sms = new NewMessage(Channel.SMS, "+4915112345678", "code", "en", Map.of());
        String first = sent(sms);
        assertThat(callback(first, Map.of("MessageStatus", "delivered"), TOKEN).statusCode())
                .isEqualTo(200);
        assertThat(test.find(first).state()).isEqualTo("sent");

        Map<String, String> unreachable =
                Map.of("MessageStatus", "undelivered", "ErrorCode", "30003");
        assertThat(callback(first, unreachable, "a guess").statusCode()).isEqualTo(403);
        assertThat(callback(first, unreachable, TOKEN).body()).contains("\"applied\":true");
        assertThat(test.find(first).state()).isEqualTo("bounced");
        assertThat(test.find(first).error()).isEqualTo("Twilio reports error 30003");
        assertThat(test.suppressions.list(test.app, 10)).as("a phone that is off").isEmpty();

        String second = sent(sms);
        assertThat(
                        callback(
                                        second,
                                        Map.of(
                                                "MessageStatus", "undelivered",
                                                "To", "+4915112345678 & co",
                                                "ErrorCode", "30005"),
                                        TOKEN)
                                .body())
                .contains("\"applied\":true");
        assertThat(test.suppressions.list(test.app, 10))
                .extracting(Suppressions.Suppressed::recipient)
                .containsExactly("+4915112345678");
    }
}

package dev.rialto.messages;

import static dev.rialto.messages.TestOutbox.await;
import static dev.rialto.messages.TestOutbox.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.App;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.NewMessage;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestClient;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class OutboxTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final List<Channel> MAIL = List.of(Channel.MAIL);

    private final TestOutbox test = new TestOutbox(POSTGRES);
    private final Outbox outbox = test.outbox;

    @AfterAll
    static void stop() {
        POSTGRES.close();
    }

    private String waiting(String to) {
        try (var writer = test.writer()) {
            return writer.send(test.app, mail(to, Map.of("link", "https://x")));
        }
    }

    /// Takes a message that was just made: there is no other one.
    private Outbox.Leased take(String node) {
        List<Outbox.Leased> taken = outbox.take(MAIL, node, 100);
        assertThat(taken).hasSize(1);
        return taken.getFirst();
    }

    @Test
    void notesNothingForAnAttemptWhoseLeaseWasTakenOver() {
        String id = waiting("ada@example.com");
        Outbox.Leased slow = take("node");
        test.advance(Outbox.LEASE.plusSeconds(1));
        Outbox.Leased second = take("node");

        assertThat(outbox.failed(slow, "smtp", "too slow")).isFalse();
        assertThat(outbox.accepted(slow, new ScriptedProvider(), "slow")).isFalse();
        assertThat(outbox.postpone(slow, test.clock.instant(), "smtp", "too slow")).isFalse();
        assertThat(outbox.release(slow)).isFalse();
        assertThat(outbox.take(MAIL, "other", 100)).as("still leased").isEmpty();

        assertThat(outbox.accepted(second, new ScriptedProvider(), "theirs")).isTrue();
        assertThat(outbox.failed(second, "smtp", "again")).as("sent stays sent").isFalse();
        assertThat(outbox.postpone(second, test.clock.instant(), "smtp", "again")).isFalse();
        assertThat(test.find(id).state()).isEqualTo("sent");
        assertThat(test.find(id).providerId()).isEqualTo("theirs");
        assertThat(test.find(id).body()).isEmpty();
        assertThat(test.find(id).subject()).as("it may have a code").isEmpty();
        assertThat(stored(id)).as("the values").isEqualTo("{}");
    }

    private String stored(String id) {
        return test.database
                .queryFirst(
                        Sql.of("select template_values from rialto.message where id = ?", id),
                        row -> row.getString(1))
                .orElseThrow();
    }

    @Test
    void givesProvidersTheValuesOfAMessage() {
        Map<String, String> values =
                Map.of("code", "1\u00002", "name", "\uD83D\uDE00\"", "long", "x".repeat(5_000));
        try (var messages = test.made(Map.of())) {
            messages.send(
                    test.app,
                    new NewMessage(Channel.SMS, "+4915112345678", "code", "zh-Hans", values));
        }
        MessageProvider.Outgoing sms =
                outbox.take(List.of(Channel.SMS), "node", 1).getFirst().message();
        assertThat(sms.source())
                .isEqualTo(
                        new MessageProvider.Source(
                                "code",
                                "zh-CN",
                                Map.of(
                                        "code", "12",
                                        "name", "\uD83D\uDE00\"",
                                        "long", "x".repeat(4_000))));
        assertThat(sms.text().subject()).isEmpty();
        assertThat(sms.text().body()).contains("12");
        assertThat(sms.text().html()).isEmpty();
    }

    @Test
    void suppressesOnlyAddresses() {
        try (var messages = test.writer();
                var door = TestFrontDoor.open(messages.operations(), test.app)) {
            var owner =
                    new TestClient(door, TestFrontDoor.app(test.app.id()), TestFrontDoor.MASTER);
            String path = "/message-suppressions/";
            for (String good : List.of("ada@example.com", "+4915112345678", "%2B4915112345678")) {
                assertThat(owner.put(path + good, "{}").status()).as(good).isEqualTo(200);
            }
            for (String wrong :
                    List.of("ada", "+49", "%00@example.com", "a".repeat(300) + "@b.c")) {
                assertThat(owner.put(path + wrong, "{}").status()).as(wrong).isEqualTo(400);
            }
            for (String reason : List.of("", "two\\nlines", "x".repeat(501))) {
                assertThat(
                                owner.put(
                                                path + "eve@example.com",
                                                "{\"reason\": \"" + reason + "\"}")
                                        .code())
                        .as(reason)
                        .isEqualTo(162);
            }
            assertThat(test.suppressions.list(test.app, 10)).hasSize(2);
        }
    }

    @Test
    void suppressesWhatWaitsForAnAddress() {
        String hers = waiting("Ada@example.com");
        String others = waiting("eve@example.com");
        test.suppressions.suppress(test.app.id(), "ada@Example.com", "complained");
        assertThat(test.find(hers).state()).isEqualTo("suppressed");
        assertThat(test.find(hers).body()).isEmpty();
        assertThat(test.find(hers).finishedAt()).isPresent();
        assertThat(test.find(others).state()).isEqualTo("waiting");
        assertThat(test.find(others).body()).isNotEmpty();
        assertThat(outbox.failed(take("node"), "smtp", "refused")).isTrue();

        test.suppressions.suppress(test.app.id(), "eve@example.com", "bounced");
        assertThatThrownBy(() -> outbox.retry(test.app, others))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("suppressed");
        test.suppressions.allow(test.app, "eve@example.com", "");
        assertThat(outbox.retry(test.app, others)).isTrue();
        assertThat(take("node").message().id()).isEqualTo(others);
    }

    @Test
    void noAppWaitsForAllThatAnotherSends() {
        IntStream.range(0, 20).forEach(i -> waiting("user" + i + "@example.com"));
        App other = test.addApp();
        String one;
        try (var writer = test.writer()) {
            one = writer.send(other, mail("ada@example.com", Map.of()));
        }
        assertThat(outbox.take(MAIL, "node", 8))
                .hasSize(8)
                .anyMatch(each -> each.message().id().equals(one));
        assertThat(outbox.take(MAIL, "node", 100)).hasSize(13);
    }

    /// How long messages are kept counts from when they were done, not from when they were made.
    @Test
    void prunesWhatHasBeenDoneForLong() throws Exception {
        String id = waiting("ada@example.com");
        test.advance(Duration.ofDays(8));
        try (var messages = test.started(new KeptProvider())) {
            await(() -> test.isAll("kept"));
            assertThat(test.find(id).body()).as("nobody else has it").contains("https://x");
            messages.tidy(test.app);
            assertThat(test.list()).hasSize(1);
            test.advance(Duration.ofDays(8));
            messages.tidy(test.app);
            assertThat(test.list()).isEmpty();
        }
    }

    @Test
    void limitsTestsOfAnApp() {
        try (var messages = test.writer();
                var door = TestFrontDoor.open(messages.operations(), test.app)) {
            var owner =
                    new TestClient(door, TestFrontDoor.app(test.app.id()), TestFrontDoor.MASTER);
            List<TestClient.Reply> replies =
                    IntStream.range(0, 30)
                            .parallel()
                            .mapToObj(i ->
                                    owner.post(
                                            "/messages/test",
                                            "{\"to\": \"user" + i + "@example.com\"}"))
                            .toList();
            assertThat(replies.stream().filter(each -> each.status() == 200)).hasSize(20);
            assertThat(replies.stream().filter(each -> each.status() == 429))
                    .hasSize(10)
                    .allMatch(each -> each.code() == 155);
            messages.send(test.app, mail("ada@example.com", Map.of()));
            assertThat(test.list()).hasSize(21);

            for (Outbox.Leased each : outbox.take(MAIL, "node", 100)) {
                outbox.failed(each, "smtp", "refused");
            }
            test.advance(Duration.ofMinutes(50));
            outbox.prune(test.app, Duration.ofMinutes(1));
            assertThat(owner.post("/messages/test", "{\"to\": \"a@example.com\"}").status())
                    .as("tests that are done count on")
                    .isEqualTo(429);
            test.advance(Duration.ofMinutes(11));
            assertThat(owner.post("/messages/test", "{\"to\": \"a@example.com\"}").status())
                    .isEqualTo(200);
        }
    }
}

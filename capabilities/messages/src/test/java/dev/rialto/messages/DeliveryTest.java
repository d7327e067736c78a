package dev.rialto.messages;

import static dev.rialto.messages.TestOutbox.await;
import static dev.rialto.messages.TestOutbox.mail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Timing;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageProvider.UnavailableException;
import dev.rialto.messages.spi.MessageProvider.UndeliverableException;
import dev.rialto.messages.spi.NewMessage;
import dev.rialto.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class DeliveryTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final TestOutbox test = new TestOutbox(POSTGRES);
    private final ScriptedProvider provider = new ScriptedProvider();

    @AfterAll
    static void stop() {
        POSTGRES.close();
    }

    @Test
    void triesAgainWhatAProviderCantTakeNow() throws Exception {
        provider.failures.add(new UnavailableException("busy"));
        provider.failures.add(new IllegalStateException("a bug"));
        try (var messages = test.started(provider)) {
            messages.send(test.app, mail("ada@example.com", Map.of()));
            for (int attempt = 1; attempt <= 2; attempt++) {
                int begun = attempt;
                await(() -> {
                    MessageList.Shown waiting = test.list().getFirst();
                    return waiting.attempts() == begun
                            && !waiting.error().isEmpty()
                            && waiting.dueAt().isAfter(test.clock.instant());
                });
                assertThat(test.list().getFirst().state()).isEqualTo("waiting");
                test.advance(Duration.ofMinutes(1));
            }
            await(() -> test.isAll("sent"));
            assertThat(test.list().getFirst().attempts()).isEqualTo(3);
        }
    }

    /// Patience starts over when a message is to be tried again; the message keeps its age.
    @Test
    void givesUpWhatIsTooOldAndTriesItAgainWhenAsked() throws Exception {
        provider.failures.add(new UnavailableException("busy"));
        try (var messages = test.started(provider)) {
            String id = messages.send(test.app, mail("ada@example.com", Map.of()));
            MessageList.Shown first = test.find(id);
            await(() -> test.find(id).attempts() == 1 && !test.find(id).error().isEmpty());
            provider.failures.add(new UnavailableException("still busy"));
            test.advance(Duration.ofHours(25));
            await(() -> test.isAll("failed"));
            assertThat(test.find(id).error()).isEqualTo("still busy");

            provider.failures.add(new UnavailableException("busy once more"));
            assertThat(test.outbox.retry(test.app, id)).isTrue();
            await(() -> test.find(id).error().equals("busy once more"));
            assertThat(test.find(id).state()).isEqualTo("waiting");
            test.advance(Duration.ofMinutes(1));
            await(() -> test.isAll("sent"));
            assertThat(provider.delivered).containsExactly(id);
            assertThat(test.find(id).createdAt()).isEqualTo(first.createdAt());
        }
    }

    @Test
    void sendsNothingMoreToAnAddressThatBounces() throws Exception {
        provider.failures.add(new UndeliverableException("no such user", true));
        try (var messages = test.started(provider)) {
            messages.send(test.app, mail("Ada@example.com", Map.of()));
            await(() -> test.isAll("failed") && !test.suppressions.list(test.app, 1).isEmpty());
            messages.send(test.app, mail("ada@example.com", Map.of()));
            assertThat(test.list()).extracting(MessageList.Shown::state).contains("suppressed");
            assertThat(test.suppressions.allow(test.app, "ADA@example.com", "")).isTrue();
            messages.send(test.app, mail("ada@example.com", Map.of()));
            await(() -> provider.delivered.size() == 1);
        }
    }

    /// Its address is suppressed while a provider has it, and doesn't take it.
    @Test
    void sendsNothingAgainToAnAddressThatWasSuppressedMeanwhile() throws Exception {
        provider.failures.add(new UnavailableException("busy"));
        try (var messages = test.made(Map.of(Channel.MAIL, provider))) {
            String id = messages.send(test.app, mail("ada@example.com", Map.of()));
            Outbox.Leased leased = test.outbox.take(List.of(Channel.MAIL), "node", 10).getFirst();
            test.suppressions.suppress(test.app.id(), "Ada@Example.com", "complained");
            assertThat(test.find(id).state()).as("it may be on its way").isEqualTo("waiting");
            test.outbox.release(leased);
            messages.start();
            await(() -> test.find(id).state().equals("suppressed"));
            assertThat(test.find(id).body()).isEmpty();
            assertThat(provider.failures).as("not asked").hasSize(1);
        }
    }

    /// A node that leased a message and died hands it to another one when the lease is over.
    @Test
    void sendsWhatADeadNodeHadLeased() throws Exception {
        String id;
        try (var writer = test.writer()) {
            id = writer.send(test.app, mail("ada@example.com", Map.of()));
        }
        assertThat(test.outbox.take(List.of(Channel.MAIL), "dead", 100)).hasSize(1);
        assertThat(test.outbox.take(List.of(Channel.MAIL), "other", 100)).isEmpty();
        test.advance(Outbox.LEASE.plusSeconds(1));
        try (var _ = test.started(provider)) {
            await(() -> provider.delivered.contains(id));
        }
    }

    @Test
    void sendsEachMessageOnceHoweverManyNodesThereAre() throws Exception {
        List<MessagesCapability> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(test.started(provider));
        }
        try {
            IntStream.range(0, 60)
                    .parallel()
                    .forEach(i ->
                            nodes.get(i % 3)
                                    .send(test.app, mail("user" + i + "@example.com", Map.of())));
            await(() -> test.isAll("sent"));
        } finally {
            nodes.forEach(MessagesCapability::close);
        }
        assertThat(provider.delivered).hasSize(60).doesNotHaveDuplicates();
    }

    /// A provider whose first message takes until it is closed.
    private static final class StuckProvider implements MessageProvider {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private final ScriptedProvider others = new ScriptedProvider();

        @Override
        public String name() {
            return "stuck";
        }

        @Override
        public String deliver(Outgoing message)
                throws UndeliverableException, UnavailableException {
            if (begun.getCount() > 0) {
                begun.countDown();
                try {
                    closed.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
                throw new UnavailableException("closed");
            }
            return others.deliver(message);
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void sendsOthersWhileOneMessageTakesLong() throws Exception {
        var slow = new StuckProvider();
        String stuck;
        try (var messages = test.made(Map.of(Channel.SMS, slow, Channel.MAIL, provider))) {
            messages.start();
            stuck = messages.send(test.app, sms("+4915112345678"));
            slow.begun.await();
            for (int i = 0; i < 10; i++) {
                messages.send(test.app, sms("+491511234567" + i));
            }
            String mail = messages.send(test.app, mail("ada@example.com", Map.of()));
            await(() -> provider.delivered.contains(mail) && slow.others.delivered.size() == 10);
        }
        assertThat(test.find(stuck).error()).as("closing ends it").isEqualTo("closed");
    }

    private static NewMessage sms(String to) {
        return new NewMessage(Channel.SMS, to, "code", "en", Map.of("code", "123456"));
    }

    @Test
    void spacesOutWhatSeveralThreadsDo() {
        long begun = System.nanoTime();
        var pace = new Pace(4, Timing.SYSTEM);
        Duration wait = pace.reserve();
        for (int i = 0; i < 40; i++) {
            wait = pace.reserve();
        }
        assertThat(wait.plusNanos(System.nanoTime() - begun))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(10));
    }
}

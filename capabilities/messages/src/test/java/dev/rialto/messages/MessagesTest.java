package dev.rialto.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.rialto.kernel.App;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import dev.rialto.messages.MessagesSettings.By;
import dev.rialto.messages.MessagesSettings.SmtpSettings;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.NewMessage;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages on their way from the transaction that causes them to a mail server.
final class MessagesTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static int apps;

    private final Database database = POSTGRES.database();
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final InstantSource clock = () -> Clock.systemUTC().instant().plus(ahead.get());
    private App app;

    @AfterAll
    static void stop() {
        POSTGRES.close();
    }

    @BeforeEach
    void start() {
        app = new App("messages" + ++apps, "app_messages" + apps);
        database.update(
                Sql.of(
                        "insert into rialto.app (id, schema_name) values (?, ?)",
                        app.id(),
                        app.schema()));
    }

    private MessagesCapability capability(MessageProvider provider) {
        var started =
                new MessagesCapability(
                        database,
                        MessagesSettings.defaults(),
                        Map.of(Channel.MAIL, provider, Channel.SMS, provider),
                        clock,
                        Timing.SYSTEM);
        started.start();
        return started;
    }

    private static NewMessage mail(String to, Map<String, String> values) {
        return new NewMessage(Channel.MAIL, to, "verification", "en", values);
    }

    private List<Outbox.Shown> list() {
        return new Outbox(database, clock).list(app, Optional.empty(), 1_000);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }
    }

    private boolean isAll(String state) {
        return !list().isEmpty() && list().stream().allMatch(each -> each.state().equals(state));
    }

    private static SmtpProvider smtp(GreenMail server) throws Exception {
        return new SmtpProvider(
                new SmtpSettings(
                        "127.0.0.1",
                        server.getSmtp().getPort(),
                        Optional.empty(),
                        Optional.empty(),
                        SmtpSettings.Tls.NONE),
                "Example <no-reply@example.com>",
                Clock.systemUTC());
    }

    @Test
    void sendsMailWhenItsCauseIsCommittedAndNotWhenItRollsBack() throws Exception {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        server.start();
        try (var messages = capability(smtp(server))) {
            assertThatThrownBy(() ->
                            database.inTransaction(() -> {
                                messages.send(app, mail("never@example.com", Map.of()));
                                throw new IllegalStateException("no");
                            }))
                    .hasMessage("no");
            database.inTransaction(() ->
                    messages.send(
                            app,
                            mail(
                                    "ada@example.com",
                                    Map.of(
                                            "app", "Tea & Co",
                                            "name", "<b>Ada</b>",
                                            "link", "https://example.com/?a=1&b=2",
                                            "hours", "24"))));
            await(() -> isAll("sent"));
            requireReceived(server.getReceivedMessages());
        } finally {
            server.stop();
        }
    }

    private void requireReceived(MimeMessage[] all) throws Exception {
        assertThat(all).hasSize(1);
        MimeMessage received = all[0];
        assertThat(received.getSubject()).isEqualTo("Confirm your address for Tea & Co");
        assertThat(received.getAllRecipients()[0].toString()).isEqualTo("ada@example.com");
        var parts = (MimeMultipart) received.getContent();
        assertThat((String) parts.getBodyPart(0).getContent())
                .contains("Hello <b>Ada</b>,")
                .contains("https://example.com/?a=1&b=2");
        assertThat((String) parts.getBodyPart(1).getContent())
                .contains("Hello &lt;b&gt;Ada&lt;/b&gt;,")
                .contains("<a href=\"https://example.com/?a&#x3D;1&amp;b&#x3D;2\">");
        Outbox.Shown sent = list().getFirst();
        assertThat(received.getMessageID()).isEqualTo(sent.providerId()).contains(sent.id());
        assertThat(sent.body()).as("a link that stands for a password").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada",
                "ada@example.com, eve@example.com",
                "ada@example.com\r\nBcc: eve@example.com",
                "Ada <ada@example.com>",
                "@example.com",
                "\"a b\"@example.com",
                "ada@exam\u0000ple.com"
            })
    void rejectsWhatIsNotOneAddress(String address) {
        try (var messages = capability(new KeptProvider())) {
            assertThatThrownBy(() -> messages.send(app, mail(address, Map.of())))
                    .isInstanceOf(RialtoException.class)
                    .hasMessage("Email address format is invalid.");
        }
    }

    @Test
    void keepsHeadersOfAValueOutOfTheSubject() {
        Templates.Text text =
                Templates.render(
                        new Templates.Text("Hi {{name}}", "b", ""),
                        Map.of("name", "x\r\nBcc: eve@example.com"));
        assertThat(text.subject()).isEqualTo("Hi x Bcc: eve@example.com");
    }

    /// A provider that does as it is told.
    private static final class Scripted implements MessageProvider {
        private final List<String> delivered = new CopyOnWriteArrayList<>();
        private final List<Exception> failures = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public String deliver(Outgoing message)
                throws UndeliverableException, UnavailableException {
            if (!failures.isEmpty()) {
                switch (failures.removeFirst()) {
                    case UndeliverableException never -> throw never;
                    case UnavailableException later -> throw later;
                    case Exception other -> throw new IllegalStateException(other);
                }
            }
            delivered.add(message.id());
            return "provider-" + message.id();
        }

        @Override
        public void close() {}
    }

    @Test
    void triesAgainWhatAProviderCantTakeNow() throws Exception {
        var provider = new Scripted();
        provider.failures.add(new MessageProvider.UnavailableException("busy"));
        provider.failures.add(new IllegalStateException("a bug"));
        try (var messages = capability(provider)) {
            messages.send(app, mail("ada@example.com", Map.of()));
            for (int attempt = 1; attempt <= 2; attempt++) {
                int begun = attempt;
                await(() -> {
                    Outbox.Shown waiting = list().getFirst();
                    return waiting.attempts() == begun
                            && !waiting.error().isEmpty()
                            && waiting.dueAt().isAfter(clock.instant());
                });
                assertThat(list().getFirst().state()).isEqualTo("waiting");
                ahead.set(ahead.get().plusMinutes(1));
            }
            await(() -> isAll("sent"));
            assertThat(list().getFirst().attempts()).isEqualTo(3);
        }
    }

    @Test
    void givesUpWhatIsTooOldAndTriesItAgainWhenAsked() throws Exception {
        var provider = new Scripted();
        provider.failures.add(new MessageProvider.UnavailableException("busy"));
        String id;
        try (var messages = capability(provider)) {
            id = messages.send(app, mail("ada@example.com", Map.of()));
            await(() -> list().getFirst().attempts() == 1 && !list().getFirst().error().isEmpty());
            provider.failures.add(new MessageProvider.UnavailableException("still busy"));
            ahead.set(Duration.ofHours(25));
            await(() -> isAll("failed"));
            assertThat(list().getFirst().error()).isEqualTo("still busy");
            assertThat(new Outbox(database, clock).retry(app, id)).isTrue();
            await(() -> isAll("sent"));
            assertThat(provider.delivered).containsExactly(id);
        }
    }

    @Test
    void sendsNothingMoreToAnAddressThatBounces() throws Exception {
        var provider = new Scripted();
        provider.failures.add(new MessageProvider.UndeliverableException("no such user", true));
        try (var messages = capability(provider)) {
            messages.send(app, mail("Ada@example.com", Map.of()));
            await(() -> isAll("failed"));
            messages.send(app, mail("ada@example.com", Map.of()));
            assertThat(list()).extracting(Outbox.Shown::state).contains("suppressed");
            assertThat(new Outbox(database, clock).allow(app, "ADA@example.com")).isTrue();
            messages.send(app, mail("ada@example.com", Map.of()));
            await(() -> provider.delivered.size() == 1);
        }
    }

    /// A node that leased a message and died hands it to another one when the lease is over.
    @Test
    void sendsWhatADeadNodeHadLeased() throws Exception {
        var outbox = new Outbox(database, clock);
        var dead = new KeptProvider();
        var provider = new Scripted();
        String id;
        try (var writer =
                new MessagesCapability(
                        database,
                        MessagesSettings.defaults(),
                        Map.of(Channel.MAIL, dead),
                        clock,
                        Timing.SYSTEM)) {
            id = writer.send(app, mail("ada@example.com", Map.of()));
        }
        await(() ->
                outbox.take(List.of(Channel.MAIL), "dead", 100).stream()
                        .anyMatch(each -> each.message().id().equals(id)));
        assertThat(outbox.take(List.of(Channel.MAIL), "other", 100)).isEmpty();
        ahead.set(Outbox.LEASE.plusSeconds(1));
        try (var _ = capability(provider)) {
            await(() -> provider.delivered.contains(id));
        }
    }

    @Test
    void sendsEachMessageOnceHoweverManyNodesThereAre() throws Exception {
        var provider = new Scripted();
        List<MessagesCapability> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(capability(provider));
        }
        try {
            IntStream.range(0, 60)
                    .parallel()
                    .forEach(i ->
                            nodes.get(i % 3)
                                    .send(app, mail("user" + i + "@example.com", Map.of())));
            await(() -> isAll("sent"));
        } finally {
            nodes.forEach(MessagesCapability::close);
        }
        assertThat(provider.delivered).hasSize(60).doesNotHaveDuplicates();
    }

    @Test
    void tellsWhyAMailServerRefuses() throws Exception {
        var settings =
                new SmtpSettings(
                        "127.0.0.1",
                        1,
                        Optional.of("user"),
                        Optional.of("a secret"),
                        SmtpSettings.Tls.STARTTLS);
        var unreachable = new SmtpProvider(settings, "no-reply@example.com", Clock.systemUTC());
        assertThatThrownBy(() ->
                        unreachable.deliver(
                                new MessageProvider.Outgoing(
                                        "1", "app", Channel.MAIL, "a@example.com", "s", "b", "")))
                .isInstanceOf(MessageProvider.UnavailableException.class)
                .hasMessageContaining("127.0.0.1")
                .hasMessageNotContaining("a secret");
        assertThat(settings.toString()).doesNotContain("a secret");
    }

    /// A server without STARTTLS, or one in between that hides it, is sent nothing.
    @Test
    void sendsNothingInTheClearWhenTlsIsWanted() throws Exception {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        server.start();
        try {
            var provider =
                    new SmtpProvider(
                            new SmtpSettings(
                                    "127.0.0.1",
                                    server.getSmtp().getPort(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    SmtpSettings.Tls.STARTTLS),
                            "no-reply@example.com",
                            Clock.systemUTC());
            assertThatThrownBy(() ->
                            provider.deliver(
                                    new MessageProvider.Outgoing(
                                            "1",
                                            "app",
                                            Channel.MAIL,
                                            "a@example.com",
                                            "s",
                                            "b",
                                            "")))
                    .isInstanceOf(MessageProvider.UnavailableException.class)
                    .hasMessageContaining("STARTTLS");
            assertThat(server.getReceivedMessages()).isEmpty();
        } finally {
            server.stop();
        }
    }

    @Test
    void takesTheTemplateOfTheNearestLanguage() {
        var templates = new Templates(database);
        assertThat(templates.find(app, "code", "zh-Hans-CN").language()).isEqualTo("zh-CN");
        assertThat(templates.find(app, "code", "fr").language()).isEqualTo("en");
        var own = new Templates.Text("Ton code", "{{code}}", "<p>{{code}}</p>");
        templates.put(app, new Templates.Own("code", "fr", own));
        assertThat(templates.find(app, "code", "fr-CA").text()).isEqualTo(own);
        assertThat(templates.find(app, "code", "en").own()).isFalse();
        for (String name : Templates.BUILT_IN) {
            for (String language : List.of("en", "zh-CN")) {
                Templates.Text text = templates.render(app, name, language, Map.of("app", "Tea"));
                assertThat(text.subject()).contains("Tea").doesNotContain("{{");
                assertThat(text.html()).contains("<p>").doesNotContain("{{");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{{name}}}",
                "{{&name}}",
                "{{ & name}}",
                "{{=<% %>=}}<%& name %>",
                "{{>other}}",
                "{{\u0001&name}}",
                "{{\u0001=<% %>=}}<%& name %>",
                "{{name.length}}",
                "{{#name.bytes}}{{/name.bytes}}",
                "{{.}}",
                "{{}}",
                "{{ }}",
                "{{name",
                "{{{name}}",
                "{{#name}}"
            })
    void rejectsTemplatesThatDoNotEscape(String html) {
        var templates = new Templates(database);
        assertThatThrownBy(() ->
                        templates.put(
                                app,
                                new Templates.Own(
                                        "code", "en", new Templates.Text("s", "b", html))))
                .isInstanceOf(RialtoException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{name.class.name}}",
                "{{name.length}}",
                "{{name.bytes}}",
                "{{entrySet}}",
                "{{#entrySet}}x{{#entrySet}}y{{/entrySet}}{{/entrySet}}",
                "{{size}}",
                "{{class}}"
            })
    void showsTemplatesNothingButTheValues(String body) {
        Templates.Text text =
                Templates.render(
                        new Templates.Text("s", "<" + body + ">", body),
                        Map.of("name", "Ada", "code", "123456"));
        assertThat(text.body()).isEqualTo("<>");
        assertThat(text.html()).isEmpty();
    }

    @Test
    void noAppWaitsForAllThatAnotherSends() {
        var outbox = new Outbox(database, clock);
        App many = app;
        IntStream.range(0, 20).forEach(_ -> outbox.add(many, written()));
        start();
        String one = outbox.add(app, written());
        List<Outbox.Leased> taken = outbox.take(List.of(Channel.MAIL), "node", 8);
        assertThat(taken).hasSize(8).anyMatch(each -> each.message().id().equals(one));
        List<Outbox.Leased> rest = outbox.take(List.of(Channel.MAIL), "node", 100);
        assertThat(rest).hasSize(13);
        // Other tests have clocks that are ahead, and would send them.
        Stream.concat(taken.stream(), rest.stream())
                .forEach(each -> outbox.accepted(each.message(), "none", "", false));
    }

    private static Outbox.Written written() {
        return new Outbox.Written(
                Channel.MAIL, "ada@example.com", "code", "en", new Templates.Text("s", "b", ""));
    }

    @Test
    void rejectsTemplatesThatAreNestedDeep() {
        String nested = "{{#name}}".repeat(11) + "{{/name}}".repeat(11);
        assertThatThrownBy(() ->
                        new Templates(database)
                                .put(
                                        app,
                                        new Templates.Own(
                                                "code", "en", new Templates.Text("s", nested, ""))))
                .hasMessageContaining("nested");
    }

    @Test
    void findsNothingInValues() {
        var stored =
                new Templates.Text(
                        "{{name.length}}{{#name.bytes}}x{{/name.bytes}}",
                        "{{! who }}{{#name}}Hi {{ name }}{{/name}}{{^code}}!{{/code}}",
                        "");
        Templates.Text text = Templates.render(stored, Map.of("name", "Ada"));
        assertThat(text.subject()).isEmpty();
        assertThat(text.body()).isEqualTo("Hi Ada!");
    }

    @Test
    void takesWhatIsNoLanguageForEnglish() {
        String language = "-".repeat(1_000_000);
        assertThat(new Templates(database).find(app, "code", language).language()).isEqualTo("en");
    }

    @Test
    void prunesWhatIsDone() throws Exception {
        try (var messages = capability(new KeptProvider())) {
            messages.send(app, mail("ada@example.com", Map.of("link", "https://x")));
            await(() -> isAll("sent"));
            assertThat(list().getFirst().body()).as("nobody else has it").contains("https://x");
            messages.tidy(app);
            assertThat(list()).hasSize(1);
            ahead.set(Duration.ofDays(8));
            messages.tidy(app);
            assertThat(list()).isEmpty();
        }
    }

    @Test
    void rejectsSettingsThatCantWork() {
        MessagesSettings usual = MessagesSettings.defaults();
        assertThatThrownBy(() ->
                        new MessagesSettings(
                                By.SMTP,
                                By.KEPT,
                                "",
                                20,
                                usual.patience(),
                                usual.keep(),
                                usual.smtp(),
                                usual.webhook()))
                .hasMessageContaining("messages.smtp.host");
    }
}

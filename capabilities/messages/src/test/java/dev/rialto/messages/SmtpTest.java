package dev.rialto.messages;

import static dev.rialto.messages.TestOutbox.await;
import static dev.rialto.messages.TestOutbox.mail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.rialto.messages.MailSettings.SmtpSettings;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageProvider.UnavailableException;
import dev.rialto.messages.spi.MessageProvider.UndeliverableException;
import dev.rialto.messages.spi.MessageText;
import dev.rialto.testing.TestDatabase;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Messages on their way from the transaction that causes them to a mail server.
final class SmtpTest {
    private static SmtpProvider smtp(int port, SmtpSettings.Tls tls) {
        return smtp(
                new SmtpSettings("127.0.0.1", port, Optional.empty(), Optional.empty(), tls),
                Optional.empty());
    }

    private static SmtpProvider smtp(SmtpSettings settings, Optional<DkimSettings> dkim) {
        return new SmtpProvider(
                new MailSettings(
                        MailSettings.By.SMTP, "Example <no-reply@example.com>", settings, dkim),
                Clock.systemUTC());
    }

    private static MessageProvider.Outgoing message() {
        return new MessageProvider.Outgoing(
                "1",
                "app",
                Channel.MAIL,
                "a@example.com",
                new MessageText("s", "b", ""),
                new MessageProvider.Source("code", "en", Map.of()));
    }

    @Test
    void sendsMailWhenItsCauseIsCommittedAndNotWhenItRollsBack() throws Exception {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        server.start();
        try (var postgres = TestDatabase.create()) {
            var test = new TestOutbox(postgres);
            int port = server.getSmtp().getPort();
            try (var messages = test.started(smtp(port, SmtpSettings.Tls.NONE))) {
                assertThatThrownBy(() ->
                                test.database.inTransaction(() -> {
                                    messages.send(test.app, mail("never@example.com", Map.of()));
                                    throw new IllegalStateException("no");
                                }))
                        .hasMessage("no");
                test.database.inTransaction(() ->
                        messages.send(
                                test.app,
                                mail(
                                        "ada@example.com",
                                        Map.of(
                                                "app", "Tea & Co",
                                                "name", "<b>Ada</b>",
                                                "link", "https://example.com/?a=1&b=2",
                                                "hours", "24"))));
                await(() -> test.isAll("sent"));
                requireReceived(server.getReceivedMessages(), test.list().getFirst());
            }
        } finally {
            server.stop();
        }
    }

    private static void requireReceived(MimeMessage[] all, MessageList.Shown sent)
            throws Exception {
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
        assertThat(received.getMessageID()).isEqualTo(sent.providerId()).contains(sent.id());
        assertThat(sent.body()).as("a link that stands for a password").isEmpty();
    }

    @Test
    void tellsWhyAMailServerRefuses() {
        var settings =
                new SmtpSettings(
                        "127.0.0.1",
                        1,
                        Optional.of("user"),
                        Optional.of("a secret"),
                        SmtpSettings.Tls.STARTTLS);
        var unreachable = smtp(settings, Optional.empty());
        assertThatThrownBy(() -> unreachable.deliver(message()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("127.0.0.1")
                .hasMessageNotContaining("a secret");
        assertThat(settings.toString()).doesNotContain("a secret");
    }

    /// A server without STARTTLS, or one in between that hides it, is sent nothing.
    @Test
    void sendsNothingInTheClearWhenTlsIsWanted() {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        server.start();
        try {
            var provider = smtp(server.getSmtp().getPort(), SmtpSettings.Tls.STARTTLS);
            assertThatThrownBy(() -> provider.deliver(message()))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("STARTTLS");
            assertThat(server.getReceivedMessages()).isEmpty();
        } finally {
            server.stop();
        }
    }

    /// Only an answer that says that the recipient does not exist suppresses it: a full mailbox and
    /// a server that refuses this sender are over one day.
    @ParameterizedTest
    @CsvSource({
        "550 5.1.1 User unknown, true",
        "550-5.1.1 The account does not exist;550 5.1.1 see help, true",
        "550 5.1.2 No such domain, true",
        "501 5.1.3 Bad address, true",
        "551 5.1.6 Moved, true",
        "556 5.1.10 Null MX, true",
        "550 No such user, true",
        "551 User not local, true",
        "553 Mailbox name not allowed, true",
        "550 5.7.1 Your address is on a blocklist, false",
        "550 5.2.1 Mailbox disabled, false",
        "550 5.1.8 Bad sender, false",
        "553 5.7.1 Sender not owned, false",
        "552 Mailbox full, false",
        "552 5.2.2 Over quota, false",
        "552 5.1.1 Mailbox full, false",
        "554 Refused, false"
    })
    void suppressesOnlyRecipientsThatDoNotExist(String answer, boolean bounced) throws Exception {
        try (var server = new RefusingServer(answer.replace(";", "\r\n"))) {
            UndeliverableException refused =
                    catchThrowableOfType(
                            UndeliverableException.class,
                            () -> smtp(server.port(), SmtpSettings.Tls.NONE).deliver(message()));
            assertThat(refused.isBounced()).isEqualTo(bounced);
            assertThat(refused.getMessage()).startsWith(answer.substring(0, 7));
        }
    }

    /// A mail server that answers one connection, and refuses its recipient.
    private static final class RefusingServer implements AutoCloseable {
        private final ServerSocket socket =
                new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final String answer;

        RefusingServer(String answer) throws IOException {
            this.answer = answer;
            Thread.startVirtualThread(this::serve);
        }

        int port() {
            return socket.getLocalPort();
        }

        private void serve() {
            try (Socket client = socket.accept();
                    var in =
                            new BufferedReader(
                                    new InputStreamReader(
                                            client.getInputStream(), StandardCharsets.US_ASCII));
                    OutputStream out = client.getOutputStream()) {
                send(out, "220 ready");
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    String command = line.toUpperCase(Locale.ROOT);
                    send(
                            out,
                            command.startsWith("RCPT")
                                    ? answer
                                    : command.startsWith("QUIT") ? "221 bye" : "250 ok");
                }
            } catch (IOException closed) {
                // the client is gone
            }
        }

        private static void send(OutputStream out, String line) throws IOException {
            out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

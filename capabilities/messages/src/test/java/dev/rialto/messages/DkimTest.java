package dev.rialto.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageText;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Mail that is signed, as a receiver sees it.
final class DkimTest {
    private static final String KEY = key("RSA", 2_048);

    private static String key(String algorithm, int bits) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            byte[] der = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder().encodeToString(der)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static MailSettings settings(Map<String, String> more) {
        Map<String, String> flags =
                new HashMap<>(
                        Map.of(
                                "messages.mail", "smtp",
                                "messages.smtp.host", "127.0.0.1",
                                "messages.smtp.tls", "none",
                                "messages.from", "Tee & Töpfe <no-reply@mail.example.com>",
                                "messages.dkim.domain", "example.com",
                                "messages.dkim.selector", "rialto1",
                                "messages.dkim.key", KEY));
        flags.putAll(more);
        var settings = new Settings(Map.of(), Map.of(), flags);
        MailSettings read = MailSettings.read(settings);
        settings.finish();
        return read;
    }

    private static MessageProvider.Outgoing message(String body, String html) {
        return new MessageProvider.Outgoing(
                "0f",
                "app",
                Channel.MAIL,
                "ada@example.com",
                new MessageText("Grüße  an 你好 " + "x".repeat(200), body, html),
                new MessageProvider.Source(
                        "news",
                        "en",
                        Map.of(
                                MessageProvider.UNSUBSCRIBE,
                                "https://app.example.com/v1/x?a=1&signature=" + "0".repeat(64))));
    }

    /// The mail as a server receives it.
    private static byte[] received(String body, String html) throws Exception {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        server.start();
        try {
            MailSettings mail =
                    settings(
                            Map.of(
                                    "messages.smtp.port",
                                    String.valueOf(server.getSmtp().getPort())));
            try (var provider = new SmtpProvider(mail, Clock.systemUTC())) {
                provider.deliver(message(body, html));
            }
            MimeMessage mime = server.getReceivedMessages()[0];
            var out = new ByteArrayOutputStream();
            mime.writeTo(out);
            return out.toByteArray();
        } finally {
            server.stop();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain | ''",
                "'two  spaces\tand a tab \n.\n..dots\n\n\n' | ''",
                "Grüße aus 中国 | ''",
                "'中国\n' | <p>中国 &amp;</p>",
                "'' | ''"
            })
    void signsWhatArrives(String body, String html) throws Exception {
        byte[] mail = received(body, html);
        String text = new String(mail, StandardCharsets.ISO_8859_1);
        String record = settings(Map.of()).dkim().orElseThrow().recordValue();
        assertThat(DkimVerifier.verify(text, record)).isEqualTo("valid");
        assertThat(text).contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click");

        assertThat(DkimVerifier.verify(text + "more\r\n", record)).isEqualTo("another body");
        for (String[] change :
                new String[][] {
                    {"To: ada@", "To: eve@"},
                    {"From: ", "From: Eve "},
                    {"List-Unsubscribe=One-Click", "List-Unsubscribe=Two"},
                    {"To: ada@", "From: eve@example.org\r\nTo: ada@"},
                    {"t=1", "t=2"}
                }) {
            assertThat(DkimVerifier.verify(text.replaceFirst(change[0], change[1]), record))
                    .as(change[1])
                    .isEqualTo("another header");
        }
        assertThat(
                        DkimVerifier.verify(
                                text,
                                settings(Map.of("messages.dkim.key", key("RSA", 2_048)))
                                        .dkim()
                                        .orElseThrow()
                                        .recordValue()))
                .isEqualTo("another header");
    }

    @Test
    void readsTheKeyFromAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("dkim.pem"), KEY);
        DkimSettings read =
                settings(Map.of("messages.dkim.key", file.toString())).dkim().orElseThrow();
        assertThat(read.recordValue())
                .isEqualTo(settings(Map.of()).dkim().orElseThrow().recordValue())
                .startsWith("v=DKIM1; k=rsa; p=MIIB");
        assertThat(read.recordName()).isEqualTo("rialto1._domainkey.example.com");
        assertThat(read.toString()).isEqualTo(read.recordName());
    }

    @ParameterizedTest
    @CsvSource({
        "messages.dkim.domain, '', belong together",
        "messages.dkim.domain, other.example, messages.from",
        "messages.dkim.domain, ample.com, messages.from",
        "messages.dkim.domain, com, messages.dkim.domain",
        "messages.dkim.selector, a_b, messages.dkim.selector",
        "messages.dkim.key, /nowhere/dkim.pem, messages.dkim.key",
        "messages.dkim.key, -----BEGIN RSA PRIVATE KEY-----, messages.dkim.key",
        "messages.dkim.key, -----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----, genpkey"
    })
    void rejectsSettingsThatCantWork(String setting, String value, String told) {
        assertThatThrownBy(() -> settings(Map.of(setting, value)))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining(told)
                .hasMessageNotContaining("AAAA");
    }

    @Test
    void rejectsKeysThatAreTooShortOrOfAnotherKind() {
        assertThatThrownBy(() -> settings(Map.of("messages.dkim.key", key("RSA", 1_024))))
                .hasMessageContaining("2048 bits");
        assertThatThrownBy(() -> settings(Map.of("messages.dkim.key", key("EC", 256))))
                .hasMessageContaining("RSA key");
    }
}

package dev.rialto.messages;

import dev.rialto.kernel.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Settings of messages.
///
/// @param mail who delivers mail
/// @param sms who delivers SMS
/// @param from whom mail comes from, e.g. `Shop <no-reply@example.com>`
/// @param perSecond how many messages a node hands over in a second
/// @param patience how long is tried to hand over a message
/// @param keep how long messages are shown that were sent or given up
public record MessagesSettings(
        By mail,
        By sms,
        String from,
        int perSecond,
        Duration patience,
        Duration keep,
        SmtpSettings smtp,
        WebhookSettings webhook) {
    private static final int MAX_PORT = 65_535;

    /// What delivers messages.
    public enum By {
        /// Nobody: they are kept and shown to the owner of the app.
        KEPT,
        SMTP,
        WEBHOOK
    }

    /// A mail server.
    ///
    /// @param user empty for one that asks for none
    public record SmtpSettings(
            String host, int port, Optional<String> user, Optional<String> password, Tls tls) {
        /// How the connection is encrypted.
        public enum Tls {
            /// With STARTTLS; a server without it is sent nothing.
            STARTTLS,
            /// From the beginning.
            TLS,
            /// Not at all.
            NONE
        }

        /// Doesn't show the password.
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /// A program of the operator that takes messages.
    ///
    /// @param secret the key of signatures
    public record WebhookSettings(Optional<URI> url, Optional<String> secret) {
        /// Doesn't show the secret.
        @Override
        public String toString() {
            return String.valueOf(url);
        }
    }

    public MessagesSettings {
        if (sms == By.SMTP) {
            throw new IllegalArgumentException("messages.sms can't be smtp");
        }
        if (perSecond < 1) {
            throw new IllegalArgumentException("messages.per-second must be at least 1");
        }
        if (!patience.isPositive() || !keep.isPositive()) {
            throw new IllegalArgumentException(
                    "messages.patience and messages.keep must be positive");
        }
        if (mail == By.SMTP && (smtp.host().isEmpty() || from.isEmpty())) {
            throw new IllegalArgumentException(
                    "messages.mail=smtp needs messages.smtp.host and messages.from");
        }
        if (!from.isEmpty()) {
            Recipients.sender(from);
        }
        if (smtp.port() < 1 || smtp.port() > MAX_PORT) {
            throw new IllegalArgumentException("messages.smtp.port must be from 1 to " + MAX_PORT);
        }
        if (smtp.user().isPresent() != smtp.password().isPresent()) {
            throw new IllegalArgumentException(
                    "messages.smtp.user and messages.smtp.password belong together");
        }
        if ((mail == By.WEBHOOK || sms == By.WEBHOOK)
                && (webhook.url().isEmpty() || webhook.secret().isEmpty())) {
            throw new IllegalArgumentException(
                    "messages by webhook need messages.webhook.url and messages.webhook.secret");
        }
    }

    public static MessagesSettings defaults() {
        return new MessagesSettings(
                By.KEPT,
                By.KEPT,
                "",
                20,
                Duration.ofHours(24),
                Duration.ofDays(7),
                new SmtpSettings(
                        "", 587, Optional.empty(), Optional.empty(), SmtpSettings.Tls.STARTTLS),
                new WebhookSettings(Optional.empty(), Optional.empty()));
    }

    /// Reads what the operator has set.
    public static MessagesSettings read(Settings in) {
        MessagesSettings standard = defaults();
        By mail = in.choice("messages.mail", By.class, standard.mail());
        By sms = in.choice("messages.sms", By.class, standard.sms());
        String from = in.text("messages.from", standard.from());
        int perSecond = in.integer("messages.per-second", standard.perSecond());
        var patience = in.duration("messages.patience", standard.patience());
        var keep = in.duration("messages.keep", standard.keep());
        var smtp =
                new SmtpSettings(
                        in.text("messages.smtp.host", standard.smtp().host()),
                        in.integer("messages.smtp.port", standard.smtp().port()),
                        in.text("messages.smtp.user"),
                        in.secret("messages.smtp.password"),
                        in.choice(
                                "messages.smtp.tls",
                                SmtpSettings.Tls.class,
                                standard.smtp().tls()));
        Optional<String> url = in.text("messages.webhook.url");
        Optional<String> secret = in.secret("messages.webhook.secret");
        return in.build(
                standard,
                () ->
                        new MessagesSettings(
                                mail,
                                sms,
                                from,
                                perSecond,
                                patience,
                                keep,
                                smtp,
                                new WebhookSettings(url.map(MessagesSettings::address), secret)));
    }

    private static URI address(String url) {
        URI address = URI.create(url);
        if (address.getHost() == null
                || !("https".equals(address.getScheme()) || "http".equals(address.getScheme()))) {
            throw new IllegalArgumentException("messages.webhook.url must be an http(s) URL");
        }
        return address;
    }
}

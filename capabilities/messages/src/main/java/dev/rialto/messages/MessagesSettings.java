package dev.rialto.messages;

import dev.rialto.kernel.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Settings of messages.
///
/// @param reportsSecret the key of the signatures of reports of what became of messages; without it
///   none are taken
/// @param perSecond how many messages a node hands over in a second
/// @param patience how long is tried to hand over a message
/// @param keep how long messages are shown that were sent or given up
public record MessagesSettings(
        MailSettings mail,
        SmsSettings sms,
        WebhookSettings webhook,
        Optional<String> reportsSecret,
        int perSecond,
        Duration patience,
        Duration keep) {
    /// A program of the operator that takes messages.
    ///
    /// @param secret the key of signatures
    public record WebhookSettings(Optional<URI> url, Optional<String> secret) {
        private static WebhookSettings read(Settings in) {
            var standard = new WebhookSettings(Optional.empty(), Optional.empty());
            Optional<String> url = in.text("messages.webhook.url");
            Optional<String> secret = in.secret("messages.webhook.secret");
            return in.build(
                    standard,
                    () ->
                            new WebhookSettings(
                                    url.map(each -> address("messages.webhook.url", each)),
                                    secret));
        }

        /// Doesn't show the secret.
        @Override
        public String toString() {
            return String.valueOf(url);
        }
    }

    public MessagesSettings {
        if (perSecond < 1) {
            throw new IllegalArgumentException("messages.per-second must be at least 1");
        }
        if (!patience.isPositive() || !keep.isPositive()) {
            throw new IllegalArgumentException(
                    "messages.patience and messages.keep must be positive");
        }
        if ((mail.by() == MailSettings.By.WEBHOOK || sms.by() == SmsSettings.By.WEBHOOK)
                && (webhook.url().isEmpty() || webhook.secret().isEmpty())) {
            throw new IllegalArgumentException(
                    "messages by webhook need messages.webhook.url and messages.webhook.secret");
        }
    }

    public static MessagesSettings defaults() {
        return new MessagesSettings(
                MailSettings.defaults(),
                SmsSettings.defaults(),
                new WebhookSettings(Optional.empty(), Optional.empty()),
                Optional.empty(),
                20,
                Duration.ofHours(24),
                Duration.ofDays(7));
    }

    /// Reads what the operator has set.
    public static MessagesSettings read(Settings in) {
        MessagesSettings standard = defaults();
        MailSettings mail = MailSettings.read(in);
        SmsSettings sms = SmsSettings.read(in);
        WebhookSettings webhook = WebhookSettings.read(in);
        Optional<String> reportsSecret = in.secret("messages.reports.secret");
        int perSecond = in.integer("messages.per-second", standard.perSecond());
        var patience = in.duration("messages.patience", standard.patience());
        var keep = in.duration("messages.keep", standard.keep());
        return in.build(
                standard,
                () ->
                        new MessagesSettings(
                                mail, sms, webhook, reportsSecret, perSecond, patience, keep));
    }

    /// Doesn't show the secret.
    @Override
    public String toString() {
        return "mail by " + mail.by() + ", SMS by " + sms.by();
    }

    /// Reads an address of a service.
    ///
    /// @throws IllegalArgumentException when it is not one
    static URI address(String setting, String text) {
        URI address = URI.create(text);
        if (address.getHost() == null
                || address.getUserInfo() != null
                || !("https".equals(address.getScheme()) || "http".equals(address.getScheme()))) {
            throw new IllegalArgumentException(setting + " must be an http(s) URL");
        }
        return address;
    }
}

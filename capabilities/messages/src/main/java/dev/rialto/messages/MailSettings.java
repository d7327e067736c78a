package dev.rialto.messages;

import dev.rialto.kernel.Settings;
import java.util.Locale;
import java.util.Optional;

/// Settings of mail.
///
/// @param by who delivers it
/// @param from whom it comes from, e.g. `Shop <no-reply@example.com>`
/// @param dkim without it mail is not signed here
public record MailSettings(By by, String from, SmtpSettings smtp, Optional<DkimSettings> dkim) {
    private static final int MAX_PORT = 65_535;

    /// What delivers mail.
    public enum By {
        /// Nobody: it is kept and shown to the owner of the app.
        KEPT,
        SMTP,
        WEBHOOK
    }

    public MailSettings {
        if (by == By.SMTP && (smtp.host().isEmpty() || from.isEmpty())) {
            throw new IllegalArgumentException(
                    "messages.mail=smtp needs messages.smtp.host and messages.from");
        }
        if (!from.isEmpty()) {
            String address = Recipients.sender(from).getAddress().toLowerCase(Locale.ROOT);
            dkim.ifPresent(signed -> requireOwn(signed.domain(), address));
        }
    }

    /// A signature by another domain than that of the sender counts for nothing (DMARC).
    private static void requireOwn(String domain, String address) {
        if (!address.endsWith("@" + domain) && !address.endsWith("." + domain)) {
            throw new IllegalArgumentException(
                    "messages.from must be an address of messages.dkim.domain, " + domain);
        }
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

        public SmtpSettings {
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException(
                        "messages.smtp.port must be from 1 to " + MAX_PORT);
            }
            if (user.isPresent() != password.isPresent()) {
                throw new IllegalArgumentException(
                        "messages.smtp.user and messages.smtp.password belong together");
            }
        }

        static SmtpSettings defaults() {
            return new SmtpSettings("", 587, Optional.empty(), Optional.empty(), Tls.STARTTLS);
        }

        private static SmtpSettings read(Settings in) {
            SmtpSettings standard = defaults();
            String host = in.text("messages.smtp.host", standard.host());
            int port = in.integer("messages.smtp.port", standard.port());
            Optional<String> user = in.text("messages.smtp.user");
            Optional<String> password = in.secret("messages.smtp.password");
            Tls tls = in.choice("messages.smtp.tls", Tls.class, standard.tls());
            return in.build(standard, () -> new SmtpSettings(host, port, user, password, tls));
        }

        /// Doesn't show the password.
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    static MailSettings defaults() {
        return new MailSettings(By.KEPT, "", SmtpSettings.defaults(), Optional.empty());
    }

    static MailSettings read(Settings in) {
        MailSettings standard = defaults();
        By by = in.choice("messages.mail", By.class, standard.by());
        String from = in.text("messages.from", standard.from());
        SmtpSettings smtp = SmtpSettings.read(in);
        Optional<DkimSettings> dkim = DkimSettings.read(in);
        return in.build(standard, () -> new MailSettings(by, from, smtp, dkim));
    }
}

package dev.rialto.messages;

import dev.rialto.messages.MailSettings.SmtpSettings;
import dev.rialto.messages.spi.MessageProvider;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.util.CRLFOutputStream;

/// Hands mail over to a mail server.
final class SmtpProvider implements MessageProvider {
    private static final String UTF_8 = StandardCharsets.UTF_8.name();
    private static final int PERMANENT = 500;
    private static final int MAILBOX_FULL = 552;

    /// Answers that stand for a recipient that does not exist, if there is no enhanced code (RFC
    /// 5321, 4.2.3).
    private static final Set<Integer> NO_RECIPIENT = Set.of(550, 551, 553);

    /// Enhanced codes of a recipient that does not exist (RFC 3463, 3.2; RFC 7505, 5). 550 comes
    /// with others, too: 5.7.1 is a server that refuses this sender.
    private static final Set<String> ENHANCED_NO_RECIPIENT =
            Set.of("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10");

    private static final Pattern ENHANCED =
            Pattern.compile("^\\d{3}[ -]([245]\\.\\d{1,3}\\.\\d{1,3})\\b");

    private final InternetAddress from;
    private final Session session;
    private final InstantSource clock;
    private final Optional<DkimSigner> signer;

    /// @throws IllegalArgumentException when it does not say whom mail comes from
    SmtpProvider(MailSettings settings, InstantSource clock) {
        this.from = Recipients.sender(settings.from());
        this.clock = clock;
        this.session = session(settings.smtp());
        this.signer = settings.dkim().map(each -> new DkimSigner(each, clock));
        // Servers on the way may encode 8 bits otherwise, after which a signature is not valid.
        session.getProperties().put("mail.smtp.allow8bitmime", String.valueOf(signer.isEmpty()));
    }

    private static Session session(SmtpSettings settings) {
        var properties = new Properties();
        properties.put("mail.transport.protocol", "smtp");
        properties.put("mail.smtp.host", settings.host());
        properties.put("mail.smtp.port", String.valueOf(settings.port()));
        properties.put("mail.smtp.connectiontimeout", "10000");
        properties.put("mail.smtp.timeout", "30000");
        properties.put("mail.smtp.writetimeout", "30000");
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.mime.allowutf8", "true");
        switch (settings.tls()) {
            case STARTTLS -> {
                properties.put("mail.smtp.starttls.enable", "true");
                properties.put("mail.smtp.starttls.required", "true");
            }
            case TLS -> properties.put("mail.smtp.ssl.enable", "true");
            case NONE -> properties.put("mail.smtp.starttls.enable", "false");
        }
        if (settings.user().isEmpty()) {
            return Session.getInstance(properties);
        }
        properties.put("mail.smtp.auth", "true");
        var login =
                new PasswordAuthentication(
                        settings.user().orElse(""), settings.password().orElse(""));
        return Session.getInstance(
                properties,
                new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        return login;
                    }
                });
    }

    @Override
    public String name() {
        return "smtp";
    }

    @Override
    public String deliver(Outgoing message) throws UndeliverableException, UnavailableException {
        try {
            MimeMessage mail = mail(message);
            Transport.send(mail);
            return mail.getMessageID();
        } catch (MessagingException failure) {
            throw refused(failure);
        }
    }

    /// A mail whose id is the same at each attempt, so that a receiver can tell that it has it.
    private final class Mail extends MimeMessage {
        private final String id;

        Mail(Session by, String id) {
            super(by);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }

        /// What is sent is signed, with its encodings and line ends.
        @Override
        public void writeTo(OutputStream out, String[] ignored)
                throws IOException, MessagingException {
            if (signer.isEmpty()) {
                super.writeTo(out, ignored);
                return;
            }
            var content = new ByteArrayOutputStream();
            super.writeTo(new CRLFOutputStream(content), ignored);
            out.write(signer.get().header(content.toByteArray()));
            content.writeTo(out);
        }
    }

    private MimeMessage mail(Outgoing message) throws MessagingException {
        String id = "<" + message.id() + "@" + domain() + ">";
        var mail = new Mail(session, id);
        mail.setFrom(from);
        mail.setRecipient(Message.RecipientType.TO, new InternetAddress(message.recipient(), true));
        mail.setSubject(message.text().subject(), UTF_8);
        mail.setSentDate(Date.from(clock.instant()));
        mail.setHeader("Auto-Submitted", "auto-generated");
        if (message.unsubscribe().isPresent()) {
            addUnsubscribe(mail, message.unsubscribe().get());
        }
        if (message.text().html().isEmpty()) {
            mail.setText(message.text().body(), UTF_8);
        } else {
            var plain = new MimeBodyPart();
            plain.setText(message.text().body(), UTF_8);
            var html = new MimeBodyPart();
            html.setText(message.text().html(), UTF_8, "html");
            mail.setContent(new MimeMultipart("alternative", plain, html));
        }
        mail.saveChanges();
        return mail;
    }

    /// One click suffices (RFC 8058) where the address is that of a server with TLS.
    private static void addUnsubscribe(MimeMessage mail, String link) throws MessagingException {
        mail.setHeader("List-Unsubscribe", "<" + link + ">");
        if (link.startsWith("https://")) {
            mail.setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
    }

    private String domain() {
        String address = from.getAddress();
        return address.substring(address.indexOf('@') + 1);
    }

    /// What a mail server has answered: codes from 500 on are final.
    private static Exception told(MessagingException failure) {
        for (Exception each = failure;
                each instanceof MessagingException next;
                each = next.getNextException()) {
            switch (each) {
                case SMTPAddressFailedException address -> {
                    return address;
                }
                case SMTPSendFailedException send -> {
                    return send;
                }
                default -> {}
            }
        }
        return failure;
    }

    private static UnavailableException refused(MessagingException failure)
            throws UndeliverableException {
        Exception told = told(failure);
        int code =
                switch (told) {
                    case SMTPAddressFailedException address -> address.getReturnCode();
                    case SMTPSendFailedException send -> send.getReturnCode();
                    default -> 0;
                };
        if (code >= PERMANENT) {
            throw new UndeliverableException(
                    String.valueOf(told.getMessage()).strip(),
                    told instanceof SMTPAddressFailedException address
                            && isRecipientUnknown(address));
        }
        return new UnavailableException(String.valueOf(told.getMessage()).strip(), failure);
    }

    private static boolean isRecipientUnknown(SMTPAddressFailedException answer) {
        if (answer.getReturnCode() == MAILBOX_FULL) {
            return false;
        }
        Matcher enhanced = ENHANCED.matcher(String.valueOf(answer.getMessage()).strip());
        return enhanced.find()
                ? ENHANCED_NO_RECIPIENT.contains(enhanced.group(1))
                : NO_RECIPIENT.contains(answer.getReturnCode());
    }

    @Override
    public void close() {
        // It has no connection open between messages.
    }
}

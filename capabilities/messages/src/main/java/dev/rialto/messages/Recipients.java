package dev.rialto.messages;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.Channel;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Addresses that messages may go to or come from.
final class Recipients {
    /// RFC 5321, 4.5.3.1.
    private static final int MAX_MAIL = 254;

    /// ITU-T E.164.
    private static final Pattern PHONE = Pattern.compile("\\+[1-9]\\d{6,14}");

    /// One address without a name, a comment or another one.
    private static final Pattern MAIL =
            Pattern.compile(
                    "[^\\s@,;:<>()\\[\\]\\\\\"\\p{Cntrl}]{1,64}@[^\\s@,;:<>()\\[\\]\\\\\"\\p{Cntrl}]+");

    private Recipients() {}

    /// The way to what looks like a phone number, or else like a mail address.
    static Channel channel(String recipient) {
        return recipient.startsWith("+") && recipient.indexOf('@') < 0 ? Channel.SMS : Channel.MAIL;
    }

    /// @throws RialtoException when it is not one address of that channel
    static void require(Channel channel, String recipient) {
        switch (channel) {
            case MAIL -> requireMail(recipient);
            case SMS -> {
                if (!PHONE.matcher(recipient).matches()) {
                    throw new RialtoException(
                            ErrorCode.INVALID_VALUE, "a phone number must be like +4915112345678");
                }
            }
        }
    }

    private static void requireMail(String recipient) {
        boolean isValid = recipient.length() <= MAX_MAIL && MAIL.matcher(recipient).matches();
        if (isValid) {
            try {
                new InternetAddress(recipient, true).validate();
                return;
            } catch (AddressException wrong) {
                throw invalid(wrong);
            }
        }
        throw invalid(null);
    }

    private static RialtoException invalid(@Nullable Exception why) {
        return new RialtoException(
                ErrorCode.INVALID_EMAIL_ADDRESS, "Email address format is invalid.", why);
    }

    /// Reads whom mail comes from: an address, or a name and an address.
    ///
    /// @throws IllegalArgumentException when it is neither
    static InternetAddress sender(String from) {
        try {
            var sender = new InternetAddress(from, true);
            sender.validate();
            return sender;
        } catch (AddressException wrong) {
            throw new IllegalArgumentException(
                    "messages.from must be like Example <no-reply@example.com>: "
                            + wrong.getMessage(),
                    wrong);
        }
    }

    /// Addresses that differ in their case alone are the same one.
    static String folded(String recipient) {
        return recipient.toLowerCase(Locale.ROOT);
    }
}

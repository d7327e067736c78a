package dev.rialto.codes;

import dev.rialto.codes.spi.Address;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.Channel;
import java.util.Optional;
import java.util.regex.Pattern;

/// To whom a code is sent: a mail address or a phone, of which all spellings are one.
///
/// @param address as messages are sent to it
/// @param country of a phone
record Recipient(Channel channel, String address, Optional<String> country) {
    private static final int MAX_MAIL = 254;
    private static final Pattern MAIL =
            Pattern.compile("[^\\s@,;:<>()\\[\\]\\\\\"\\p{Cntrl}]+@[^\\s@]+");

    /// @throws RialtoException INVALID_VALUE, INVALID_EMAIL_ADDRESS
    static Recipient of(Address address) {
        return switch (address.channel()) {
            case MAIL -> mail(address.text().strip());
            case SMS -> {
                Phone phone = Phone.read(address.text());
                yield new Recipient(Channel.SMS, phone.number(), Optional.of(phone.country()));
            }
        };
    }

    private static Recipient mail(String text) {
        if (text.length() > MAX_MAIL || !MAIL.matcher(text).matches()) {
            throw new RialtoException(
                    ErrorCode.INVALID_EMAIL_ADDRESS, "Email address format is invalid.");
        }
        return new Recipient(Channel.MAIL, text, Optional.empty());
    }

    /// The same mailbox as it is written elsewhere.
    Recipient as(String other) {
        return new Recipient(channel, other, country);
    }

    /// Whether a mail address differs from this one at most in the case of its letters.
    boolean isSame(String other) {
        return folded(address).equals(folded(other));
    }

    /// A mail address without the difference between small and capital letters of ASCII. Of others
    /// it must not be taken away: the sign of Kelvin is a k in small, and the mailbox another one.
    static String folded(String address) {
        var folded = new StringBuilder(address.length());
        address.chars()
                .forEach(each ->
                        folded.append(
                                (char) (each >= 'A' && each <= 'Z' ? each - 'A' + 'a' : each)));
        return folded.toString();
    }

    /// What a code is bound to.
    String key() {
        return channel.text() + ":" + folded(address);
    }

    /// What counts as one mailbox or phone where messages are limited: many mailboxes take mail for
    /// any `name+tag@example.com`.
    String limited() {
        String key = key();
        int plus = key.indexOf('+');
        int at = key.lastIndexOf('@');
        return channel == Channel.MAIL && plus >= 0 && plus < at
                ? key.substring(0, plus) + key.substring(at)
                : key;
    }
}

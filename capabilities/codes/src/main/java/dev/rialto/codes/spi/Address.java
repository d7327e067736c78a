package dev.rialto.codes.spi;

import dev.rialto.messages.spi.Channel;

/// Where a code goes to, as somebody wrote it.
///
/// @param text a mail address, or a phone number with its country code in any usual spelling
public record Address(Channel channel, String text) {
    public static Address mail(String text) {
        return new Address(Channel.MAIL, text);
    }

    public static Address phone(String text) {
        return new Address(Channel.SMS, text);
    }
}

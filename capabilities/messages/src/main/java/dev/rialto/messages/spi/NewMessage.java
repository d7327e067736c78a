package dev.rialto.messages.spi;

import java.util.Map;

/// A message that is to be sent.
///
/// @param recipient a mail address or a phone number
/// @param template the name of a template, such as `verification`
/// @param language of the recipient, as a language tag; the nearest that there is, is taken
/// @param values what the template shows
public record NewMessage(
        Channel channel,
        String recipient,
        String template,
        String language,
        Map<String, String> values) {
    public NewMessage {
        values = Map.copyOf(values);
    }

    /// Doesn't show the values, which may have codes.
    @Override
    public String toString() {
        return template + " by " + channel.text();
    }
}

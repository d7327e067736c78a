package dev.rialto.messages.spi;

/// A subject and a text, with places for values or with the values in them.
///
/// @param subject empty for SMS
/// @param html the same text as HTML; empty when there is none, as for SMS
public record MessageText(String subject, String body, String html) {
    /// Doesn't show the text, which may have codes.
    @Override
    public String toString() {
        return "message of " + body.length() + " characters";
    }
}

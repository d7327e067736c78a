package dev.rialto.messages.spi;

import java.util.Locale;

/// The way a message takes.
public enum Channel {
    MAIL,
    SMS;

    /// As it is stored and shown.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Reads [#text].
    public static Channel of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}

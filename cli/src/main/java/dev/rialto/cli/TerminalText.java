package dev.rialto.cli;

/// Text from elsewhere, made fit for a terminal: whoever wrote it must not move the cursor or
/// change what was printed before.
final class TerminalText {
    private static final char REPLACEMENT = '\uFFFD';

    private TerminalText() {}

    /// Keeps line ends and tabs, and replaces all other control characters and those that turn the
    /// direction of text.
    static String clean(String text) {
        var clean = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at++) {
            char each = text.charAt(at);
            if (each == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n') {
                continue;
            }
            clean.append(isHarmless(each) ? each : REPLACEMENT);
        }
        return clean.toString();
    }

    private static boolean isHarmless(char each) {
        if (each == '\n' || each == '\t') {
            return true;
        }
        return !Character.isISOControl(each)
                && !(each >= '\u202A' && each <= '\u202E')
                && !(each >= '\u2066' && each <= '\u2069');
    }
}

package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/// Builds one line of PostgreSQL's COPY text format: values between tabs, `\N` for null, UTF-8 with
/// backslash escapes.
final class CopyLine {
    private byte[] bytes = new byte[512];
    private int length;
    private boolean first = true;

    CopyLine none() {
        separate();
        put('\\');
        put('N');
        return this;
    }

    CopyLine value(String text) {
        separate();
        escape(text);
        return this;
    }

    /// A value of type `text[]`.
    CopyLine array(Collection<String> texts) {
        var literal = new StringBuilder("{");
        for (String each : texts) {
            literal.append(literal.length() == 1 ? "\"" : ",\"");
            for (int i = 0; i < each.length(); i++) {
                char c = each.charAt(i);
                if (c == '"' || c == '\\') {
                    literal.append('\\');
                }
                literal.append(c);
            }
            literal.append('"');
        }
        return value(literal.append('}').toString());
    }

    /// The line with its end.
    byte[] finish() {
        put('\n');
        return Arrays.copyOf(bytes, length);
    }

    private void separate() {
        if (!first) {
            put('\t');
        }
        first = false;
    }

    private void escape(String text) {
        requireWellFormed(text);
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            switch (one) {
                case '\\' -> escaped('\\');
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                case '\t' -> escaped('t');
                case 0 ->
                        throw new RialtoException(
                                ErrorCode.INVALID_JSON, "text must not contain the NUL character");
                default -> put(one);
            }
        }
    }

    /// The encoder would silently put a question mark for a lone surrogate.
    private static void requireWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean isPair =
                        i + 1 < text.length()
                                && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!isPair) {
                    throw new RialtoException(
                            ErrorCode.INVALID_JSON, "text must not contain a lone surrogate");
                }
                i++;
            }
        }
    }

    private void escaped(char letter) {
        put('\\');
        put(letter);
    }

    private void put(int one) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = (byte) one;
    }
}

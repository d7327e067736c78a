package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
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
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> escaped('\\');
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                case '\t' -> escaped('t');
                case 0 ->
                        throw new RialtoException(
                                ErrorCode.INVALID_JSON, "text must not contain the NUL character");
                default -> {
                    if (Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1))) {
                        i++;
                        encode(Character.toCodePoint(c, text.charAt(i)));
                    } else if (Character.isSurrogate(c)) {
                        throw new RialtoException(
                                ErrorCode.INVALID_JSON, "text must not contain a lone surrogate");
                    } else {
                        encode(c);
                    }
                }
            }
        }
    }

    private void escaped(char letter) {
        put('\\');
        put(letter);
    }

    private void encode(int point) {
        if (point < 0x80) {
            put(point);
        } else if (point < 0x800) {
            put(0xC0 | (point >> 6));
            put(0x80 | (point & 0x3F));
        } else if (point < 0x10000) {
            put(0xE0 | (point >> 12));
            put(0x80 | ((point >> 6) & 0x3F));
            put(0x80 | (point & 0x3F));
        } else {
            put(0xF0 | (point >> 18));
            put(0x80 | ((point >> 12) & 0x3F));
            put(0x80 | ((point >> 6) & 0x3F));
            put(0x80 | (point & 0x3F));
        }
    }

    private void put(int one) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = (byte) one;
    }
}

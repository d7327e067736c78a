package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Percent-encoded text of an address, decoded strictly: a broken escape or broken UTF-8 is
/// refused, not guessed at.
final class PercentText {
    private PercentText() {}

    static String path(String raw) {
        return raw.indexOf('%') < 0 && isAscii(raw) ? raw : decode(raw, false);
    }

    static String query(String raw) {
        return raw.indexOf('%') < 0 && raw.indexOf('+') < 0 && isAscii(raw)
                ? raw
                : decode(raw, true);
    }

    private static boolean isAscii(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) > 0x7e || raw.charAt(i) < 0x20) {
                return false;
            }
        }
        return true;
    }

    private static String decode(String raw, boolean plusIsSpace) {
        var bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes.put((byte) (hex(raw, i + 1) << 4 | hex(raw, i + 2)));
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes.put((byte) ' ');
            } else if (c > 0x7e || c < 0x20) {
                throw malformed();
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            if (text.indexOf(0) >= 0) {
                throw malformed();
            }
            return text;
        } catch (CharacterCodingException _) {
            throw malformed();
        }
    }

    private static int hex(String raw, int at) {
        int digit = at < raw.length() ? Character.digit(raw.charAt(at), 16) : -1;
        if (digit < 0) {
            throw malformed();
        }
        return digit;
    }

    private static RialtoException malformed() {
        return new RialtoException(
                ErrorCode.MALFORMED_REQUEST,
                "malformed URL: percent-encode it as UTF-8 without control characters");
    }
}

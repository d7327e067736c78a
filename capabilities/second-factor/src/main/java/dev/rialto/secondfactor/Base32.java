package dev.rialto.secondfactor;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;

/// Base 32 of RFC 4648, in which secrets of one-time codes are written.
final class Base32 {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int BITS = 5;

    private Base32() {}

    /// Without padding.
    static String encode(byte[] bytes) {
        var text = new StringBuilder();
        int buffer = 0;
        int bits = 0;
        for (byte each : bytes) {
            buffer = (buffer << Byte.SIZE) | (each & 0xff);
            bits += Byte.SIZE;
            while (bits >= BITS) {
                bits -= BITS;
                text.append(ALPHABET.charAt((buffer >> bits) & 31));
            }
            buffer &= (1 << bits) - 1;
        }
        if (bits > 0) {
            text.append(ALPHABET.charAt((buffer << (BITS - bits)) & 31));
        }
        return text.toString();
    }

    /// @param text in either case; spaces and padding are ignored
    /// @return empty when it has other characters
    static Optional<byte[]> decode(String text) {
        var bytes = new ByteArrayOutputStream();
        int buffer = 0;
        int bits = 0;
        for (char each : text.toUpperCase(Locale.ROOT).replaceAll("[ =]", "").toCharArray()) {
            int value = ALPHABET.indexOf(each);
            if (value < 0) {
                return Optional.empty();
            }
            buffer = (buffer << BITS) | value;
            bits += BITS;
            if (bits >= Byte.SIZE) {
                bits -= Byte.SIZE;
                bytes.write(buffer >> bits);
                buffer &= (1 << bits) - 1;
            }
        }
        return Optional.of(bytes.toByteArray());
    }
}

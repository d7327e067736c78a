package dev.rialto.apps;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// A key as it is kept: its SHA-256. That is as good as a slow hash for generated keys, which can't
/// be guessed; a short key that somebody chose is only as strong as it is long.
record KeyHash(byte[] bytes) {
    private static final int LABEL_BYTES = 4;

    static KeyHash of(String key) {
        try {
            return new KeyHash(
                    MessageDigest.getInstance("SHA-256")
                            .digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }

    /// Takes the same time wherever the two differ.
    boolean matches(KeyHash other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }

    /// The first digits: enough to tell an app's keys apart, of no use for guessing one.
    String label() {
        return HexFormat.of().formatHex(bytes, 0, LABEL_BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyHash hash && matches(hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return label();
    }
}

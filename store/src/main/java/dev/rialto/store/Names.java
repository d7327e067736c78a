package dev.rialto.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Fits names of any length into PostgreSQL's 63 bytes: a long one is truncated and ends with a
/// hash of the whole, so that different names stay different.
public final class Names {
    private static final int LIMIT = 63;
    private static final int HASH_BYTES = 8;

    private Names() {}

    public static String fit(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (utf8.length <= LIMIT) {
            return name;
        }
        String hash = HexFormat.of().formatHex(sha256(utf8), 0, HASH_BYTES);
        int keep = name.length();
        while (name.substring(0, keep).getBytes(StandardCharsets.UTF_8).length
                > LIMIT - 1 - hash.length()) {
            keep--;
        }
        return name.substring(0, keep) + "_" + hash;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }
}

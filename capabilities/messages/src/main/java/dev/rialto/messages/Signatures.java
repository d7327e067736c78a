package dev.rialto.messages;

import dev.rialto.kernel.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The hashes that requests are signed with.
final class Signatures {
    private static final String HMAC_SHA256 = "HmacSHA256";
    private static final String HMAC_SHA1 = "HmacSHA1";

    private Signatures() {}

    static byte[] hmacSha256(byte[] key, byte[]... parts) {
        return hmac(HMAC_SHA256, key, parts);
    }

    static byte[] hmacSha256(byte[] key, String text) {
        return hmac(HMAC_SHA256, key, bytes(text));
    }

    /// For services that sign with nothing better.
    static byte[] hmacSha1(byte[] key, String text) {
        return hmac(HMAC_SHA1, key, bytes(text));
    }

    /// The SHA-256 hash of bytes in hexadecimal.
    static String sha256(byte[] content) {
        return hex(Sha256.of(content));
    }

    static String hex(byte[] value) {
        return HexFormat.of().formatHex(value);
    }

    /// The signature of the requests of this server's own form, and of those to it: of the time, a
    /// dot and the body.
    static String ofRequest(String secret, String timestamp, byte[] body) {
        return hex(hmacSha256(bytes(secret), bytes(timestamp + "."), body));
    }

    /// Whether two signatures are the same, in a time that doesn't depend on where they differ.
    static boolean isEqual(String expected, String given) {
        return MessageDigest.isEqual(bytes(expected), bytes(given));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hmac(String algorithm, byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

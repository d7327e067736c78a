package dev.rialto.signin;

import dev.rialto.kernel.Sha256;
import java.security.SecureRandom;
import java.util.Base64;

/// Random strings, and the hashes by which they are known.
final class Secrets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private Secrets() {}

    /// 43 letters, digits, `-` and `_`, from 256 random bits.
    static String fresh() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static byte[] hash(String secret) {
        return Sha256.of(secret);
    }

    /// The challenge of a verifier (RFC 7636, S256).
    static String challenge(String verifier) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash(verifier));
    }
}

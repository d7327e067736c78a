package dev.rialto.server;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// An authenticator app of a test, with six digits by SHA-1.
///
/// @param secret in base 32, of a multiple of 40 bits
record AuthenticatorApp(String secret, Duration period) {
    /// The code of now, or of a period that is some periods later.
    String at(int periodsLater) {
        long step = Instant.now().getEpochSecond() / period.toSeconds() + periodsLater;
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key(), "HmacSHA1"));
            byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
            int number = ByteBuffer.wrap(hash).getInt(hash[19] & 15) & Integer.MAX_VALUE;
            return String.format(Locale.ROOT, "%06d", number % 1_000_000);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private byte[] key() {
        BigInteger number = BigInteger.ZERO;
        for (int i = 0; i < secret.length(); i++) {
            int value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(secret.charAt(i));
            number = number.shiftLeft(5).add(BigInteger.valueOf(value));
        }
        byte[] bytes = number.toByteArray();
        byte[] key = new byte[secret.length() * 5 / 8];
        int common = Math.min(bytes.length, key.length);
        System.arraycopy(bytes, bytes.length - common, key, key.length - common, common);
        return key;
    }
}

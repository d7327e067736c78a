package dev.rialto.secondfactor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// One-time codes that depend on a secret and the time: RFC 6238.
record Totp(Algorithm algorithm, int digits, Duration period) {
    static final int MIN_DIGITS = 4;
    static final int MAX_DIGITS = 10;
    static final Duration MIN_PERIOD = Duration.ofSeconds(10);
    static final Duration MAX_PERIOD = Duration.ofMinutes(5);

    /// How many steps the clock of a device may be ahead or behind.
    private static final int MAX_DRIFT = 1;

    /// How codes are computed.
    enum Algorithm {
        SHA1,
        SHA256,
        SHA512
    }

    Totp {
        if (digits < MIN_DIGITS || digits > MAX_DIGITS) {
            throw new IllegalArgumentException(
                    "second-factor.digits must be %d to %d".formatted(MIN_DIGITS, MAX_DIGITS));
        }
        if (period.compareTo(MIN_PERIOD) < 0
                || period.compareTo(MAX_PERIOD) > 0
                || !period.equals(Duration.ofSeconds(period.toSeconds()))) {
            throw new IllegalArgumentException(
                    "second-factor.period must be whole seconds from 10s to 5m");
        }
    }

    /// Whether a text may be a code.
    boolean hasForm(String text) {
        return text.length() == digits && text.chars().allMatch(each -> each >= '0' && each <= '9');
    }

    /// The time step that a code belongs to, if that is near to a time.
    OptionalLong step(byte[] secret, String code, Instant now) {
        if (!hasForm(code)) {
            return OptionalLong.empty();
        }
        long current = Math.floorDiv(now.getEpochSecond(), period.toSeconds());
        OptionalLong found = OptionalLong.empty();
        for (long step = current - MAX_DRIFT; step <= current + MAX_DRIFT; step++) {
            byte[] right = code(secret, step).getBytes(StandardCharsets.US_ASCII);
            if (MessageDigest.isEqual(right, code.getBytes(StandardCharsets.US_ASCII))) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    /// The code of a time step.
    String code(byte[] secret, long step) {
        byte[] hash = hash(secret, step);
        int offset = hash[hash.length - 1] & 0xf;
        long number = ByteBuffer.wrap(hash).getInt(offset) & 0x7fffffffL;
        long size = (long) Math.pow(10, digits);
        return String.format(Locale.ROOT, "%0" + digits + "d", number % size);
    }

    private byte[] hash(byte[] secret, long step) {
        String name = "Hmac" + algorithm.name();
        try {
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(secret, name));
            return mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + name, impossible);
        }
    }
}

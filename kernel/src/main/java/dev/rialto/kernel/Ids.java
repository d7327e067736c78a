package dev.rialto.kernel;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// Generates random ids, tokens and keys.
public final class Ids {
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final RandomGenerator random;

    public Ids() {
        this(new SecureRandom());
    }

    /// @param random must be unpredictable if tokens are generated; tests may pass a seeded one
    public Ids(RandomGenerator random) {
        this.random = random;
    }

    /// An object id: ten letters and digits, about 59 bits.
    public String objectId() {
        var id = new char[10];
        for (int i = 0; i < id.length; i++) {
            id[i] = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        }
        return new String(id);
    }

    /// A session token: `r:` and 128 bits in hexadecimal.
    public String sessionToken() {
        return "r:" + hex(16);
    }

    /// Random bytes in hexadecimal.
    public String hex(int bytes) {
        var value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }
}

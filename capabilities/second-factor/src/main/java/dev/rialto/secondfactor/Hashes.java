package dev.rialto.secondfactor;

import dev.rialto.kernel.Sha256;
import java.util.HexFormat;

/// Hashes of secrets that are random and long, so that nothing slower is needed.
final class Hashes {
    private Hashes() {}

    static String sha256(String secret) {
        return HexFormat.of().formatHex(Sha256.of(secret));
    }
}

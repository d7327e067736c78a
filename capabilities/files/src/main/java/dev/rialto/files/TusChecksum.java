package dev.rialto.files;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/// The checksum that the body of a request must have: `Upload-Checksum: sha1 Kq5sNclPz7QV2...`. It
/// finds transmission errors, and is not a matter of security.
///
/// @param digest of the algorithm, without any input so far
record TusChecksum(MessageDigest digest, byte[] expected) {
    static final String HEADER = "Upload-Checksum";

    private static final Map<String, String> ALGORITHMS =
            new TreeMap<>(
                    Map.of(
                            "md5", "MD5",
                            "sha1", "SHA-1",
                            "sha256", "SHA-256",
                            "sha512", "SHA-512"));

    /// The names of the algorithms, separated by commas.
    static String algorithms() {
        return String.join(",", ALGORITHMS.keySet());
    }

    /// Reads a header.
    ///
    /// @throws RialtoException INVALID_VALUE
    static TusChecksum parse(String header) {
        int space = header.indexOf(' ');
        String algorithm = ALGORITHMS.get(space < 0 ? header : header.substring(0, space));
        if (algorithm == null) {
            throw invalid("must name one of the algorithms " + algorithms());
        }
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            byte[] expected = Base64.getDecoder().decode(header.substring(space + 1).strip());
            if (expected.length != digest.getDigestLength()) {
                throw invalid("must have " + digest.getDigestLength() + " bytes in base64");
            }
            return new TusChecksum(digest, expected);
        } catch (IllegalArgumentException _) {
            throw invalid("must be in base64");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Checks what the digest was fed with.
    ///
    /// @throws RialtoException UPLOAD_CHECKSUM_MISMATCH
    void check() {
        if (!MessageDigest.isEqual(digest.digest(), expected)) {
            throw new RialtoException(
                    ErrorCode.UPLOAD_CHECKSUM_MISMATCH,
                    "the body does not have the checksum of " + HEADER + ": nothing of it counts");
        }
    }

    private static RialtoException invalid(String why) {
        return new RialtoException(ErrorCode.INVALID_VALUE, HEADER + " " + why);
    }
}

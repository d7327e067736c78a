package dev.rialto.files;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What a storage calls a file. Not all storages accept all letters, slashes, or such long names:
/// then it is a digest of the name, after a character that no name begins with.
final class FileKey {
    private static final int MAX_LENGTH = 255;

    private FileKey() {}

    static String of(String name) {
        String encoded = name.replace("/", "%2F");
        if (encoded.length() > MAX_LENGTH || encoded.chars().anyMatch(c -> c > 0x7e)) {
            return "%" + HexFormat.of().formatHex(sha256().digest(utf8(name)));
        }
        if (encoded.equals(".") || encoded.equals("..") || encoded.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not a valid file name: " + name);
        }
        return encoded;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.rialto.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Encrypts secrets that must be read again, so that a database without the server's key does not
/// reveal them: AES-256 in Galois/Counter Mode with a random nonce of 12 bytes.
///
/// A sealed secret consists of a format byte, the 4-byte id of the key, the nonce, and the
/// ciphertext with its tag. The purpose is authenticated with it: a secret sealed for one purpose
/// can't be opened for another. Thread-safe.
public final class SecretBox {
    /// The length of a key in bytes.
    public static final int KEY_BYTES = 32;

    private static final byte FORMAT = 1;
    private static final int ID_BYTES = 4;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int HEAD_BYTES = 1 + ID_BYTES + NONCE_BYTES;

    private final List<Key> keys;
    private final SecureRandom random = new SecureRandom();

    /// A key and its id in sealed secrets.
    private record Key(byte[] id, SecretKeySpec spec) {
        static Key of(byte[] bytes) {
            if (bytes.length != KEY_BYTES) {
                throw new IllegalArgumentException(
                        "a secret key must have " + KEY_BYTES + " bytes");
            }
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
                return new Key(Arrays.copyOf(hash, ID_BYTES), new SecretKeySpec(bytes, "AES"));
            } catch (GeneralSecurityException impossible) {
                throw new AssertionError("every JDK has SHA-256", impossible);
            }
        }
    }

    /// @param keys of [#KEY_BYTES] bytes each: the first one seals, all of them open
    public SecretBox(List<byte[]> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a secret key is needed");
        }
        this.keys = keys.stream().map(Key::of).toList();
    }

    /// Seals a secret.
    ///
    /// @param purpose the purpose; must be the same to open it
    public byte[] seal(String secret, String purpose) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        Key key = keys.getFirst();
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, purpose);
            byte[] content = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(HEAD_BYTES + content.length)
                    .put(FORMAT)
                    .put(key.id())
                    .put(nonce)
                    .put(content)
                    .array();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every JDK has AES/GCM", impossible);
        }
    }

    /// Decrypts a sealed secret.
    ///
    /// @return empty if it was sealed with an unknown key, for another purpose, or was modified
    public Optional<String> open(byte[] sealed, String purpose) {
        if (sealed.length < HEAD_BYTES || sealed[0] != FORMAT) {
            return Optional.empty();
        }
        byte[] id = Arrays.copyOfRange(sealed, 1, 1 + ID_BYTES);
        byte[] nonce = Arrays.copyOfRange(sealed, 1 + ID_BYTES, HEAD_BYTES);
        for (Key key : keys) {
            if (Arrays.equals(key.id(), id)) {
                try {
                    Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, purpose);
                    byte[] secret = cipher.doFinal(sealed, HEAD_BYTES, sealed.length - HEAD_BYTES);
                    return Optional.of(new String(secret, StandardCharsets.UTF_8));
                } catch (GeneralSecurityException _) {
                    // Two keys may have the same id; the other one may open it.
                }
            }
        }
        return Optional.empty();
    }

    /// Authenticates a text that must not be guessed from what is stored, such as a short code:
    /// HMAC-SHA256 in hexadecimal with a key derived for the purpose.
    ///
    /// @return by each key, the one that seals first: store that one, and accept any of them
    public List<String> macs(String text, String purpose) {
        return keys.stream()
                .map(key -> {
                    byte[] derived = mac(key.spec().getEncoded(), "mac " + purpose);
                    return HexFormat.of().formatHex(mac(derived, text));
                })
                .toList();
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every JDK has HMAC-SHA256", impossible);
        }
    }

    private static Cipher cipher(int mode, Key key, byte[] nonce, String purpose)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.spec(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /// Does not show the keys.
    @Override
    public String toString() {
        return "SecretBox of " + keys.size() + " keys";
    }
}

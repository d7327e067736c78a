package dev.rialto.server;

import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// The keys that a server seals secrets with: those of its settings, else one that it makes once
/// and keeps in its data folder, for its owner's eyes only.
final class SecretKeys {
    static final String SETTING = "server.secret-key";

    private static final String FILE = "secret.key";

    private SecretKeys() {}

    /// The keys of the setting: base64, with commas between them.
    ///
    /// @throws IllegalArgumentException when one of them is not a key
    static List<byte[]> read(String setting) {
        List<byte[]> keys = new ArrayList<>();
        for (String each : setting.split(",", -1)) {
            keys.add(key(each.strip()));
        }
        return keys;
    }

    private static byte[] key(String base64) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            throw unusable();
        }
        if (key.length != SecretBox.KEY_BYTES) {
            throw unusable();
        }
        return key;
    }

    /// Tells nothing of the text, which may be a key after all.
    private static IllegalArgumentException unusable() {
        return new IllegalArgumentException(
                SETTING
                        + " must be 32 random bytes in base64, as `openssl rand -base64 32` writes"
                        + " them");
    }

    static SecretBox box(List<byte[]> configured, Path folder) {
        return new SecretBox(configured.isEmpty() ? List.of(kept(folder)) : configured);
    }

    /// The key in a folder, made when there is none. Of two processes that make it at once, one
    /// wins, and both use that.
    private static byte[] kept(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                make(file);
            }
            return key(Files.readString(file, StandardCharsets.US_ASCII).strip());
        } catch (IOException failure) {
            throw new SetupException("can't use " + file + ": " + failure.getMessage(), failure);
        } catch (IllegalArgumentException damaged) {
            throw new SetupException(
                    file
                            + " does not contain a key: restore it from a backup, or delete it"
                            + " and set the secrets encrypted with it again",
                    damaged);
        }
    }

    private static void make(Path file) throws IOException {
        byte[] key = new byte[SecretBox.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Path fresh =
                Files.createTempFile(
                        file.toAbsolutePath().getParent(),
                        FILE,
                        ".new",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(fresh, Base64.getEncoder().encodeToString(key) + "\n");
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException _) {
            // Another process was faster.
        } finally {
            Files.delete(fresh);
        }
    }
}

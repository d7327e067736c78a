package dev.rialto.backup;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a person remembers or a password manager keeps, to encrypt backups with. It is never
/// printed.
public final class Passphrase {
    private static final int MIN_LENGTH = 12;
    private static final int MAX_FILE = 1 << 12;

    private final String text;

    private Passphrase(String text) {
        this.text = text;
    }

    /// @throws IllegalArgumentException when it is too short to protect anything
    public static Passphrase of(String text) {
        if (text.codePointCount(0, text.length()) < MIN_LENGTH) {
            throw new IllegalArgumentException(
                    "the passphrase of backups must have at least " + MIN_LENGTH + " characters");
        }
        return new Passphrase(text);
    }

    /// Reads a file that has nothing else in it; blanks and line breaks around it don't count.
    public static Passphrase read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE) {
                throw new SetupException(file + " is too large for a passphrase");
            }
            return of(Files.readString(file).strip());
        } catch (IllegalArgumentException tooShort) {
            throw new SetupException(file + ": " + tooShort.getMessage(), tooShort);
        } catch (IOException failure) {
            throw new SetupException(
                    "can't read the passphrase file " + file + ": " + failure, failure);
        }
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "***";
    }
}

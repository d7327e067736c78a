package dev.rialto.certificates;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Where an operator has a certificate.
///
/// @param password of an encrypted key
record PemFiles(Path certificate, Path key, Optional<String> password) {
    /// A certificate or a key is a few kilobytes.
    private static final long MAX_BYTES = 1 << 20;

    /// What is in the files, to tell whether it has changed.
    record Content(String certificate, String key) {
        /// Does not show the key.
        @Override
        public String toString() {
            return "content of PEM files";
        }
    }

    /// @throws UnusableCertificate when one of the files can't be read
    Content content() {
        return new Content(text("tls.certificate", certificate), text("tls.key", key));
    }

    /// @throws UnusableCertificate that names the files
    Certificate read(Content content) {
        try {
            return Certificate.read(content.certificate(), content.key(), password);
        } catch (UnusableCertificate unusable) {
            throw new UnusableCertificate(
                    "tls.certificate = "
                            + certificate
                            + ", tls.key = "
                            + key
                            + ": "
                            + unusable.getMessage(),
                    unusable);
        }
    }

    private static String text(String setting, Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new UnusableCertificate(setting + " = " + file + ": it is not a PEM file");
            }
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new UnusableCertificate(
                    setting + " = " + file + ": there is no such file", missing);
        } catch (AccessDeniedException denied) {
            throw new UnusableCertificate(
                    setting
                            + " = "
                            + file
                            + ": the user "
                            + System.getProperty("user.name")
                            + " may not read it",
                    denied);
        } catch (IOException failure) {
            throw new UnusableCertificate(
                    setting + " = " + file + ": it can't be read as text", failure);
        }
    }

    /// Does not show the password.
    @Override
    public String toString() {
        return certificate + " and " + key;
    }
}

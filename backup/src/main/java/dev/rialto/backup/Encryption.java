package dev.rialto.backup;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;

/// Encryption of backups in the format of [age](https://age-encryption.org/v1): to public keys, so
/// that a server that makes backups can't read them, or to one whose private key a passphrase
/// opens: [PassphraseKeys].
public final class Encryption {
    private final List<String> recipients;
    private final List<RecipientStanzaWriter> writers;

    private Encryption(List<String> recipients, List<RecipientStanzaWriter> writers) {
        this.recipients = List.copyOf(recipients);
        this.writers = List.copyOf(writers);
    }

    /// @param recipients public keys, `age1...`; without any nothing is encrypted
    /// @throws IllegalArgumentException when one is not a public key
    public static Encryption to(List<String> recipients) {
        List<RecipientStanzaWriter> writers = new ArrayList<>();
        for (String each : recipients) {
            try {
                writers.add(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(each));
            } catch (GeneralSecurityException | RuntimeException refused) {
                // A private key may have been given by mistake: it is not repeated.
                throw new IllegalArgumentException(
                        "backup.recipients must be public keys of age, which begin with age1",
                        refused);
            }
        }
        return new Encryption(recipients, writers);
    }

    List<String> recipients() {
        return recipients;
    }

    boolean isOn() {
        return !writers.isEmpty();
    }

    /// What is written to the stream that is returned arrives encrypted. Its end is written when it
    /// is closed.
    OutputStream encrypting(OutputStream out) throws IOException {
        if (!isOn()) {
            return out;
        }
        try {
            return Channels.newOutputStream(
                    new StandardEncryptingChannelFactory()
                            .newEncryptingChannel(Channels.newChannel(out), writers));
        } catch (GeneralSecurityException failure) {
            throw new IOException("can't encrypt: " + failure.getMessage(), failure);
        }
    }

    /// Private keys that decrypt backups.
    public static final class Identities {
        private static final String PREFIX = "AGE-SECRET-KEY-1";

        private final List<RecipientStanzaReader> readers;

        private Identities(List<RecipientStanzaReader> readers) {
            this.readers = readers;
        }

        public static Identities none() {
            return new Identities(List.of());
        }

        /// Reads a file as `age-keygen` writes it: a private key on a line, `#` before comments.
        public static Identities read(Path file) {
            try {
                return of(Files.readAllLines(file), file.toString());
            } catch (IOException failure) {
                throw new SetupException("can't read the key file " + file, failure);
            }
        }

        /// @param source where the lines come from, for messages
        static Identities of(List<String> lines, String source) {
            List<RecipientStanzaReader> readers = new ArrayList<>();
            try {
                for (String line : lines) {
                    if (line.startsWith(PREFIX)) {
                        readers.add(
                                X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(
                                        line.strip()));
                    }
                }
            } catch (GeneralSecurityException | RuntimeException refused) {
                throw new SetupException(source + " has a key that is damaged", refused);
            }
            if (readers.isEmpty()) {
                throw new SetupException(
                        source + " has no private key of age: a line that begins with " + PREFIX);
            }
            return new Identities(readers);
        }

        boolean isEmpty() {
            return readers.isEmpty();
        }

        InputStream decrypting(InputStream in) throws IOException {
            try {
                return Channels.newInputStream(
                        new StandardDecryptingChannelFactory()
                                .newDecryptingChannel(Channels.newChannel(in), readers));
            } catch (GeneralSecurityException failure) {
                throw new IOException("the key does not fit, or it is damaged", failure);
            }
        }
    }

    /// A pair of keys as `age-keygen` writes it.
    static String keyFile(KeyPair pair) {
        return "# public key: " + pair.getPublic() + "\n" + pair.getPrivate() + "\n";
    }

    /// Makes a pair of keys and writes it to a new file that only its owner can read.
    ///
    /// @return the public key
    public static String newKey(Path file) {
        try {
            KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
            String recipient = pair.getPublic().toString();
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, keyFile(pair));
            return recipient;
        } catch (java.nio.file.FileAlreadyExistsException taken) {
            throw new SetupException(file + " exists already", taken);
        } catch (IOException | GeneralSecurityException failure) {
            throw new SetupException("can't write " + file + ": " + failure, failure);
        }
    }
}

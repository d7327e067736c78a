package dev.rialto.backup;

import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import dev.rialto.kernel.SetupException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The pair of keys at a target that a passphrase opens: what is stored there is encrypted to its
/// public key. So the passphrase, which takes half a second each time, is needed once for each
/// backup or restore and not for each object.
///
/// `keys/PUBLIC_KEY.age` has the private key as `age-keygen` writes it, encrypted with the
/// passphrase as `age --passphrase` does it.
public final class PassphraseKeys {
    private static final String FOLDER = "keys/";
    private static final String SUFFIX = ".age";
    private static final int MAX_KEY = 1 << 14;

    private PassphraseKeys() {}

    /// The public key to encrypt to; the first backup makes the pair.
    ///
    /// @param others public keys to which backups are encrypted as well
    /// @throws SetupException when the passphrase is not that of the backups at the target, or
    ///   their key is gone
    public static String recipient(
            BackupTarget target, Passphrase passphrase, List<String> others) {
        try {
            List<String> keys = keys(target);
            if (keys.isEmpty()) {
                requireUnlocked(target, others);
                return create(target, passphrase);
            }
            for (String key : keys) {
                Optional<String> text = opened(target, key, passphrase);
                if (text.isPresent()) {
                    return recipient(target, key, text.get());
                }
            }
            throw wrong(target);
        } catch (IOException failure) {
            throw unreadable(target, failure);
        }
    }

    /// Without its key, nobody can read the last backup any more: a new one must not hide that.
    private static void requireUnlocked(BackupTarget target, List<String> others)
            throws IOException {
        List<String> used =
                Repository.read(target).last().map(Manifest::recipients).orElse(List.of());
        if (!others.containsAll(used)) {
            throw new SetupException(
                    "the backups at "
                            + target.name()
                            + " are encrypted, and the key that the passphrase opens is gone: "
                            + FOLDER
                            + " has no file. Bring it back from a copy; without it, only the"
                            + " holders of other private keys can read them. To start over, use"
                            + " another target");
        }
    }

    /// The public key in a key file. Its name must say the same: whoever can write to the target
    /// can rename files, but can't change what the passphrase seals.
    private static String recipient(BackupTarget target, String key, String text) {
        String named = key.substring(FOLDER.length(), key.length() - SUFFIX.length());
        if (!text.contains("# public key: " + named + "\n")) {
            throw new SetupException(
                    key
                            + " at "
                            + target.name()
                            + " is not the key that its name says: somebody has renamed or replaced"
                            + " it. Use another target, or restore the name");
        }
        return named;
    }

    /// The private keys that the passphrase opens; none where no backup was made with one.
    ///
    /// @throws SetupException when it is another one
    public static Encryption.Identities identities(BackupTarget target, Passphrase passphrase) {
        try {
            List<String> lines = new ArrayList<>();
            List<String> keys = keys(target);
            if (keys.isEmpty()) {
                return Encryption.Identities.none();
            }
            for (String key : keys) {
                opened(target, key, passphrase)
                        .ifPresent(text -> lines.addAll(text.lines().toList()));
            }
            if (lines.isEmpty()) {
                throw wrong(target);
            }
            return Encryption.Identities.of(lines, target.name());
        } catch (IOException failure) {
            throw unreadable(target, failure);
        }
    }

    /// Whether a passphrase opens the backups at a target.
    static boolean areAt(BackupTarget target) throws IOException {
        return !keys(target).isEmpty();
    }

    private static List<String> keys(BackupTarget target) throws IOException {
        return target.list(FOLDER).stream().filter(key -> key.endsWith(SUFFIX)).sorted().toList();
    }

    private static String create(BackupTarget target, Passphrase passphrase) throws IOException {
        try {
            KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
            String recipient = pair.getPublic().toString();
            var sealed = new ByteArrayOutputStream();
            try (var out =
                    Channels.newOutputStream(
                            new StandardEncryptingChannelFactory()
                                    .newEncryptingChannel(
                                            Channels.newChannel(sealed),
                                            List.of(new PassphraseStanza(passphrase))))) {
                out.write(Encryption.keyFile(pair).getBytes(StandardCharsets.UTF_8));
            }
            try (BackupTarget.Upload upload = target.create(FOLDER + recipient + SUFFIX)) {
                upload.stream().write(sealed.toByteArray());
                upload.commit();
            }
            target.sync();
            return recipient;
        } catch (GeneralSecurityException failure) {
            throw new IOException("can't make a key: " + failure.getMessage(), failure);
        }
    }

    /// @return the private key; empty when the passphrase does not open it
    private static Optional<String> opened(BackupTarget target, String key, Passphrase passphrase)
            throws IOException {
        byte[] sealed;
        try (InputStream in = target.open(key)) {
            sealed = in.readNBytes(MAX_KEY);
        }
        try (InputStream in =
                Channels.newInputStream(
                        new StandardDecryptingChannelFactory()
                                .newDecryptingChannel(
                                        Channels.newChannel(new ByteArrayInputStream(sealed)),
                                        List.of(new PassphraseStanza(passphrase))))) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IOException | RuntimeException refused) {
            if (refused instanceof SetupException known) {
                throw known;
            }
            return Optional.empty();
        }
    }

    private static SetupException wrong(BackupTarget target) {
        return new SetupException(
                "the passphrase does not open the key of the backups at "
                        + target.name()
                        + " (in "
                        + FOLDER
                        + "): it is another one, or the key is damaged");
    }

    private static SetupException unreadable(BackupTarget target, IOException failure) {
        return new SetupException(
                "can't use the key at " + target.name() + ": " + failure.getMessage(), failure);
    }
}

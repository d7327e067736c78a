package dev.rialto.backup;

import com.exceptionfactory.jagged.FileKey;
import com.exceptionfactory.jagged.RecipientStanza;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.codec.CanonicalBase64;
import com.exceptionfactory.jagged.framework.crypto.CipherKey;
import com.exceptionfactory.jagged.framework.crypto.EncryptedFileKey;
import com.exceptionfactory.jagged.framework.crypto.FileKeyDecryptorFactory;
import com.exceptionfactory.jagged.framework.crypto.FileKeyEncryptorFactory;
import dev.rialto.kernel.SetupException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.SCrypt;

/// The recipient type `scrypt` of [age](https://age-encryption.org/v1): the key of a file,
/// encrypted with a key that is derived from a passphrase, slowly and with much memory. Its
/// arguments are a salt and the logarithm of the work.
final class PassphraseStanza implements RecipientStanzaReader, RecipientStanzaWriter {
    private static final String TYPE = "scrypt";
    private static final byte[] LABEL =
            "age-encryption.org/v1/scrypt".getBytes(StandardCharsets.US_ASCII);
    private static final int SALT = 16;
    private static final int BLOCK = 8;
    private static final int KEY = 32;

    /// 128 MB and half a second for each guess, as OWASP recommends it.
    private static final int WORK = 17;

    /// What age itself writes. More could be asked for to exhaust the memory of this process.
    private static final int MAX_WORK = 18;

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]?");

    private final Passphrase passphrase;

    PassphraseStanza(Passphrase passphrase) {
        this.passphrase = passphrase;
    }

    private record Written(List<String> arguments, byte[] body) implements RecipientStanza {
        @Override
        public String getType() {
            return TYPE;
        }

        @Override
        public List<String> getArguments() {
            return arguments;
        }

        @Override
        public byte[] getBody() {
            return body;
        }
    }

    @Override
    public Iterable<RecipientStanza> getRecipientStanzas(FileKey key)
            throws GeneralSecurityException {
        var salt = new byte[SALT];
        new SecureRandom().nextBytes(salt);
        EncryptedFileKey sealed =
                new FileKeyEncryptorFactory()
                        .newFileKeyEncryptor()
                        .getEncryptedFileKey(key, derive(salt, WORK));
        String encoded = CanonicalBase64.getEncoder().encodeToString(salt);
        return List.of(new Written(List.of(encoded, String.valueOf(WORK)), sealed.getEncoded()));
    }

    /// @throws GeneralSecurityException when the passphrase does not fit
    @Override
    public FileKey getFileKey(Iterable<RecipientStanza> stanzas) throws GeneralSecurityException {
        RecipientStanza only = null;
        for (RecipientStanza each : stanzas) {
            if (only != null || !each.getType().equals(TYPE)) {
                throw new GeneralSecurityException("not encrypted with a passphrase alone");
            }
            only = each;
        }
        if (only == null || only.getArguments().size() != 2) {
            throw new GeneralSecurityException("not encrypted with a passphrase");
        }
        byte[] salt = decoded(only.getArguments().get(0));
        CipherKey key = derive(salt, work(only.getArguments().get(1)));
        return new FileKeyDecryptorFactory()
                .newFileKeyDecryptor()
                .getFileKey(new EncryptedFileKey(only.getBody()), key);
    }

    private static byte[] decoded(String salt) throws GeneralSecurityException {
        try {
            byte[] bytes =
                    CanonicalBase64.getDecoder().decode(salt.getBytes(StandardCharsets.ISO_8859_1));
            if (bytes.length == SALT) {
                return bytes;
            }
        } catch (IllegalArgumentException _) {
            // As for a wrong length.
        }
        throw new GeneralSecurityException("the salt is not valid");
    }

    private static int work(String text) throws GeneralSecurityException {
        Matcher number = NUMBER.matcher(text);
        int work = number.matches() ? Integer.parseInt(text) : 0;
        if (work < 1 || work > MAX_WORK) {
            throw new GeneralSecurityException("the work factor is not valid or too high");
        }
        return work;
    }

    private CipherKey derive(byte[] salt, int work) {
        long memory = (128L * BLOCK) << work;
        if (Runtime.getRuntime().maxMemory() < 2 * memory) {
            throw new SetupException(
                    "a passphrase needs "
                            + (memory >> 20)
                            + " MB of memory for a moment: raise the setting memory to 512MB");
        }
        byte[] salted = Arrays.copyOf(LABEL, LABEL.length + salt.length);
        System.arraycopy(salt, 0, salted, LABEL.length, salt.length);
        return new CipherKey(SCrypt.generate(passphrase.bytes(), salted, 1 << work, BLOCK, 1, KEY));
    }
}

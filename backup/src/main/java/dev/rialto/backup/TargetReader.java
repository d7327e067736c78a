package dev.rialto.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/// Reads objects of a target and checks them against their digests.
final class TargetReader {
    private static final int BUFFER = 1 << 16;

    private final BackupTarget target;
    private final Encryption.Identities identities;

    TargetReader(BackupTarget target, Encryption.Identities identities) {
        this.target = target;
        this.identities = identities;
    }

    /// Takes the content of an object, decrypted and decompressed.
    interface Content {
        void readFrom(InputStream in) throws IOException;
    }

    /// Reads an object. What it was made of counts only when this returns: damage may be found
    /// after some of it was read.
    ///
    /// @throws DamagedException when it is missing or not as it was written
    void read(StoredObject object, Content content) throws IOException {
        MessageDigest digest = TargetWriter.sha256();
        try (var stored = new DigestInputStream(target.open(object.key()), digest)) {
            IOException failure = null;
            try {
                content.readFrom(decoded(object.key(), stored));
            } catch (IOException unreadable) {
                failure = unreadable;
            }
            stored.transferTo(OutputStream.nullOutputStream());
            if (!HexFormat.of().formatHex(digest.digest()).equals(object.sha256())) {
                throw new DamagedException(object.key() + " is damaged: its digest differs");
            }
            if (failure != null) {
                throw failure;
            }
        } catch (NoSuchFileException missing) {
            if (!missing.getFile().endsWith(object.key())) {
                throw missing;
            }
            throw new DamagedException(object.key() + " is missing");
        }
    }

    private InputStream decoded(String key, InputStream stored) throws IOException {
        InputStream plain = stored;
        String name = key;
        if (name.endsWith(TargetWriter.ENCRYPTED)) {
            plain = identities.decrypting(stored);
            name = name.substring(0, name.length() - TargetWriter.ENCRYPTED.length());
        }
        return name.endsWith(TargetWriter.COMPRESSED) ? new GZIPInputStream(plain, BUFFER) : plain;
    }

    /// A backup is not as it was written.
    static final class DamagedException extends IOException {
        DamagedException(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}

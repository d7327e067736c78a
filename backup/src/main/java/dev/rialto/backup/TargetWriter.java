package dev.rialto.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/// Writes objects to a target, compressed and encrypted, and tells their digests.
final class TargetWriter {
    static final String COMPRESSED = ".gz";
    static final String ENCRYPTED = ".age";

    private static final int BUFFER = 1 << 16;

    private final BackupTarget target;
    private final Encryption encryption;

    TargetWriter(BackupTarget target, Encryption encryption) {
        this.target = target;
        this.encryption = encryption;
    }

    /// Writes the content of an object.
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /// Begins an object whose key gets the endings of what is done to it.
    Draft compressed(String key) throws IOException {
        return begin(key, true, encryption);
    }

    /// Begins one that is not worth compressing.
    Draft plain(String key) throws IOException {
        return begin(key, false, encryption);
    }

    /// Writes an object that anybody may read: it has nothing of the data.
    StoredObject unencrypted(String key, Content content) throws IOException {
        try (Draft draft = begin(key, true, Encryption.to(List.of()))) {
            content.writeTo(draft);
            return draft.commit();
        }
    }

    /// The key that [#plain] gives an object.
    String keyOf(String key) {
        return key + (encryption.isOn() ? ENCRYPTED : "");
    }

    private Draft begin(String key, boolean compress, Encryption by) throws IOException {
        String full = key + (compress ? COMPRESSED : "") + (by.isOn() ? ENCRYPTED : "");
        return new Draft(target.create(full), full, compress, by);
    }

    /// An object that is being written.
    static final class Draft extends OutputStream {
        private final BackupTarget.Upload upload;
        private final String key;
        private final Digested digested;
        private final OutputStream outer;

        Draft(BackupTarget.Upload upload, String key, boolean compress, Encryption encryption)
                throws IOException {
            this.upload = upload;
            this.key = key;
            this.digested = new Digested(upload.stream());
            OutputStream encrypting = encryption.encrypting(digested);
            this.outer = compress ? compressing(encrypting) : encrypting;
        }

        private static OutputStream compressing(OutputStream out) throws IOException {
            var parameters = new GzipParameters();
            // The fastest: a backup must not slow down the server that it is made of.
            parameters.setCompressionLevel(1);
            parameters.setBufferSize(BUFFER);
            return new GzipCompressorOutputStream(out, parameters);
        }

        @Override
        public void write(int b) throws IOException {
            outer.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            outer.write(bytes, offset, length);
        }

        StoredObject commit() throws IOException {
            outer.close();
            upload.commit();
            return new StoredObject(key, digested.size, digested.hex());
        }

        /// Discards what was not committed.
        @Override
        public void close() throws IOException {
            upload.close();
        }
    }

    private static final class Digested extends OutputStream {
        private final OutputStream out;
        private final MessageDigest digest = sha256();
        private long size;

        Digested(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            digest.update(bytes, offset, length);
            size += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        String hex() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }
}

package dev.rialto.backup;

import dev.rialto.kernel.SetupException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Backups in a bucket. An object is written to a nameless temporary file first: its length must be
/// known before it is sent, and it may have to be sent again.
final class S3Target implements BackupTarget {
    static final String SCHEME = "s3://";

    private static final Pattern PLACE =
            Pattern.compile(
                    "s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]{0,200}))?");
    private static final int BUFFER = 1 << 16;

    private final String place;
    private final String prefix;
    private final S3Client client;
    private final Path spool;

    private S3Target(String place, String prefix, S3Client client, Path spool) {
        this.place = place;
        this.prefix = prefix;
        this.client = client;
        this.spool = spool;
    }

    /// @param place `s3://BUCKET/PREFIX`
    /// @param spool where temporary files are made
    static S3Target open(String place, S3Settings settings, Path spool) {
        Matcher form = PLACE.matcher(place);
        if (!form.matches()) {
            throw new SetupException("a place in S3 must look like s3://BUCKET/PREFIX: " + place);
        }
        String path = form.group(2) == null ? "" : form.group(2).replaceAll("^/+|/+$", "");
        if (!path.isEmpty()) {
            StoredObject.requireKey(path);
        }
        var client = new S3Client(settings, form.group(1), Duration.ofMillis(500));
        return new S3Target(place, path.isEmpty() ? "" : path + "/", client, spool);
    }

    @Override
    public String name() {
        return place;
    }

    @Override
    public Upload create(String key) throws IOException {
        return new SpooledUpload(key(key));
    }

    @Override
    public InputStream open(String key) throws IOException {
        return new BufferedInputStream(client.get(key(key)), BUFFER);
    }

    @Override
    public List<String> list(String start) throws IOException {
        return client.list(prefix + start).stream()
                .map(key -> key.substring(prefix.length()))
                .toList();
    }

    @Override
    public void delete(String key) throws IOException {
        client.delete(key(key));
    }

    /// The service answers when it has an object for good.
    @Override
    public void sync() {
        // See above.
    }

    @Override
    public void close() {
        client.close();
    }

    private String key(String key) {
        return prefix + StoredObject.requireKey(key);
    }

    private final class SpooledUpload implements Upload {
        private final String key;
        private final FileChannel channel;
        private final DigestOutputStream stream;

        SpooledUpload(String key) throws IOException {
            this.key = key;
            Path file = Files.createTempFile(spool, "backup-upload", ".tmp");
            try {
                this.channel =
                        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            } finally {
                // It lasts as long as it is open: nothing is left when this process is killed.
                Files.delete(file);
            }
            this.stream = new DigestOutputStream(Channels.newOutputStream(channel), md5());
        }

        @Override
        public OutputStream stream() {
            return stream;
        }

        @Override
        public void commit() throws IOException {
            String md5 = Base64.getEncoder().encodeToString(stream.getMessageDigest().digest());
            client.put(key, new S3Client.Body(() -> new Rereading(channel), channel.size(), md5));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /// Reads a file from its beginning and leaves it open.
    private static final class Rereading extends InputStream {
        private final FileChannel channel;
        private long position;

        Rereading(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = channel.read(ByteBuffer.wrap(bytes, offset, length), position);
            position += Math.max(0, count);
            return count;
        }
    }

    /// For the service, which compares it with what arrives; what is read is checked by SHA-256.
    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has MD5", impossible);
        }
    }
}

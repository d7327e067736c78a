package dev.rialto.backup;

import dev.rialto.kernel.BlockInputStream;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Backups in a bucket. An object is written to a nameless temporary file first: its length must be
/// known before it is sent, and it may have to be sent again. Large ones are sent in parts.
final class S3Target implements BackupTarget {
    private static final Logger LOG = Logger.getLogger(S3Target.class.getName());
    static final String SCHEME = "s3://";

    private static final Pattern PLACE =
            Pattern.compile(
                    "s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]{0,200}))?");
    private static final int BUFFER = 1 << 16;

    /// An object may have 10,000 parts, and a part 5 GB; smaller ones are sent again sooner when
    /// one fails.
    private static final long PART = 512L << 20;

    private final String place;
    private final String prefix;
    private final S3Client client;
    private final Path spool;
    private final long part;

    private S3Target(String place, String prefix, S3Client client, Path spool, long part) {
        this.place = place;
        this.prefix = prefix;
        this.client = client;
        this.spool = spool;
        this.part = part;
    }

    /// @param place `s3://BUCKET/PREFIX`
    /// @param spool where temporary files are made
    static S3Target open(String place, S3Settings settings, Path spool) {
        return open(place, settings, spool, PART);
    }

    /// @param part objects that are larger are sent in parts of so many bytes
    static S3Target open(String place, S3Settings settings, Path spool, long part) {
        Matcher form = PLACE.matcher(place);
        if (!form.matches()) {
            throw new SetupException("a place in S3 must look like s3://BUCKET/PREFIX: " + place);
        }
        String path = form.group(2) == null ? "" : form.group(2).replaceAll("^/+|/+$", "");
        if (!path.isEmpty()) {
            StoredObject.requireKey(path);
        }
        var client = new S3Client(settings, form.group(1), Duration.ofMillis(500));
        return new S3Target(place, path.isEmpty() ? "" : path + "/", client, spool, part);
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
            if (channel.size() > part) {
                sendParts();
                return;
            }
            String md5 = Base64.getEncoder().encodeToString(stream.getMessageDigest().digest());
            client.put(key, body(0, channel.size(), md5));
        }

        private S3Client.Body body(long start, long length, String md5) {
            return new S3Client.Body(
                    () -> new Rereading(channel, start, start + length), length, md5);
        }

        private void sendParts() throws IOException {
            String upload = client.beginParts(key);
            boolean finished = false;
            try {
                List<String> parts = new ArrayList<>();
                for (long at = 0; at < channel.size(); at += part) {
                    long length = Math.min(part, channel.size() - at);
                    S3Client.Body body = body(at, length, md5Of(at, length));
                    parts.add(client.putPart(key, upload, parts.size() + 1, body));
                }
                client.finishParts(key, upload, parts);
                finished = true;
            } finally {
                if (!finished) {
                    discard(upload);
                }
            }
        }

        /// The failure that led here is the one to report.
        private void discard(String upload) {
            try {
                client.discardParts(key, upload);
            } catch (IOException alsoFailed) {
                LOG.log(
                        Level.WARNING,
                        "Parts of an object are left in {0}; a rule for unfinished uploads of the"
                                + " bucket removes them: {1}",
                        new Object[] {place, alsoFailed.getMessage()});
            }
        }

        private String md5Of(long start, long length) throws IOException {
            MessageDigest digest = md5();
            var buffer = new byte[BUFFER];
            try (InputStream in = new Rereading(channel, start, start + length)) {
                for (int count; (count = in.read(buffer)) >= 0; ) {
                    digest.update(buffer, 0, count);
                }
            }
            return Base64.getEncoder().encodeToString(digest.digest());
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /// Reads a part of a file and leaves it open.
    private static final class Rereading extends BlockInputStream {
        private final FileChannel channel;
        private final long end;
        private long position;

        Rereading(FileChannel channel, long start, long end) {
            this.channel = channel;
            this.position = start;
            this.end = end;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int wanted = (int) Math.min(length, end - position);
            if (wanted == 0 && length > 0) {
                return -1;
            }
            int count = channel.read(ByteBuffer.wrap(bytes, offset, wanted), position);
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

package dev.rialto.http;

import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Gzip of answers. Of request bodies it only tells the web server that they are taken;
/// [RequestBody] inflates them, with a bound.
final class Gzip implements ContentEncoding {
    /// Below this many bytes an answer is not worth compressing.
    static final int THRESHOLD = 1400;

    /// Compresses for speed: the client is one network away, not one disk.
    static byte[] compress(byte[] bytes, int length) {
        var target = new ByteArrayOutputStream(length / 3);
        try (var gzip = new FastGzip(target)) {
            gzip.write(bytes, 0, length);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return target.toByteArray();
    }

    /// Whether an Accept-Encoding header takes gzip.
    static boolean isAccepted(String header) {
        for (var part : header.split(",", -1)) {
            var coding = part.strip();
            if (coding.regionMatches(true, 0, "gzip", 0, 4)) {
                int weight = coding.indexOf("q=");
                return weight < 0 || !isZero(coding.substring(weight + 2));
            }
        }
        return false;
    }

    private static boolean isZero(String weight) {
        return weight.chars().allMatch(c -> c == '0' || c == '.');
    }

    @Override
    public Set<String> ids() {
        return Set.of("gzip", "x-gzip");
    }

    @Override
    public boolean supportsEncoding() {
        return false;
    }

    @Override
    public boolean supportsDecoding() {
        return true;
    }

    @Override
    public ContentDecoder decoder() {
        return ContentDecoder.NO_OP;
    }

    @Override
    public ContentEncoder encoder() {
        return ContentEncoder.NO_OP;
    }

    @Override
    public String name() {
        return "gzip";
    }

    @Override
    public String type() {
        return "gzip";
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream target) throws IOException {
            super(target, 4096);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}

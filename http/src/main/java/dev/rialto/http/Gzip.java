package dev.rialto.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Gzip of answers: when it is worth it and the client takes it.
public final class Gzip {
    /// Below this many bytes an answer is not worth compressing.
    static final int THRESHOLD = 1400;

    private Gzip() {}

    /// Compresses for speed: the client is one network away, not one disk.
    public static byte[] compress(byte[] bytes, int length) {
        var target = new ByteArrayOutputStream(length / 3);
        try (var gzip = new FastGzip(target)) {
            gzip.write(bytes, 0, length);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return target.toByteArray();
    }

    /// Whether an Accept-Encoding header takes gzip.
    public static boolean isAccepted(String header) {
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

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream target) throws IOException {
            super(target, 4096);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}

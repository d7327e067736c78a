package dev.rialto.transfer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream that knows how much was read from it, and leaves out a byte order mark at its start.
final class CountedStream extends FilterInputStream {
    private static final int[] MARK = {0xEF, 0xBB, 0xBF};

    private final boolean marked;
    private long count;

    CountedStream(InputStream in) throws IOException {
        super(in);
        in.mark(MARK.length);
        for (int expected : MARK) {
            if (in.read() != expected) {
                in.reset();
                marked = false;
                return;
            }
        }
        marked = true;
        count = MARK.length;
    }

    /// Whether the stream began with a byte order mark.
    boolean hadMark() {
        return marked;
    }

    /// The bytes that come next, which are not read by this.
    byte[] peek(int max) throws IOException {
        in.mark(max);
        byte[] bytes = in.readNBytes(max);
        in.reset();
        return bytes;
    }

    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        if (one >= 0) {
            count++;
        }
        return one;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        int read = super.read(target, from, length);
        count += Math.max(read, 0);
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}

package dev.rialto.hosting;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;

/// What the bodies of requests to endpoints may take of the heap, all together: anybody may send
/// them, and they are in memory before a function's own limits count. Safe for use by many threads.
final class BodyRoom {
    private static final int PIECE = 1 << 16;

    /// The bytes, and a text in base64 made of them.
    private static final int COST = 4;

    private final int maxBody;
    private final long max;
    private final AtomicLong taken = new AtomicLong();

    /// @param maxBody of one body, in bytes
    /// @param max what all of them may take, in bytes
    BodyRoom(int maxBody, long max) {
        this.maxBody = maxBody;
        this.max = max;
    }

    /// A body, which holds its room until it is closed.
    final class Body implements AutoCloseable {
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private long room;

        byte[] bytes() {
            return content.toByteArray();
        }

        private void add(byte[] piece, int length) {
            long cost = (long) COST * length;
            room += cost;
            if (taken.addAndGet(cost) > max) {
                throw new RialtoException(
                        ErrorCode.OVERLOADED, "too much data is sent at once: try again shortly");
            }
            content.write(piece, 0, length);
            if (content.size() > maxBody) {
                throw new RialtoException(
                        ErrorCode.REQUEST_TOO_LARGE,
                        "an endpoint accepts at most " + maxBody + " bytes");
            }
        }

        @Override
        public void close() {
            taken.addAndGet(-room);
            room = 0;
        }
    }

    /// Reads a body.
    ///
    /// @throws RialtoException REQUEST_TOO_LARGE, or OVERLOADED when there is no room now
    Body read(InputStream in) {
        var body = new Body();
        boolean whole = false;
        try {
            byte[] piece = new byte[PIECE];
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                body.add(piece, length);
            }
            whole = true;
            return body;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            if (!whole) {
                body.close();
            }
        }
    }
}

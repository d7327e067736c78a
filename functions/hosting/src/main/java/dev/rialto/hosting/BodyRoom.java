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

    private final int largest;
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /// @param largest of one body, in bytes
    /// @param most what all of them may take, in bytes
    BodyRoom(int largest, long most) {
        this.largest = largest;
        this.most = most;
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
            if (taken.addAndGet(cost) > most) {
                throw new RialtoException(
                        ErrorCode.OVERLOADED, "too much data is sent at once: try again shortly");
            }
            content.write(piece, 0, length);
            if (content.size() > largest) {
                throw new RialtoException(
                        ErrorCode.REQUEST_TOO_LARGE,
                        "an endpoint accepts at most " + largest + " bytes");
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

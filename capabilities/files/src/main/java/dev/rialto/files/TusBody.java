package dev.rialto.files;

import dev.rialto.kernel.BlockInputStream;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The body of a request that continues an upload, to be cut into pieces. When the client goes away
/// it ends there, so that what has arrived can be stored; [#rethrow] then tells what happened.
final class TusBody {
    private static final int NOTHING = -1;

    private final InputStream source;
    private final Optional<MessageDigest> digest;
    private int next = NOTHING;
    private boolean ended;
    private boolean interrupted;
    private @Nullable RuntimeException failure;

    /// @param digest is fed with all that is read
    TusBody(InputStream source, Optional<MessageDigest> digest) {
        this.source = source;
        this.digest = digest;
    }

    /// Waits for another byte.
    boolean hasMore() {
        if (next == NOTHING) {
            var one = new byte[1];
            if (read(one, 0, 1) > 0) {
                next = one[0] & 0xff;
            }
        }
        return next != NOTHING;
    }

    /// The next bytes.
    ///
    /// @param limit how many at most
    /// @param reading is called whenever some have arrived
    InputStream piece(long limit, Runnable reading) {
        return new Piece(limit, reading);
    }

    /// Whether the client went away before the end.
    boolean isBroken() {
        return failure != null;
    }

    /// Fails as the body did, if it did. Until then the thread is not interrupted, so that it can
    /// store what has arrived.
    void rethrow() {
        if (failure != null) {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            throw failure;
        }
    }

    private int read(byte[] into, int offset, int length) {
        if (ended) {
            return -1;
        }
        int count;
        try {
            count = source.read(into, offset, length);
        } catch (IOException | RuntimeException gone) {
            interrupted = Thread.interrupted();
            failure = meaning(gone);
            ended = true;
            return -1;
        }
        if (count < 0) {
            ended = true;
        } else {
            digest.ifPresent(each -> each.update(into, offset, count));
        }
        return count;
    }

    /// A client that is too slow may come back and continue, which clients of the protocol do after
    /// errors of the server only.
    private static RuntimeException meaning(Exception gone) {
        return switch (gone) {
            case RialtoException slow when slow.code() == ErrorCode.REQUEST_TIMEOUT ->
                    slow.under(ErrorCode.OVERLOADED);
            case RuntimeException known -> known;
            default ->
                    new RialtoException(
                            ErrorCode.FILE_SAVE_ERROR, "The upload was interrupted.", gone);
        };
    }

    private final class Piece extends BlockInputStream {
        private final Runnable reading;
        private long left;

        Piece(long limit, Runnable reading) {
            this.left = limit;
            this.reading = reading;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int wanted = (int) Math.min(length, left);
            if (wanted == 0) {
                return length == 0 ? 0 : -1;
            }
            int count = next == NOTHING ? TusBody.this.read(into, offset, wanted) : 1;
            if (next != NOTHING) {
                into[offset] = (byte) next;
                next = NOTHING;
            }
            if (count > 0) {
                left -= count;
                reading.run();
            }
            return count;
        }
    }
}

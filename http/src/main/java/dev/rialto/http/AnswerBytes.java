package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.ByteArrayOutputStream;

/// The bytes of an answer, up to a bound: an answer is built in memory.
public final class AnswerBytes extends ByteArrayOutputStream {
    private static final int USUAL = 1024;

    private final long max;

    public AnswerBytes(long max) {
        super(USUAL);
        this.max = max;
    }

    @Override
    public synchronized void write(int one) {
        requireFits(count + 1L, max);
        super.write(one);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        requireFits((long) count + length, max);
        super.write(bytes, offset, length);
    }

    /// Refuses an answer that is too large.
    public static void requireFits(long bytes, long max) {
        if (bytes > max) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "a response is limited to "
                            + max
                            + " bytes; ask for fewer objects with limit, or for fewer fields with"
                            + " keys");
        }
    }
}

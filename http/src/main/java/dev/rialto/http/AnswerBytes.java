package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.ByteArrayOutputStream;

/// The bytes of an answer, up to a bound: an answer is built in memory.
public final class AnswerBytes extends ByteArrayOutputStream {
    private static final int USUAL = 1024;

    private final long most;

    public AnswerBytes(long most) {
        super(USUAL);
        this.most = most;
    }

    @Override
    public synchronized void write(int one) {
        requireFits(count + 1L, most);
        super.write(one);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        requireFits((long) count + length, most);
        super.write(bytes, offset, length);
    }

    /// Refuses an answer that is too large.
    public static void requireFits(long bytes, long most) {
        if (bytes > most) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "a response is limited to "
                            + most
                            + " bytes; ask for fewer objects with limit, or for fewer fields with"
                            + " keys");
        }
    }
}

package dev.rialto.files;

import dev.rialto.kernel.BlockInputStream;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/// The content of an upload. Fails if it is larger than allowed or incomplete, so that nothing is
/// stored.
final class UploadStream extends BlockInputStream {
    private final InputStream source;
    private final long limit;
    private final OptionalLong announced;
    private long seen;

    /// @param announced the length that the client announced, if any
    UploadStream(InputStream source, long limit, OptionalLong announced) {
        this.source = source;
        this.limit = limit;
        this.announced = announced;
        requireRoom(announced, limit);
    }

    /// @throws RialtoException FILE_TOO_LARGE if the announced length exceeds the limit
    static void requireRoom(OptionalLong announced, long limit) {
        if (announced.isPresent() && announced.getAsLong() > limit) {
            throw tooLarge(limit);
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        int count = readSource(into, offset, length);
        if (count >= 0) {
            seen += count;
            if (seen > limit) {
                throw tooLarge(limit);
            }
        } else if (announced.isPresent() && seen < announced.getAsLong()) {
            throw new RialtoException(ErrorCode.FILE_SAVE_ERROR, "The upload was interrupted.");
        }
        return count;
    }

    /// A failure to read is the client's, and must not be mistaken for one of the storage.
    private int readSource(byte[] into, int offset, int length) {
        try {
            return source.read(into, offset, length);
        } catch (IOException gone) {
            throw new RialtoException(
                    ErrorCode.FILE_SAVE_ERROR, "The upload was interrupted.", gone);
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    private static RialtoException tooLarge(long limit) {
        return new RialtoException(
                ErrorCode.FILE_TOO_LARGE,
                "File size exceeds maximum allowed: " + limit + " bytes.");
    }
}

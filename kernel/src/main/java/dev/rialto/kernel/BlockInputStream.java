package dev.rialto.kernel;

import java.io.IOException;
import java.io.InputStream;

/// A stream that is read in blocks: reading one byte reads a block of one, and skipping reads what
/// it skips, so that no byte passes unseen.
public abstract class BlockInputStream extends InputStream {
    @Override
    public final int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] into, int offset, int length) throws IOException;
}

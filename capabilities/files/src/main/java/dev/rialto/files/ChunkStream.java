package dev.rialto.files;

import dev.rialto.kernel.BlockInputStream;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;

/// The content of a file that is read piece by piece.
final class ChunkStream extends BlockInputStream {
    private final IntFunction<Optional<byte[]>> chunks;
    private final long length;
    private long position;
    private int number = -1;
    private byte[] chunk = new byte[0];

    /// @param chunks reads a piece by its number; empty when it is gone
    /// @param length of the file, in bytes
    /// @param from where to begin
    ChunkStream(IntFunction<Optional<byte[]>> chunks, long length, long from) {
        this.chunks = chunks;
        this.length = length;
        this.position = from;
    }

    @Override
    public int read(byte[] into, int offset, int wanted) throws IOException {
        Objects.checkFromIndexSize(offset, wanted, into.length);
        if (wanted == 0) {
            return 0;
        }
        if (position >= length) {
            return -1;
        }
        fetch((int) (position / DatabaseStorage.CHUNK));
        int at = (int) (position % DatabaseStorage.CHUNK);
        int count = Math.min(wanted, chunk.length - at);
        System.arraycopy(chunk, at, into, offset, count);
        position += count;
        return count;
    }

    private void fetch(int wanted) throws IOException {
        if (number == wanted) {
            return;
        }
        chunk =
                chunks.apply(wanted)
                        .orElseThrow(
                                () -> new IOException("the file was deleted while it was read"));
        number = wanted;
    }
}

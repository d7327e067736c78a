package dev.rialto.files;

import dev.rialto.kernel.BlockInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;

/// The content of pieces, one after the other. What goes wrong is the storage's failure and not an
/// upload's, so it throws [UncheckedIOException].
final class PieceSequence extends BlockInputStream {
    private final Iterator<UploadPieces.Piece> pieces;
    private final Opener opener;
    private InputStream current = InputStream.nullInputStream();
    private long left;

    /// Opens a piece by its name.
    interface Opener {
        InputStream open(String name) throws IOException;
    }

    PieceSequence(List<UploadPieces.Piece> pieces, Opener opener) {
        this.pieces = pieces.iterator();
        this.opener = opener;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        try {
            while (left == 0) {
                if (!pieces.hasNext()) {
                    return -1;
                }
                open(pieces.next());
            }
            int count = current.read(into, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new IOException("a piece of an upload is shorter than it was");
            }
            left -= count;
            return count;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void open(UploadPieces.Piece piece) throws IOException {
        current.close();
        current = opener.open(piece.name());
        left = piece.length();
    }

    @Override
    public void close() throws IOException {
        current.close();
    }
}

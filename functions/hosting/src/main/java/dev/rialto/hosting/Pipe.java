package dev.rialto.hosting;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Bytes on their way from a function to the network, a few pieces at a time: a slow client slows
/// the function down.
final class Pipe {
    private static final int PIECES = 16;
    private static final int LARGEST = 16 << 10;
    private static final Piece END = new Piece(new byte[0], true);

    private record Piece(byte[] bytes, boolean last) {}

    private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(PIECES);
    private volatile boolean broken;

    /// Where the function writes.
    OutputStream in() {
        return new OutputStream() {
            private boolean closed;

            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int at = offset; at < offset + length; at += LARGEST) {
                    int end = Math.min(at + LARGEST, offset + length);
                    put(new Piece(Arrays.copyOfRange(bytes, at, end), false));
                }
            }

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    put(END);
                }
            }
        };
    }

    private void put(Piece piece) throws IOException {
        try {
            while (!pieces.offer(piece, 100, TimeUnit.MILLISECONDS)) {
                requireReader();
            }
            requireReader();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("the call was ended while it was writing");
        }
    }

    private void requireReader() throws IOException {
        if (broken) {
            throw new IOException("the client has gone");
        }
    }

    /// Writes all that the function writes, until it closes its end.
    void drain(OutputStream out) throws IOException {
        try {
            for (Piece piece = pieces.take(); !piece.last(); piece = pieces.take()) {
                out.write(piece.bytes());
                out.flush();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("the server stops");
        } finally {
            broken = true;
        }
    }

    /// Ends what is read, after the function failed.
    void breakOff() {
        broken = true;
        pieces.clear();
        pieces.offer(END);
    }
}

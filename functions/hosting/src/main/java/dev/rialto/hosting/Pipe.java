package dev.rialto.hosting;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Bytes on their way from a function to the network, a few pieces at a time: a slow client slows
/// the function down.
final class Pipe {
    private static final int PIECES = 16;
    private static final int MAX_CHUNK = 16 << 10;
    private static final byte[] NOTHING = {};

    private enum State {
        OPEN,
        WHOLE,
        BROKEN_OFF
    }

    private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(PIECES);
    private volatile State state = State.OPEN;
    private volatile boolean unread;

    /// Where the function writes. That it closes its end does not say that it wrote all: it closes
    /// it as well when it fails.
    OutputStream in() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int at = offset; at < offset + length; at += MAX_CHUNK) {
                    int end = Math.min(at + MAX_CHUNK, offset + length);
                    put(Arrays.copyOfRange(bytes, at, end));
                }
            }
        };
    }

    private void put(byte[] piece) throws IOException {
        try {
            while (!pieces.offer(piece, 100, TimeUnit.MILLISECONDS)) {
                requireReader();
            }
            requireReader();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("the call was stopped while it was writing");
        }
    }

    private void requireReader() throws IOException {
        if (unread) {
            throw new IOException("the client has disconnected");
        }
    }

    /// Writes all that the function writes, until its call has ended.
    ///
    /// @throws IOException also when the call failed, so that what is read does not look whole
    void drain(OutputStream out) throws IOException {
        try {
            for (var piece = next(); piece.isPresent(); piece = next()) {
                out.write(piece.get());
                out.flush();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("the server is stopping");
        } finally {
            unread = true;
        }
    }

    /// Empty at the end.
    private Optional<byte[]> next() throws IOException, InterruptedException {
        while (true) {
            // What was written before the state changed is there when the state is read first.
            State before = state;
            byte[] piece = before == State.OPEN ? pieces.take() : pieces.poll();
            if (state == State.BROKEN_OFF) {
                throw new IOException("the function failed");
            }
            if (piece == null) {
                return Optional.empty();
            }
            if (piece.length > 0) {
                return Optional.of(piece);
            }
        }
    }

    /// Says that the function wrote all it wanted to.
    void finish() {
        end(State.WHOLE);
    }

    /// Says that the function failed.
    void breakOff() {
        unread = true;
        end(State.BROKEN_OFF);
    }

    private void end(State last) {
        state = last;
        // Wakes the reader; where there is no room for it, the reader has not fallen asleep.
        pieces.offer(NOTHING);
    }
}

package dev.rialto.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Carries bytes between two connections, both ways, until both ends have said all they have to.
final class Splice {
    private static final int BUFFER = 32 << 10;

    private Splice() {}

    /// Returns when nothing more can follow. The caller closes the two.
    static void both(SocketChannel a, SocketChannel b) throws IOException {
        Thread back = Thread.ofVirtual().name("node-splice").start(() -> quietly(b, a));
        try {
            oneWay(a, b);
            back.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void quietly(SocketChannel from, SocketChannel to) {
        try {
            oneWay(from, to);
        } catch (IOException broken) {
            // A connection that breaks one way is of no use the other way.
            close(from);
            close(to);
        }
    }

    private static void oneWay(SocketChannel from, SocketChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        while (from.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
            buffer.clear();
        }
        to.shutdownOutput();
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException gone) {
            // it is closed all the same
        }
    }
}

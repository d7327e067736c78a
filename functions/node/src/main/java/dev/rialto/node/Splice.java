package dev.rialto.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Copies bytes between two connections in both directions, until both have ended.
final class Splice {
    private static final int BUFFER = 32 << 10;

    private Splice() {}

    /// Returns when both directions have ended. The caller closes the connections.
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
            // A connection that breaks in one direction is useless in the other.
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

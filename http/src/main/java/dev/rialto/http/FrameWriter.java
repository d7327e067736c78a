package dev.rialto.http;

import dev.rialto.kernel.Timing;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes what is queued for one client to its WebSocket. Its thread exists only while there is
/// something to write.
final class FrameWriter {
    private static final Logger LOG = Logger.getLogger(FrameWriter.class.getName());

    /// The most that is written at once; a client must take this within the write timeout.
    private static final int SLICE = 16 << 10;

    private static final int MAX_REASON = 123;
    private static final int MAX_HEADER = 10;
    private static final byte[] NOTHING = {};

    private final HelidonSocket socket;
    private final Timing timing;
    private final Outbox<Message> messages;

    // Below: under the monitor of this.
    private @Nullable Thread thread;
    private boolean pingDue;
    private byte @Nullable [] pong;
    private byte @Nullable [] close;
    private boolean closed;
    private volatile long blockedSince;

    FrameWriter(HelidonSocket socket, SocketLimits limits, Timing timing) {
        this.socket = socket;
        this.timing = timing;
        this.messages =
                new Outbox<>(limits.queueMessages(), limits.queueBytes(), Message::length, timing);
    }

    boolean send(Message message) {
        if (!messages.offer(message)) {
            return false;
        }
        wake();
        return true;
    }

    /// Drops what is queued and ends with a last message and a close frame.
    ///
    /// @return whether this was the first end
    boolean end(Optional<Message> last, int code, String reason) {
        synchronized (this) {
            if (!messages.end(last.map(List::of).orElse(List.of()))) {
                return false;
            }
            close = closePayload(code, reason);
        }
        wake();
        return true;
    }

    /// Answers the client's close frame, behind all that is queued.
    ///
    /// @return whether this was the first end
    boolean finish(int code) {
        synchronized (this) {
            if (!messages.finish()) {
                return false;
            }
            close = closePayload(code, "");
        }
        wake();
        return true;
    }

    synchronized void ping() {
        pingDue = true;
        wake();
    }

    /// Answers a ping; one that is not answered yet is forgotten over it.
    synchronized void pong(byte[] payload) {
        pong = payload;
        wake();
    }

    boolean isOpen() {
        return !messages.isEnded();
    }

    long queuedBytes() {
        return messages.bytes();
    }

    /// By [Timing#nanos], when the write began in which the client holds up the writer; 0 if none.
    long blockedSince() {
        return blockedSince;
    }

    /// Waits until nothing is left to write or the connection is cut.
    void await() throws InterruptedException {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running != null) {
            running.join();
        }
    }

    private synchronized void wake() {
        if (thread == null && !closed) {
            thread = Thread.ofVirtual().name("socket-writer").unstarted(this::run);
            thread.start();
        }
    }

    private void run() {
        try {
            while (writeSome()) {
                // until there is nothing left
            }
        } catch (RuntimeException | OutOfMemoryError gone) {
            LOG.log(Level.FINE, gone, () -> "a socket broke");
            abandon();
            cut();
        }
    }

    /// Drops what is queued, and writes nothing more.
    synchronized void abandon() {
        messages.clear();
        closed = true;
    }

    /// Closes the connection, whatever is under way on it.
    void cut() {
        try {
            socket.close();
        } catch (RuntimeException failure) {
            LOG.log(Level.FINE, failure, () -> "a socket was already closed");
        }
    }

    private boolean writeSome() {
        byte[] pongPayload;
        boolean ping;
        byte[] closePayload = null;
        List<Message> batch;
        synchronized (this) {
            pongPayload = pong;
            ping = pingDue;
            pong = null;
            pingDue = false;
            batch = messages.poll(SLICE);
            if (messages.isDrained()) {
                closePayload = close;
                closed = close != null;
            }
            if (pongPayload == null && !ping && batch.isEmpty() && closePayload == null) {
                thread = null;
                return false;
            }
        }
        var slices = new Slices(room(batch));
        if (pongPayload != null) {
            slices.frame(FrameReader.PONG, pongPayload, NOTHING);
        }
        if (ping) {
            slices.frame(FrameReader.PING, NOTHING, NOTHING);
        }
        batch.forEach(message -> slices.frame(FrameReader.TEXT, message.head(), message.tail()));
        if (closePayload != null) {
            slices.frame(FrameReader.CLOSE, closePayload, NOTHING);
        }
        slices.flush();
        return closePayload == null;
    }

    private static int room(List<Message> batch) {
        long room = 3L * (FrameReader.MAX_CONTROL + MAX_HEADER);
        for (var message : batch) {
            room += message.length() + MAX_HEADER;
        }
        return (int) Math.min(SLICE, room);
    }

    private static byte[] closePayload(int code, String reason) {
        var text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_REASON);
        while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
            length--;
        }
        var payload = new byte[2 + length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, length);
        return payload;
    }

    /// Frames, gathered to writes of a bounded size.
    private final class Slices {
        private final byte[] bytes;
        private int length;

        Slices(int room) {
            bytes = new byte[room];
        }

        void frame(int opcode, byte[] head, byte[] tail) {
            int size = head.length + tail.length;
            put(0x80 | opcode);
            if (size < 126) {
                put(size);
            } else if (size < 1 << 16) {
                put(126);
                put(size >> 8);
                put(size);
            } else {
                put(127);
                for (int shift = 56; shift >= 0; shift -= 8) {
                    put((int) ((long) size >> shift));
                }
            }
            put(head);
            put(tail);
        }

        private void put(int value) {
            if (length == bytes.length) {
                flush();
            }
            bytes[length++] = (byte) value;
        }

        private void put(byte[] part) {
            int at = 0;
            while (at < part.length) {
                if (length == bytes.length) {
                    flush();
                }
                int some = Math.min(part.length - at, bytes.length - length);
                System.arraycopy(part, at, bytes, length, some);
                length += some;
                at += some;
            }
        }

        void flush() {
            blockedSince = timing.nanos() | 1;
            socket.write(
                    BufferData.create(
                            length == bytes.length ? bytes : Arrays.copyOf(bytes, length)));
            blockedSince = 0;
            length = 0;
        }
    }
}

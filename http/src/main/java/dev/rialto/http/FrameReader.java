package dev.rialto.http;

import dev.rialto.kernel.RialtoException;
import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.ServerConnectionException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads what a client sends over a WebSocket (RFC 6455), frame by frame, and puts the frames of a
/// message together. It never holds more than has come, and never more than one message.
final class FrameReader {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final int MAX_CONTROL = 125;
    private static final int FIRST_ROOM = 512;
    private static final byte[] NOTHING = {};

    /// Something a client said.
    sealed interface Said {
        record Text(String text) implements Said {}

        record Ping(byte[] payload) implements Said {}

        record Pong() implements Said {}

        /// @param code that goes back
        record Close(int code) implements Said {}
    }

    /// @param opcode with the reserved bits, which make it one that is unknown: no extension that
    ///   gives them a meaning is agreed to
    /// @param lengthBytes after the first two bytes
    private record Frame(
            int opcode, boolean isLast, boolean isMasked, int lengthBytes, long length) {
        boolean isControl() {
            return opcode >= CLOSE;
        }

        /// Whether the length is one, in its shortest form.
        boolean hasValidLength() {
            return length
                    >= switch (lengthBytes) {
                        case 0 -> 0;
                        case Short.BYTES -> 126;
                        default -> 1 << 16;
                    };
        }
    }

    private final DataReader in;
    private final int limit;
    private final BodyBudget budget;
    private final Pace pace;
    private byte[] message = NOTHING;
    private int length;
    private long charged;
    private @Nullable Utf8Check utf8;
    private boolean inMessage;
    private long unread;
    private volatile long heard;

    /// @param limit bytes of a message
    /// @param budget for all messages of all sockets
    FrameReader(DataReader in, int limit, BodyBudget budget, Pace pace) {
        this.in = in;
        this.limit = limit;
        this.budget = budget;
        this.pace = pace;
        this.heard = pace.now();
    }

    /// By [Pace#now], when something last came.
    long heard() {
        return heard;
    }

    /// The next thing said. The client may take its time before a frame, but not within one.
    ///
    /// @throws SocketFault when the socket must end with a code
    /// @throws IOException when the client has gone
    Said next() throws SocketFault, IOException {
        while (true) {
            pace.unbounded();
            var frame = header();
            check(frame);
            pace.moving(frame.length);
            var mask = bytes(4);
            if (frame.isControl()) {
                return control(frame, mask);
            }
            append(frame, mask);
            inMessage = !frame.isLast;
            if (frame.isLast) {
                pace.unbounded();
                return text();
            }
        }
    }

    /// Gives back the memory of a message that was worked on.
    void release() {
        message = NOTHING;
        length = 0;
        utf8 = null;
        if (charged > 0) {
            budget.giveBack(charged);
            charged = 0;
        }
    }

    /// Reads on without looking at it, until the client closes or has gone: a connection that is
    /// closed with something unread would lose what was sent last.
    void discard() throws IOException {
        pace.unbounded();
        while (true) {
            skip(unread);
            var frame = header();
            skip(frame.isMasked ? 4 : 0);
            if (frame.opcode == CLOSE) {
                return;
            }
            unread = frame.length;
        }
    }

    private Frame header() throws IOException {
        int first = read();
        int second = read();
        int size = second & 0x7f;
        int lengthBytes = size == 126 ? Short.BYTES : size == 127 ? Long.BYTES : 0;
        return new Frame(
                first & 0x7f,
                (first & 0x80) != 0,
                (second & 0x80) != 0,
                lengthBytes,
                lengthBytes == 0 ? size : number(lengthBytes));
    }

    private void check(Frame frame) throws SocketFault {
        unread = Math.max(0, frame.length) + (frame.isMasked ? 4 : 0);
        if (!frame.isMasked) {
            throw broken("a client's frames must be masked");
        }
        if (!frame.hasValidLength()) {
            throw broken("a length must have its shortest form");
        }
        switch (frame.opcode) {
            case TEXT, BINARY, CONTINUATION -> {
                if ((frame.opcode == CONTINUATION) != inMessage) {
                    throw broken(
                            inMessage
                                    ? "a message started before the previous one ended"
                                    : "a continuation frame without a message to continue");
                }
                if (frame.opcode == BINARY) {
                    throw new SocketFault(
                            CloseCode.UNACCEPTABLE_DATA, "only text messages are accepted");
                }
                if (frame.length > limit - length) {
                    throw new SocketFault(
                            CloseCode.TOO_BIG, "a message is limited to " + limit + " bytes");
                }
            }
            case CLOSE, PING, PONG -> {
                if (!frame.isLast || frame.length > MAX_CONTROL) {
                    throw broken("a control frame is whole and has up to 125 bytes");
                }
            }
            default -> throw broken("a frame of an unknown kind");
        }
    }

    private Said control(Frame frame, byte[] mask) throws SocketFault, IOException {
        var payload = bytes((int) frame.length);
        unmask(payload, 0, payload.length, mask, 0);
        unread = 0;
        return switch (frame.opcode) {
            case PING -> new Said.Ping(payload);
            case PONG -> new Said.Pong();
            default -> close(payload);
        };
    }

    private static Said close(byte[] payload) throws SocketFault {
        if (payload.length == 0) {
            return new Said.Close(CloseCode.NORMAL);
        }
        int code = payload.length == 1 ? 0 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        if (!CloseCode.isSendable(code)) {
            throw broken("a close frame must have a valid code");
        }
        decode(payload, 2, payload.length - 2);
        return new Said.Close(code);
    }

    private Said.Text text() throws SocketFault {
        return new Said.Text(decode(message, 0, length));
    }

    private static String decode(byte[] bytes, int start, int count) throws SocketFault {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, count))
                    .toString();
        } catch (CharacterCodingException _) {
            throw notUtf8();
        }
    }

    private void append(Frame frame, byte[] mask) throws SocketFault, IOException {
        int start = length;
        int end = length + (int) frame.length;
        unread = frame.length;
        while (length < end) {
            ensureAvailable();
            int some = Math.min(in.available(), end - length);
            makeRoom(length + some);
            System.arraycopy(in.readBytes(some), 0, message, length, some);
            unmask(message, length, length + some, mask, length - start);
            length += some;
            unread -= some;
            if (length < end || !frame.isLast) {
                requireUtf8SoFar();
            }
        }
    }

    /// A message that is invalid however it goes on is not waited for.
    private void requireUtf8SoFar() throws SocketFault {
        if (utf8 == null) {
            utf8 = new Utf8Check();
        }
        if (!utf8.mayBegin(message, length)) {
            throw notUtf8();
        }
    }

    private void makeRoom(int wanted) throws SocketFault {
        if (wanted <= message.length) {
            return;
        }
        if (wanted > BodyBudget.FREE && charged == 0) {
            try {
                budget.take(limit);
            } catch (RialtoException _) {
                throw new SocketFault(
                        CloseCode.TRY_LATER, "too many large messages at once: try again shortly");
            }
            charged = limit;
        }
        int room = (int) Math.min(limit, Math.max(FIRST_ROOM, 2L * wanted));
        message = Arrays.copyOf(message, Math.max(room, wanted));
    }

    /// @param offset of the first of these bytes in its frame
    private static void unmask(byte[] bytes, int start, int end, byte[] mask, int offset) {
        for (int i = start; i < end; i++) {
            bytes[i] ^= mask[(i - start + offset) & 3];
        }
    }

    private long number(int count) throws IOException {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = (value << 8) | read();
        }
        return value;
    }

    private int read() throws IOException {
        ensureAvailable();
        return in.read() & 0xff;
    }

    private byte[] bytes(int count) throws IOException {
        var result = new byte[count];
        for (int i = 0; i < count; i++) {
            result[i] = (byte) read();
        }
        return result;
    }

    private void skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            ensureAvailable();
            int some = (int) Math.min(in.available(), left);
            in.skip(some);
            left -= some;
        }
    }

    /// Waits for the client as long as the connection is: what bounds that is not the read timeout
    /// of requests.
    private void ensureAvailable() throws IOException {
        while (true) {
            try {
                in.ensureAvailable();
                heard = pace.now();
                return;
            } catch (DataReader.InsufficientDataAvailableException _) {
                throw new EOFException("the client has disconnected");
            } catch (ServerConnectionException failure) {
                if (!isTimeout(failure)) {
                    throw new IOException("the connection was lost", failure);
                }
            }
        }
    }

    private static boolean isTimeout(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }

    private static SocketFault notUtf8() {
        return new SocketFault(CloseCode.NOT_TEXT, "not UTF-8");
    }

    private static SocketFault broken(String reason) {
        return new SocketFault(CloseCode.PROTOCOL_ERROR, reason);
    }
}

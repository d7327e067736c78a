package dev.rialto.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// A talk with an echoing WebSocket: what the client sends, and what it must hear.
///
/// @param name section or category, and what is tried
/// @param steps byte arrays that the client sends, and strings that it hears, as [RawSocket#next]
///   words them; a string that ends with a star is a prefix
record WebSocketCase(String name, List<Object> steps) {
    static final int TEXT = 0x81;
    static final int TEXT_BEGIN = 0x01;
    static final int MORE = 0x00;
    static final int LAST = 0x80;
    static final int BINARY = 0x82;
    static final int CLOSE = 0x88;
    static final int PING = 0x89;
    static final int PONG = 0x8a;

    /// The mask of the examples in RFC 6455, section 5.7.
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    /// The socket is as usable afterwards as it was before.
    static WebSocketCase works(String name, Object... steps) {
        var all = flat(steps);
        all.addAll(List.of(frame(CLOSE, code(1000)), "close 1000 ", "gone"));
        return new WebSocketCase(name, all);
    }

    /// What is sent ends the socket with a code.
    static WebSocketCase fails(String name, int code, Object... steps) {
        var all = flat(steps);
        all.addAll(List.of("close " + code + "*", frame(CLOSE, code(code)), "gone"));
        return new WebSocketCase(name, all);
    }

    /// What is sent ends the socket with a code although a frame is not complete yet.
    static WebSocketCase failsEarly(String name, int code, Object... steps) {
        var all = flat(steps);
        all.add("close " + code + "*");
        return new WebSocketCase(name, all);
    }

    /// The client begins to close, and the server answers with a code.
    static WebSocketCase closes(String name, int code, byte[] payload) {
        return new WebSocketCase(
                name, List.of(frame(CLOSE, payload), "close " + code + "*", "gone"));
    }

    private static List<Object> flat(Object[] steps) {
        var all = new ArrayList<>();
        for (var step : steps) {
            if (step instanceof Object[] more) {
                all.addAll(Arrays.asList(more));
            } else {
                all.add(step);
            }
        }
        return all;
    }

    static byte[] frame(int first, byte[] payload) {
        return frame(first, MASK, payload);
    }

    static byte[] frame(int first, String payload) {
        return frame(first, utf8(payload));
    }

    /// A frame whose length has the shortest form.
    static byte[] frame(int first, byte[] mask, byte[] payload) {
        int size = payload.length;
        byte[] length =
                size < 126
                        ? new byte[] {(byte) (0x80 | size)}
                        : size < 1 << 16
                                ? ByteBuffer.allocate(3)
                                        .put((byte) 0xfe)
                                        .putShort((short) size)
                                        .array()
                                : ByteBuffer.allocate(9).put((byte) 0xff).putLong(size).array();
        return join(new byte[] {(byte) first}, length, mask, masked(mask, payload));
    }

    /// A frame whose header says what it likes.
    ///
    /// @param header in hex, without the mask
    static byte[] odd(String header, String payload) {
        return join(hex(header), MASK, masked(MASK, utf8(payload)));
    }

    private static byte[] masked(byte[] mask, byte[] payload) {
        var masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= mask[i & 3];
        }
        return masked;
    }

    /// A text message in frames that have up to so many bytes.
    static byte[] fragments(byte[] payload, int size) {
        var all = new ByteArrayOutputStream();
        for (int at = 0; at < payload.length; at += size) {
            boolean last = at + size >= payload.length;
            int first = (at == 0 ? TEXT_BEGIN : MORE) | (last ? LAST : 0);
            var part = Arrays.copyOfRange(payload, at, Math.min(payload.length, at + size));
            all.writeBytes(frame(first, part));
        }
        return all.toByteArray();
    }

    /// The payload of a close frame.
    static byte[] code(int code) {
        return new byte[] {(byte) (code >> 8), (byte) code};
    }

    static byte[] code(int code, String reason) {
        return join(code(code), utf8(reason));
    }

    static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void run(RawSocket socket) throws IOException {
        for (var step : steps) {
            if (step instanceof byte[] bytes) {
                socket.send(bytes);
                continue;
            }
            var expected = step.toString();
            var heard = socket.next();
            boolean matches =
                    expected.endsWith("*")
                            ? heard.startsWith(expected.substring(0, expected.length() - 1))
                            : heard.equals(expected);
            if (!matches) {
                throw new AssertionError(
                        name + ": expected " + brief(expected) + " but heard " + brief(heard));
            }
        }
    }

    private static String brief(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "... " + text.length();
    }

    @Override
    public String toString() {
        return name;
    }
}

package dev.rialto.http;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// A WebSocket client that sends any bytes, right or wrong.
final class RawSocket implements AutoCloseable {
    static final String HANDSHAKE =
            """
            GET /v1 HTTP/1.1\r
            Host: x\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            """;

    private final Socket socket;
    private final DataInputStream in;

    private RawSocket(int port, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
    }

    static RawSocket open(int port) throws IOException {
        return open(port, 0);
    }

    static RawSocket open(int port, int receiveBuffer) throws IOException {
        var raw = new RawSocket(port, receiveBuffer);
        var head = raw.request(HANDSHAKE + "\r\n");
        if (!head.contains("101") || !head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) {
            throw new AssertionError(head);
        }
        return raw;
    }

    /// The head of the answer to a request.
    static String answer(int port, String request) throws IOException {
        try (var raw = new RawSocket(port, 0)) {
            return raw.request(request);
        }
    }

    private String request(String request) throws IOException {
        send(request.getBytes(StandardCharsets.US_ASCII));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void sendHex(String hex) throws IOException {
        send(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /// Sends a frame with a mask of zeros.
    ///
    /// @param first its first byte
    void frame(int first, byte[] payload) throws IOException {
        send(header(first, payload.length));
        send(payload);
    }

    void frame(int first, String payload) throws IOException {
        frame(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] header(int first, int length) {
        if (length < 126) {
            return new byte[] {(byte) first, (byte) (0x80 | length), 0, 0, 0, 0};
        }
        return new byte[] {
            (byte) first,
            (byte) 0xff,
            0,
            0,
            0,
            0,
            (byte) (length >> 24),
            (byte) (length >> 16),
            (byte) (length >> 8),
            (byte) length,
            0,
            0,
            0,
            0
        };
    }

    /// The next frame: `text ...`, `ping`, `pong ...`, `close CODE REASON`, or `gone`.
    String next() throws IOException {
        try {
            int first = in.readUnsignedByte();
            long length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            var payload = in.readNBytes((int) length);
            var text = new String(payload, StandardCharsets.UTF_8);
            return switch (first) {
                case 0x81 -> "text " + text;
                case 0x88 ->
                        "close "
                                + ((payload[0] & 0xff) * 256 + (payload[1] & 0xff))
                                + " "
                                + new String(
                                        payload, 2, payload.length - 2, StandardCharsets.UTF_8);
                case 0x89 -> "ping";
                case 0x8a -> "pong " + text;
                default -> "frame " + first;
            };
        } catch (EOFException | SocketException _) {
            return "gone";
        }
    }

    /// Reads what there is until the connection ends.
    long drain() throws IOException {
        try {
            return in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (SocketException _) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

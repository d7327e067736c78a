package dev.rialto.http;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.net.ssl.SSLException;

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

    private RawSocket(Layer layer, int port, int receiveBuffer) throws IOException {
        socket = layer.connect(port, receiveBuffer);
        in = new DataInputStream(socket.getInputStream());
    }

    static RawSocket open(Fixture server) throws IOException {
        return open(server, 0);
    }

    static RawSocket open(Fixture server, int receiveBuffer) throws IOException {
        var raw = new RawSocket(server.layer(), server.port(), receiveBuffer);
        var head = raw.request(HANDSHAKE + "\r\n");
        if (!head.contains("101") || !head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) {
            throw new AssertionError(head);
        }
        return raw;
    }

    /// A connection that has sent this and got the head of the answer.
    static RawSocket open(Fixture server, byte[]... sent) throws IOException {
        var raw = new RawSocket(server.layer(), server.port(), 0);
        raw.send(WebSocketCase.join(sent));
        raw.head();
        return raw;
    }

    /// The head of the answer to a request.
    static String answer(Fixture server, String request) throws IOException {
        try (var raw = new RawSocket(server.layer(), server.port(), 0)) {
            return raw.request(request);
        }
    }

    private String request(String request) throws IOException {
        send(request.getBytes(StandardCharsets.US_ASCII));
        return head();
    }

    /// The head of the next answer.
    String head() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    void skip(int count) throws IOException {
        in.skipNBytes(count);
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void sendHex(String hex) throws IOException {
        send(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /// @param first the frame's first byte
    void frame(int first, byte[] payload) throws IOException {
        send(WebSocketCase.frame(first, payload));
    }

    void frame(int first, String payload) throws IOException {
        frame(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    /// The next frame: `text ...`, `ping`, `pong ...`, `close CODE REASON`, or `gone`.
    String next() throws IOException {
        try {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            long length = second;
            if (second == 126) {
                length = in.readUnsignedShort();
            } else if (second == 127) {
                length = in.readLong();
            }
            if (second > 127 || (second > 125 && length < (second == 126 ? 126 : 1 << 16))) {
                throw new AssertionError("frame with a mask, or with a length in a long form");
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
        } catch (EOFException | SocketException | SSLException _) {
            return "gone";
        }
    }

    /// Reads what there is until the connection ends.
    long drain() throws IOException {
        try {
            return in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (SocketException | SSLException _) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

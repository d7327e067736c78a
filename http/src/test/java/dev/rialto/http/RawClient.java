package dev.rialto.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// An HTTP client that sends any text, as slowly as it likes.
final class RawClient implements AutoCloseable {
    private static final int PATIENCE = 20_000;

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

    private final Socket socket;
    private final PushbackInputStream in;

    RawClient(Layer layer, int port) throws IOException {
        socket = layer.connect(port);
        in = new PushbackInputStream(socket.getInputStream());
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    int read() throws IOException {
        return in.read();
    }

    /// Sends a byte now and then, until the server has had enough of it.
    void drip() throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        socket.setSoTimeout(50);
        try {
            while (System.nanoTime() < end && !isAnswered()) {
                send("1");
            }
        } catch (SocketException | SSLException _) {
            // the server has closed
        }
        socket.setSoTimeout(PATIENCE);
    }

    private boolean isAnswered() throws IOException {
        try {
            int first = in.read();
            if (first >= 0) {
                in.unread(first);
            }
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    /// The next answer's head. Its body is read, too, if it says how long that is.
    String head() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException(head.toString());
            }
            head.append((char) next);
        }
        var length = LENGTH.matcher(head);
        if (length.find()) {
            in.skipNBytes(Long.parseLong(length.group(1)));
        }
        return head.toString();
    }

    /// What comes until the server closes.
    String readAll() throws IOException {
        var text = new StringBuilder();
        var buffer = new byte[8192];
        try {
            while (true) {
                int read = in.read(buffer);
                if (read < 0) {
                    return text.toString();
                }
                text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
            }
        } catch (SocketException | SSLException reset) {
            return text.toString();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

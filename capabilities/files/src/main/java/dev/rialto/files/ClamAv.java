package dev.rialto.files;

import dev.rialto.files.spi.ContentCheck;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// Asks ClamAV's daemon whether a file has malware, by its command INSTREAM: the content goes there
/// in pieces that begin with their length, the last of length 0, and one line comes back.
///
/// @param patience how long the daemon may take to connect, and to answer
public record ClamAv(String host, int port, Duration patience) implements ContentCheck {
    private static final String BEGIN = "zINSTREAM\0";
    private static final String CLEAN = "stream: OK";
    private static final String FOUND = " FOUND";
    private static final int MAX_ANSWER = 1_000;

    /// Reads an address such as `localhost:3310`.
    ///
    /// @throws IllegalArgumentException if it is not one
    static ClamAv at(String address, Duration patience) {
        int colon = address.lastIndexOf(':');
        String port = address.substring(colon + 1);
        if (colon < 1 || !port.matches("[1-9]\\d{0,4}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException(
                    "files.clamav must be HOST:PORT, such as localhost:3310");
        }
        return new ClamAv(address.substring(0, colon), Integer.parseInt(port), patience);
    }

    @Override
    public Session begin() throws IOException {
        var socket = new Socket();
        boolean isReady = false;
        try {
            int millis = (int) patience.toMillis();
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            var scan = new Scan(socket);
            isReady = true;
            return scan;
        } finally {
            if (!isReady) {
                socket.close();
            }
        }
    }

    private static final class Scan implements Session {
        private final Socket socket;
        private final DataOutputStream out;

        Scan(Socket socket) throws IOException {
            this.socket = socket;
            this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
            out.write(BEGIN.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void accept(byte[] bytes, int offset, int length) throws IOException {
            out.writeInt(length);
            out.write(bytes, offset, length);
        }

        @Override
        public Optional<String> finish() throws IOException {
            out.writeInt(0);
            out.flush();
            String answer = answer(socket.getInputStream());
            if (answer.equals(CLEAN)) {
                return Optional.empty();
            }
            if (answer.endsWith(FOUND)) {
                String name = answer.substring(answer.indexOf(' ') + 1).replace(FOUND, "");
                return Optional.of("it contains " + name.replaceAll("[^A-Za-z0-9._-]", "?"));
            }
            throw new IOException("clamd answered " + answer);
        }

        private static String answer(InputStream in) throws IOException {
            var text = new StringBuilder();
            for (int next; (next = in.read()) > 0; ) {
                text.append((char) next);
                if (text.length() > MAX_ANSWER) {
                    throw new IOException("clamd answered more than it may");
                }
            }
            return text.toString().strip();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

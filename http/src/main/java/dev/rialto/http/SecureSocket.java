package dev.rialto.http;

import dev.rialto.kernel.BlockInputStream;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.socket.SocketWriter;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// The inside of a TLS connection, as the web server sees connections.
final class SecureSocket implements HelidonSocket, ConnectionContext {
    private static final Logger LOG = Logger.getLogger(SecureSocket.class.getName());
    private static final int BUFFER = 8 << 10;
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String[] INSIDE = {"http/1.1"};

    /// Every connection has a key of its own, and what is sent can't be changed unnoticed.
    private static final Set<String> KEY_EXCHANGES =
            Set.of("TLS_AES_", "TLS_CHACHA20_", "TLS_ECDHE_ECDSA_WITH_", "TLS_ECDHE_RSA_WITH_");

    private static final Set<String> CIPHERS =
            Set.of("_GCM_SHA256", "_GCM_SHA384", "_POLY1305_SHA256");

    private final ConnectionContext outside;
    private final SSLSocket tls;
    private final InputStream in;
    private final OutputStream out;
    private final DataReader reader = new DataReader(this::next);
    private final DataWriter writer = SocketWriter.create(this);
    private final byte[] buffer = new byte[BUFFER];

    private SecureSocket(ConnectionContext outside, SSLSocket tls) throws IOException {
        this.outside = outside;
        this.tls = tls;
        this.in = tls.getInputStream();
        this.out = tls.getOutputStream();
    }

    /// Returns when the client and the server have agreed on keys.
    static SecureSocket handshake(ConnectionContext outside, SSLContext identity)
            throws IOException {
        var socket =
                (SSLSocket)
                        identity.getSocketFactory()
                                .createSocket(
                                        new Transport(outside),
                                        InputStream.nullInputStream(),
                                        true);
        socket.setUseClientMode(false);
        socket.setSSLParameters(parameters(identity));
        socket.startHandshake();
        return new SecureSocket(outside, socket);
    }

    private static SSLParameters parameters(SSLContext identity) {
        var supported = identity.getDefaultSSLParameters().getCipherSuites();
        var parameters = new SSLParameters(strong(supported), PROTOCOLS);
        parameters.setUseCipherSuitesOrder(true);
        parameters.setApplicationProtocols(INSIDE);
        return parameters;
    }

    static String[] strong(String[] suites) {
        return Stream.of(suites)
                .filter(suite -> KEY_EXCHANGES.stream().anyMatch(suite::startsWith))
                .filter(suite -> CIPHERS.stream().anyMatch(suite::endsWith))
                .toArray(String[]::new);
    }

    /// Tells the client that nothing follows, unless the connection is broken.
    void bid() {
        try {
            tls.close();
        } catch (IOException gone) {
            LOG.log(Level.FINE, gone, () -> "a TLS connection ended without a farewell");
        }
    }

    private byte @Nullable [] next() {
        try {
            return get();
        } catch (UncheckedIOException gone) {
            throw new ServerConnectionException("the client has disconnected", gone);
        }
    }

    @Override
    public byte @Nullable [] get() {
        try {
            int read = in.read(buffer);
            return read < 0 ? null : Arrays.copyOf(buffer, read);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public int read(BufferData target) {
        return target.readFrom(in);
    }

    @Override
    public void write(BufferData source) {
        source.writeTo(out);
    }

    /// Waits for nobody: a thread that is blocked here fails.
    @Override
    public void close() {
        outside.serverSocket().close();
    }

    @Override
    public void idle() {
        // Only clients that pool their connections have to know what comes in between.
    }

    @Override
    public boolean isConnected() {
        return outside.serverSocket().isConnected();
    }

    @Override
    public boolean isSecure() {
        return true;
    }

    @Override
    public HelidonSocket serverSocket() {
        return this;
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public DataWriter dataWriter() {
        return writer;
    }

    @Override
    public ListenerContext listenerContext() {
        return outside.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return outside.executor();
    }

    @Override
    public Router router() {
        return outside.router();
    }

    @Override
    public PeerInfo remotePeer() {
        return outside.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return outside.localPeer();
    }

    @Override
    public String socketId() {
        return outside.socketId();
    }

    @Override
    public String childSocketId() {
        return outside.childSocketId();
    }

    /// The web server's connection in the form that TLS is given by the JDK. It has no socket of
    /// its own.
    private static final class Transport extends Socket {
        private final ConnectionContext plain;
        private final InputStream in;
        private final OutputStream out;

        Transport(ConnectionContext plain) {
            this.plain = plain;
            this.in = new Incoming(plain.dataReader());
            this.out = new Outgoing(plain.dataWriter());
        }

        @Override
        public InputStream getInputStream() {
            return in;
        }

        @Override
        public OutputStream getOutputStream() {
            return out;
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        /// At the end, TLS does not wait for a thread that can't get rid of what it writes.
        @Override
        public int getSoLinger() {
            return 0;
        }

        @Override
        public int getSoTimeout() {
            return 0;
        }

        @Override
        public void close() {
            plain.serverSocket().close();
        }
    }

    private static final class Incoming extends BlockInputStream {
        private final DataReader source;
        private BufferData rest = BufferData.empty();

        Incoming(DataReader source) {
            this.source = source;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                if (rest.available() == 0) {
                    source.ensureAvailable();
                    rest = source.readBuffer();
                }
                return rest.read(target, offset, length);
            } catch (InsufficientDataAvailableException _) {
                return -1;
            } catch (ServerConnectionException broken) {
                throw new IOException("the connection broke", broken);
            }
        }
    }

    private static final class Outgoing extends OutputStream {
        private final DataWriter target;

        Outgoing(DataWriter target) {
            this.target = target;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                target.writeNow(BufferData.create(bytes, offset, length));
            } catch (UncheckedIOException failure) {
                throw new IOException("the connection broke", failure);
            }
        }
    }
}

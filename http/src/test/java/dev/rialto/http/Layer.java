package dev.rialto.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// What HTTP is spoken over.
enum Layer {
    PLAIN("http", "ws"),
    TLS("https", "wss");

    private static final char[] PASSWORD = "changeit".toCharArray();

    /// The certificate of all test servers, and the clients' trust in it.
    private static final SSLContext CONTEXT = context();

    private final String scheme;
    private final String socketScheme;

    Layer(String scheme, String socketScheme) {
        this.scheme = scheme;
        this.socketScheme = socketScheme;
    }

    String scheme() {
        return scheme;
    }

    String socketScheme() {
        return socketScheme;
    }

    HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(CONTEXT)
                .build();
    }

    Socket connect(int port) throws IOException {
        return connect(port, 0);
    }

    /// @param receiveBuffer its size in bytes; 0 for the system's
    Socket connect(int port, int receiveBuffer) throws IOException {
        var socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(20_000);
        return this == PLAIN
                ? socket
                : CONTEXT.getSocketFactory().createSocket(socket, "localhost", port, true);
    }

    static SSLContext trusting() {
        return CONTEXT;
    }

    /// An identity that answers one challenge.
    static ServerIdentity identity() {
        return new ServerIdentity() {
            @Override
            public Optional<SSLContext> context() {
                return Optional.of(CONTEXT);
            }

            @Override
            public Optional<String> challenge(String token) {
                return token.equals("known") ? Optional.of("known.thumbprint") : Optional.empty();
            }
        };
    }

    private static SSLContext context() {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(generated()), PASSWORD);
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, PASSWORD);
            trusted.setCertificateEntry("server", store.getCertificate("server"));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException failure) {
            throw new AssertionError(failure);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The JDK makes certificates by its command alone.
    private static byte[] generated() throws IOException {
        var folder = Files.createTempDirectory("rialto-tls-");
        var file = folder.resolve("server.p12");
        try {
            var made =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "keytool")
                                            .toString(),
                                    "-genkeypair",
                                    "-alias",
                                    "server",
                                    "-keyalg",
                                    "EC",
                                    "-dname",
                                    "CN=localhost",
                                    "-ext",
                                    "SAN=DNS:localhost,IP:127.0.0.1",
                                    "-storetype",
                                    "PKCS12",
                                    "-storepass",
                                    new String(PASSWORD),
                                    "-keystore",
                                    file.toString())
                            .redirectErrorStream(true)
                            .start();
            var said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (made.waitFor() != 0) {
                throw new AssertionError(said);
            }
            return Files.readAllBytes(file);
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}

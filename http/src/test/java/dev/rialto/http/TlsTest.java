package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/// What is particular to TLS. That the rest is the same over TLS is tested where it is tested
/// without.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class TlsTest {
    private static final String HEALTH =
            "GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private static final int CONNECTIONS = 8;

    private Fixture server;

    @BeforeAll
    void start() {
        server = new Fixture(Layer.TLS, settings(), Echo.operations(), List.of());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static HttpSettings settings() {
        return HttpSettings.of("127.0.0.1", 0)
                .withLimits(
                        new HttpSettings.Limits(
                                100_000,
                                100_000,
                                10,
                                10,
                                CONNECTIONS,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1)));
    }

    @Test
    void tellsBrowsersToStayWithTls() throws IOException {
        assertThat(server.send("GET", "/v1/health", "", "").headers())
                .extracting(headers -> headers.firstValue("Strict-Transport-Security"))
                .isEqualTo(Optional.of("max-age=31536000"));
        assertThat(plain(HEALTH)).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("strict-t");
    }

    @Test
    void speaksModernTlsOnly() throws IOException {
        for (var version : List.of("TLSv1.3", "TLSv1.2")) {
            try (var socket = (SSLSocket) Layer.TLS.connect(server.port())) {
                socket.setEnabledProtocols(new String[] {version});
                socket.startHandshake();
                assertThat(socket.getSession().getProtocol()).isEqualTo(version);
            }
        }
        for (var suite :
                List.of(
                        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384")) {
            try (var socket = (SSLSocket) Layer.TLS.connect(server.port())) {
                socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                socket.setEnabledCipherSuites(new String[] {suite});
                assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void offersHttp1Only() throws IOException {
        try (var socket = (SSLSocket) Layer.TLS.connect(server.port())) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void explainsItselfToPlainClients() throws IOException {
        try (var client = new RawClient(Layer.PLAIN, server.port())) {
            client.send(HEALTH);
            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 400 ")
                    .endsWith("{\"error\":\"this port speaks HTTPS: the URL begins with https\"}");
        }
    }

    @Test
    void staysOpenAfterMoreFailedHandshakesThanItHasConnections() throws IOException {
        for (var nonsense : List.of("\u0016\u0003\u0001", "\0\0\0", HEALTH)) {
            for (int i = 0; i < 2 * CONNECTIONS; i++) {
                try (var client = new RawClient(Layer.PLAIN, server.port())) {
                    client.send(nonsense);
                }
            }
        }
        for (int i = 0; i < 2 * CONNECTIONS; i++) {
            try (var client = (SSLSocket) Layer.TLS.connect(server.port())) {
                client.setEnabledCipherSuites(
                        new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
                client.setEnabledProtocols(new String[] {"TLSv1.2"});
                assertThatThrownBy(client::startHandshake).isInstanceOf(IOException.class);
            }
        }
        assertThat(server.send("GET", "/v1/health", "", "").statusCode()).isEqualTo(200);
    }

    @Test
    void endsHandshakesThatDrip() throws IOException {
        long start = System.nanoTime();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            var out = socket.getOutputStream();
            out.write(new byte[] {0x16, 3, 1, 0x40, 0});
            while (Duration.ofNanos(System.nanoTime() - start).compareTo(Duration.ofSeconds(30))
                    < 0) {
                out.write(1);
                out.flush();
                Thread.sleep(50);
            }
            throw new AssertionError("the server still listens");
        } catch (SocketException _) {
            // The server has closed.
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    @Test
    void takesNewConnectionsWithTheNewestCertificate() throws IOException {
        var current = new AtomicReference<Optional<SSLContext>>(Optional.empty());
        var identity =
                new ServerIdentity() {
                    @Override
                    public Optional<SSLContext> context() {
                        return current.get();
                    }

                    @Override
                    public Optional<String> challenge(String token) {
                        return Optional.empty();
                    }
                };
        var apps = new FakeApps();
        try (var other =
                Listener.start(
                        settings(),
                        Listener.Parts.of(
                                Echo.operations(), new Admission(apps, apps), work -> work.get()),
                        new TlsSettings(0, true, Duration.ZERO),
                        identity)) {
            try (var client = (SSLSocket) Layer.TLS.connect(other.tlsPort().orElseThrow())) {
                assertThatThrownBy(client::startHandshake).isInstanceOf(IOException.class);
            }
            current.set(Optional.of(Layer.trusting()));
            try (var client = new RawClient(Layer.TLS, other.tlsPort().orElseThrow())) {
                client.send(HEALTH);
                assertThat(client.readAll())
                        .startsWith("HTTP/1.1 200")
                        .doesNotContainIgnoringCase("strict-transport");
            }
        }
    }

    @Test
    void answersChallengesOverPlainHttp() throws IOException {
        assertThat(plain("/.well-known/acme-challenge/known", "127.0.0.1"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("known.thumbprint");
        for (var other : List.of("unknown", "", "..%2fknown", "known/", "kn%6fwn")) {
            assertThat(plain("/.well-known/acme-challenge/" + other, "127.0.0.1"))
                    .startsWith("HTTP/1.1 404 ");
        }
        assertThat(server.send("GET", "/.well-known/acme-challenge/known", "", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void sendsClientsOfOtherMachinesToTls() throws IOException {
        var tls = server.port();
        for (var each :
                List.of(
                        new String[] {"api.example.com:1337", "https://api.example.com:" + tls},
                        new String[] {"[::1]", "https://[::1]:" + tls})) {
            var answer = fromElsewhere("POST /v1/classes/A?a={\"b\":1} HTTP/1.1", each[0]);
            assertThat(answer)
                    .startsWith("HTTP/1.1 308 ")
                    .contains("Location: " + each[1] + "/v1/classes/A?a={\"b\":1}\r\n");
        }
        assertThat(fromElsewhere("GET /v1 HTTP/1.1\r\nUpgrade: websocket", "x"))
                .startsWith("HTTP/1.1 308 ");
        assertThat(fromElsewhere("GET /.well-known/acme-challenge/known HTTP/1.1", "x"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(fromElsewhere("GET / HTTP/1.1", "a/b")).startsWith("HTTP/1.1 400 ");
        assertThat(fromElsewhere("GET / HTTP/1.1", "a@b.example")).startsWith("HTTP/1.1 400 ");
        assertThat(fromElsewhere("OPTIONS /v1/classes/A HTTP/1.1", "x"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void servesTrustedProxiesAndThoseWhoAreNotSentAway() throws IOException {
        var elsewhere = elsewhere().getHostAddress();
        for (var other :
                List.of(
                        new Fixture(
                                Layer.TLS,
                                settings().withTrustedProxies(List.of(elsewhere)),
                                Echo.operations(),
                                List.of()),
                        new Fixture(settings(), work -> work.get(), Echo.operations()))) {
            try (other) {
                assertThat(fromElsewhere(other, "GET /v1/health HTTP/1.1", "x"))
                        .startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void tellsItsAddressWithHttps() {
        assertThat(server.listener.publicUrl())
                .isEqualTo("https://127.0.0.1:" + server.port() + "/v1");
    }

    private String plain(String path, String host) throws IOException {
        return plain(
                "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    private String plain(String request) throws IOException {
        try (var client = new RawClient(Layer.PLAIN, server.listener.port())) {
            client.send(request);
            return client.readAll();
        }
    }

    private String fromElsewhere(String line, String host) throws IOException {
        return fromElsewhere(server, line, host);
    }

    private static String fromElsewhere(Fixture to, String line, String host) throws IOException {
        try (var socket = new Socket()) {
            socket.bind(new InetSocketAddress(elsewhere(), 0));
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), to.listener.port()));
            socket.getOutputStream()
                    .write(
                            (line + "\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// An address that is neither the loopback address nor the one that the server listens on.
    private static InetAddress elsewhere() throws SocketException {
        return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> !each.isLoopbackAddress() && each instanceof Inet4Address)
                .findFirst()
                .orElseThrow(() -> new AssertionError("this machine has no address of its own"));
    }
}

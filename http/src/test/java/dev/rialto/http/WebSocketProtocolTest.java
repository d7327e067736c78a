package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What RFC 6455 says about servers, section by section.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WebSocketProtocolTest {
    private Fixture server;

    @BeforeAll
    void start() {
        var limits =
                new SocketLimits(
                        WebSocketCases.LIMIT,
                        4096,
                        4L * WebSocketCases.LIMIT,
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(20));
        server =
                new Fixture(
                        HttpSettings.of("127.0.0.1", 0),
                        work -> work.get(),
                        Echo.operations(),
                        List.of(new Chatter().at("/v1", limits)));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void speaksAsTheRfcSays(WebSocketCase talk) throws IOException {
        try (var socket = RawSocket.open(server)) {
            talk.run(socket);
        }
    }

    static Stream<WebSocketCase> cases() {
        return WebSocketCases.all();
    }

    /// What is sent with the handshake, one a line: the status, and a header to replace or to add.
    /// A header that ends with a colon is left out.
    private static final String HANDSHAKES =
            """
            101 Upgrade: websocket
            101 Upgrade: WebSocket
            101 Upgrade: WEBSOCKET
            101 Upgrade: wEbSoCkEt
            101 Upgrade: h2c, websocket
            101 Connection: Upgrade
            101 Connection: upgrade
            101 Connection: UPGRADE
            101 Connection: keep-alive, Upgrade
            101 Connection: Upgrade,keep-alive
            400 Connection:
            400 Connection: keep-alive
            400 Connection: close
            400 Connection: NotUpgrade
            400 Connection: Upgrade2
            426 Sec-WebSocket-Version:
            426 Sec-WebSocket-Version: 0
            426 Sec-WebSocket-Version: 7
            426 Sec-WebSocket-Version: 8
            426 Sec-WebSocket-Version: 12
            426 Sec-WebSocket-Version: 14
            426 Sec-WebSocket-Version: 013
            426 Sec-WebSocket-Version: 13, 8
            426 Sec-WebSocket-Version: 13.0
            426 Sec-WebSocket-Version: x
            400 Sec-WebSocket-Key:
            400 Sec-WebSocket-Key: x
            400 Sec-WebSocket-Key: c2hvcnQ=
            400 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ
            400 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ!==
            400 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSBpcyBsb25n
            400 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==
            101 Sec-WebSocket-Protocol: chat
            101 Sec-WebSocket-Protocol: chat, superchat
            101 Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits
            101 Sec-WebSocket-Extensions: x-webkit-deflate-frame, foo; a=1
            101 Sec-WebSocket-Extensions: ;;,=
            101 Sec-WebSocket-Accept: x
            101 Origin: https://page.example
            101 Origin: null
            101 Cookie: a=b
            400 Host:
            """;

    static Stream<String> handshakes() {
        return HANDSHAKES.lines();
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void judgesHandshakes(String line) throws IOException {
        var status = line.substring(0, 3);
        var header = line.substring(4);
        var name = header.substring(0, header.indexOf(':') + 1);
        var request = new StringBuilder();
        RawSocket.HANDSHAKE
                .lines()
                .filter(each -> !each.startsWith(name))
                .forEach(each -> request.append(each).append("\r\n"));
        if (!header.equals(name)) {
            request.append(header).append("\r\n");
        }
        assertAnswer(status, request.toString());
    }

    @Test
    void refusesHeadersThatMustNotComeTwice() throws IOException {
        assertAnswer("426", RawSocket.HANDSHAKE + "Sec-WebSocket-Version: 8\r\n");
        assertAnswer("426", RawSocket.HANDSHAKE + "Sec-WebSocket-Version: 13\r\n");
        assertAnswer(
                "400", RawSocket.HANDSHAKE + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        assertAnswer("400", RawSocket.HANDSHAKE + "Host: y\r\n");
        assertAnswer("101", RawSocket.HANDSHAKE + "Connection: keep-alive\r\n");
    }

    @Test
    void opensSocketsOnlyWithGetOfHttp11() throws IOException {
        for (var method : List.of("POST", "PUT", "DELETE", "OPTIONS", "HEAD")) {
            assertAnswer("400", RawSocket.HANDSHAKE.replace("GET /v1 ", method + " /v1 "));
        }
        assertThat(answer(RawSocket.HANDSHAKE.replace("HTTP/1.1", "HTTP/1.0")))
                .doesNotContain(" 101 ");
        // A body could be taken for frames.
        assertThat(answer(RawSocket.HANDSHAKE + "Content-Length: 2\r\n\r\n{}"))
                .doesNotContain(" 101 ");
        assertThat(answer(RawSocket.HANDSHAKE + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                .doesNotContain(" 101 ");
    }

    @Test
    void saysWhatItUnderstands() throws IOException {
        assertThat(answer(RawSocket.HANDSHAKE.replace("Version: 13", "Version: 25")))
                .startsWith("HTTP/1.1 426 ")
                .contains("Sec-WebSocket-Version: 13\r\n", "Upgrade: websocket\r\n");
    }

    @Test
    void agreesToNoExtensionAndNoSubprotocol() throws IOException {
        assertThat(
                        answer(
                                RawSocket.HANDSHAKE
                                        + "Sec-WebSocket-Protocol: chat\r\n"
                                        + "Sec-WebSocket-Extensions: permessage-deflate\r\n"))
                .isEqualTo(
                        """
                        HTTP/1.1 101 Switching Protocols\r
                        Connection: Upgrade\r
                        Upgrade: websocket\r
                        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
                        \r
                        """);
    }

    @Test
    void takesFramesThatCameWithTheHandshake() throws IOException {
        var request = WebSocketCase.utf8(RawSocket.HANDSHAKE + "\r\n");
        var frame = WebSocketCase.frame(WebSocketCase.TEXT, "early");
        try (var socket = RawSocket.open(server, request, frame)) {
            assertThat(socket.next()).isEqualTo("text early");
        }
    }

    @Test
    void opensSocketsOnConnectionsThatServedRequests() throws IOException {
        var health = WebSocketCase.utf8("GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n");
        var request = WebSocketCase.utf8(RawSocket.HANDSHAKE + "\r\n");
        try (var socket = RawSocket.open(server, health)) {
            socket.skip(2);
            socket.send(request);
            assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
            socket.frame(WebSocketCase.TEXT, "later");
            assertThat(socket.next()).isEqualTo("text later");
        }
    }

    /// A ping may go unanswered when another one follows (section 5.5.3), but not the last.
    @Test
    void answersTheLastOfManyPings() throws IOException {
        try (var socket = RawSocket.open(server)) {
            var pings = new ArrayList<byte[]>();
            for (int i = 10; i < 100; i++) {
                pings.add(WebSocketCase.frame(WebSocketCase.PING, "p" + i));
            }
            socket.send(WebSocketCase.join(pings.toArray(byte[][]::new)));
            var heard = new ArrayList<String>();
            do {
                heard.add(socket.next());
            } while (!heard.getLast().equals("pong p99"));
            assertThat(heard).isSorted().allMatch(each -> each.startsWith("pong p"));
        }
    }

    /// Messages of any size, cut in frames and writes anywhere, with pings and pongs among them.
    @Test
    void echoesWhateverWayMessagesAreCut() throws IOException {
        var random = new Random(6455);
        try (var socket = RawSocket.open(server)) {
            for (int round = 0; round < 300; round++) {
                var text = text(random);
                var bytes = WebSocketCase.utf8(text);
                var frames = new ArrayList<byte[]>();
                int at = 0;
                do {
                    int size = Math.min(bytes.length - at, random.nextInt(1, 2 + bytes.length));
                    boolean last = at + size == bytes.length;
                    frames.add(
                            WebSocketCase.frame(
                                    (at == 0 ? WebSocketCase.TEXT_BEGIN : 0)
                                            | (last ? WebSocketCase.LAST : 0),
                                    mask(random),
                                    java.util.Arrays.copyOfRange(bytes, at, at + size)));
                    at += size;
                    if (!last && random.nextInt(4) == 0) {
                        frames.add(
                                WebSocketCase.frame(
                                        WebSocketCase.PONG, mask(random), mask(random)));
                    }
                } while (at < bytes.length);
                send(socket, WebSocketCase.join(frames.toArray(byte[][]::new)), random);
                assertThat(socket.next()).as("round " + round).isEqualTo("text " + text);
            }
        }
    }

    private static void send(RawSocket socket, byte[] bytes, Random random) throws IOException {
        int parts = random.nextInt(1, 6);
        int at = 0;
        while (at < bytes.length) {
            int size = Math.min(bytes.length - at, random.nextInt(1, 2 + bytes.length / parts));
            socket.send(java.util.Arrays.copyOfRange(bytes, at, at + size));
            at += size;
        }
    }

    private static byte[] mask(Random random) {
        var mask = new byte[4];
        random.nextBytes(mask);
        return mask;
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        int size = random.nextInt(random.nextBoolean() ? 20 : 3000) + 1;
        while (text.length() < size) {
            int[] most = {0x80, 0x800, 0xd800, 0x10000, 0x110000};
            int point = random.nextInt(most[random.nextInt(most.length)]);
            if (point < 0xd800 || point > 0xdfff) {
                text.appendCodePoint(point);
            }
        }
        return text.append('.').toString();
    }

    private String answer(String request) throws IOException {
        return RawSocket.answer(server, request.contains("\r\n\r\n") ? request : request + "\r\n");
    }

    private void assertAnswer(String status, String request) throws IOException {
        assertThat(answer(request)).startsWith("HTTP/1.1 " + status + " ");
    }
}

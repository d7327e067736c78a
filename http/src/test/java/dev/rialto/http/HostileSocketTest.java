package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostileSocketTest {
    private static final int TEXT = 0x81;
    private static final int TEXT_BEGIN = 0x01;
    private static final int MORE = 0x00;
    private static final int LAST = 0x80;
    private static final int LIMIT = 1000;

    private final Chatter chatter = new Chatter();
    private Fixture server;

    @BeforeAll
    void start() {
        // Idle connections end long before the pings do: sockets must not care.
        var limits =
                new HttpSettings.Limits(
                        100_000,
                        100_000,
                        10,
                        2,
                        2_000,
                        Duration.ofMillis(300),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5));
        var sockets =
                new SocketLimits(
                        LIMIT, 100, 100_000, Duration.ofMillis(700), Duration.ofSeconds(2));
        server =
                new Fixture(
                        Layer.PLAIN,
                        HttpSettings.of("127.0.0.1", 0).withLimits(limits),
                        Echo.operations(),
                        List.of(
                                chatter.at("/v1", sockets),
                                chatter.at("/v1/quiet", SocketLimits.DEFAULT)));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private RawSocket open() throws IOException {
        return RawSocket.open(server);
    }

    @Test
    void refusesHandshakesThatAreNone() throws IOException {
        assertAnswer(426, RawSocket.HANDSHAKE.replace("Version: 13", "Version: 8"));
        assertAnswer(400, RawSocket.HANDSHAKE.replace("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="));
        assertAnswer(400, RawSocket.HANDSHAKE.replace("dGhlIHNhbXBsZSBub25jZQ==", "!"));
        assertAnswer(400, RawSocket.HANDSHAKE.replace("GET /v1 ", "POST /v1 "));
        assertAnswer(400, RawSocket.HANDSHAKE.replace("GET /v1 ", "GET /v1?a=%zz "));
        // Elsewhere it is a request like any other, here one without an app.
        assertAnswer(403, RawSocket.HANDSHAKE.replace("GET /v1 ", "GET /v1/nothing "));
        assertAnswer(101, RawSocket.HANDSHAKE.replace("websocket", "WebSocket"));
    }

    private void assertAnswer(int status, String request) throws IOException {
        assertThat(RawSocket.answer(server, request + "\r\n"))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void putsFragmentsTogether() throws IOException {
        try (var socket = open()) {
            var text = "aé世";
            var bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            socket.frame(TEXT_BEGIN, Arrays.copyOf(bytes, 2));
            socket.frame(0x89, "between");
            socket.frame(MORE, Arrays.copyOfRange(bytes, 2, 4));
            socket.frame(LAST, Arrays.copyOfRange(bytes, 4, bytes.length));
            assertThat(socket.next()).isEqualTo("pong between");
            assertThat(socket.next()).isEqualTo("text " + text);
        }
    }

    @Test
    void closesOnFramesThatBreakTheRules() throws IOException {
        assertCloses(1002, "81 01 61"); // not masked
        assertCloses(1002, "c1 81 00000000 61"); // compressed
        assertCloses(1002, "83 81 00000000 61"); // reserved kind
        assertCloses(1002, "80 81 00000000 61"); // continues nothing
        assertCloses(1002, "01 81 00000000 61 81 81 00000000 61"); // two messages at once
        assertCloses(1002, "09 80 00000000"); // a ping in fragments
        assertCloses(1002, "89 fe 007e 00000000" + "61".repeat(126)); // a long ping
        assertCloses(1002, "88 81 00000000 03"); // half a close code
        assertCloses(1002, "88 82 00000000 03ed"); // 1005 is never sent
    }

    @Test
    void closesOnWhatIsNoText() throws IOException {
        assertCloses(1003, "82 81 00000000 61");
        assertCloses(1007, "81 82 00000000 c328");
        assertCloses(1007, "81 81 00000000 e4");
        assertCloses(1007, "88 84 00000000 03e8 c328");
    }

    @Test
    void closesOnMessagesThatAreTooLong() throws IOException {
        assertCloses(1009, "81 ff 7fffffffffffffff 00000000 61");
        assertCloses(1009, "81 fe 03e9 00000000" + "61".repeat(1001));
        try (var socket = open()) {
            socket.frame(TEXT, "b".repeat(LIMIT));
            assertThat(socket.next()).isEqualTo("text " + "b".repeat(LIMIT));
            socket.frame(TEXT_BEGIN, "a".repeat(600));
            socket.frame(MORE, "a".repeat(600));
            assertThat(socket.next()).startsWith("close 1009 ");
            socket.drain();
        }
    }

    private void assertCloses(int code, String hex) throws IOException {
        try (var socket = open()) {
            socket.sendHex(hex);
            assertThat(socket.next()).as(hex).startsWith("close " + code + " ");
            socket.frame(0x88, new byte[] {3, (byte) 0xe8});
            socket.drain();
        }
    }

    @Test
    void answersACloseWithItsCode() throws IOException {
        try (var socket = open()) {
            socket.frame(0x88, new byte[] {0x0f, (byte) 0xa1});
            assertThat(socket.next()).isEqualTo("close 4001 ");
            assertThat(socket.next()).isEqualTo("gone");
        }
    }

    @Test
    void keepsClientsThatAnswerPings() throws IOException {
        try (var socket = open()) {
            for (int i = 0; i < 4; i++) {
                assertThat(socket.next()).isEqualTo("ping");
                socket.frame(0x8a, "");
            }
            socket.frame(TEXT, "here");
            assertThat(socket.next()).isEqualTo("text here");
        }
    }

    @Test
    void keepsSocketsForLongerThanARequestMayBeRead() throws Exception {
        var address = server.socketUri("/v1/quiet");
        try (var client = Layer.TLS.client();
                var talker = new Talker(client, address, Map.of())) {
            // The web server's own timeout is 5 seconds more than an idle connection has.
            Thread.sleep(Duration.ofMillis(6500));
            talker.say("here");
            assertThat(talker.next()).isEqualTo("here");
        }
    }

    @Test
    void cutsClientsThatAnswerNothing() throws IOException {
        try (var socket = open()) {
            String last;
            int pings = -1;
            do {
                last = socket.next();
                pings++;
            } while (last.equals("ping"));
            assertThat(last).isEqualTo("gone");
            assertThat(pings).isEqualTo(2);
        }
    }

    @Test
    void cutsClientsThatDripAFrame() throws Exception {
        try (var socket = open()) {
            socket.sendHex("81 fe 0384 00000000");
            var drip =
                    Thread.startVirtualThread(() -> {
                        try {
                            for (int i = 0; i < 900; i++) {
                                socket.send(new byte[] {'a'});
                                Thread.sleep(100);
                            }
                        } catch (IOException | InterruptedException _) {
                            // cut off
                        }
                    });
            String last;
            do {
                last = socket.next();
            } while (last.equals("ping"));
            assertThat(last).isEqualTo("gone");
            drip.join();
        }
    }

    @Test
    void neverHoldsUpOrGrowsForAClientThatTakesNothing() throws Exception {
        try (var socket = RawSocket.open(server, 4096)) {
            var channel = channelOf(socket);
            var tail = new byte[10_000];
            Arrays.fill(tail, (byte) 'x');
            int sent = 0;
            while (channel.send(new Message(new byte[] {'h'}, tail))) {
                sent++;
                assertThat(channel.queuedBytes()).isLessThanOrEqualTo(100_000);
                assertThat(sent).isLessThan(100_000);
            }
            assertThat(channel.isOpen()).isTrue();
            channel.end(Optional.of(Message.of("reset")), 4002, "too slow");
            assertThat(channel.isOpen()).isFalse();
            assertThat(channel.send(Message.of("more"))).isFalse();
            awaitClosed(channel);
        }
    }

    @Test
    void tellsASlowClientThatItIsReset() throws Exception {
        try (var socket = RawSocket.open(server, 4096)) {
            var channel = channelOf(socket);
            var tail = new byte[10_000];
            Arrays.fill(tail, (byte) 'x');
            while (channel.send(new Message(new byte[] {'h'}, tail))) {
                // until it is full
            }
            channel.end(Optional.of(Message.of("reset")), 4002, "too slow");
            String last;
            do {
                last = socket.next();
            } while (last.startsWith("text hx") || last.equals("ping"));
            assertThat(last).isEqualTo("text reset");
            assertThat(socket.next()).isEqualTo("close 4002 too slow");
        }
    }

    private Channel channelOf(RawSocket socket) throws Exception {
        socket.frame(TEXT, "me");
        assertThat(socket.next()).isEqualTo("text me");
        return java.util.Objects.requireNonNull(
                chatter.spoke.poll(20, TimeUnit.SECONDS), "no channel");
    }

    private void awaitClosed(Channel channel) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!chatter.gone.contains(channel)) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }
    }
}

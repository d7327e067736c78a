package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Layer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SocketTest {
    private final Chatter chatter = new Chatter();
    @Parameter private Layer layer = Layer.PLAIN;
    private Fixture server;

    @BeforeParameterizedClassInvocation
    void start() {
        server =
                new Fixture(
                        layer,
                        HttpSettings.of("127.0.0.1", 0),
                        Echo.operations(),
                        List.of(chatter.at("/v1", SocketLimits.DEFAULT)));
    }

    @AfterParameterizedClassInvocation
    void stop() {
        server.close();
    }

    private Talker talk(String path) {
        return new Talker(
                server.client(), server.socketUri(path), Map.of("Origin", "https://page.example"));
    }

    @Test
    void echoesWhereHttpIsServedToo() {
        for (var path : List.of("/v1", "/v1/")) {
            try (var talker = talk(path)) {
                talker.say("hello, 世界");
                assertThat(talker.next()).isEqualTo("hello, 世界");
                var long_ = "é".repeat(100_000);
                talker.say(long_);
                assertThat(talker.next()).isEqualTo(long_);
                assertThat(server.send("GET", "/v1/health", "", "").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void identifiesTheCaller() {
        try (var talker = talk("/v1?a=b%20c&d")) {
            talker.say("who");
            assertThat(talker.next())
                    .contains("a=b c", "d=", "Optional[https://page.example]", "127.0.0.1");
        }
    }

    @Test
    void endsWithALastMessageAndACode() {
        try (var talker = talk("/v1")) {
            talker.say("end");
            assertThat(talker.next()).isEqualTo("bye");
            assertThat(talker.next()).isEqualTo("closed 4001 told to");
        }
    }

    @Test
    void endsWhatFails() {
        try (var talker = talk("/v1")) {
            talker.say("fail");
            assertThat(talker.next()).isEqualTo("closed 1011 internal error");
        }
    }

    @Test
    void refusesPagesOfOtherOriginsThanTheListed() throws IOException {
        var settings = HttpSettings.of("127.0.0.1", 0);
        var strict =
                new HttpSettings(
                        settings.host(),
                        0,
                        "",
                        List.of("https://a.example"),
                        settings.limits(),
                        settings.sockets());
        try (var other = chatting(strict, new Chatter())) {
            assertThat(RawSocket.answer(other, request("Origin: https://b.example\r\n")))
                    .startsWith("HTTP/1.1 403 ");
            assertThat(RawSocket.answer(other, request("Origin: https://a.example\r\n")))
                    .startsWith("HTTP/1.1 101 ");
            assertThat(RawSocket.answer(other, request(""))).startsWith("HTTP/1.1 101 ");
        }
    }

    private static String request(String header) {
        return RawSocket.HANDSHAKE + header + "\r\n";
    }

    private Fixture chatting(HttpSettings settings, Chatter chatter) {
        return new Fixture(
                layer, settings, Echo.operations(), List.of(chatter.at("/v1", settings.sockets())));
    }

    @Test
    void keepsNothingOfSocketsThatHaveEnded() throws Exception {
        var many = new Chatter();
        try (var other = chatting(HttpSettings.of("127.0.0.1", 0), many)) {
            for (int round = 0; round < 10; round++) {
                var sockets = new ArrayList<RawSocket>();
                for (int i = 0; i < 100; i++) {
                    sockets.add(RawSocket.open(other));
                }
                for (int i = 0; i < 100; i++) {
                    if (i % 2 == 0) {
                        sockets.get(i).frame(0x88, new byte[] {3, (byte) 0xe8});
                    }
                    sockets.get(i).close();
                }
            }
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (many.closed.get() < 1000 || other.listener.openSockets() > 0) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(20);
            }
            assertThat(many.opened).hasValue(1000);
            assertThat(many.closed).hasValue(1000);
        }
    }

    @Test
    void endsWhenTheServerStops() throws IOException {
        var standard = HttpSettings.Limits.DEFAULT;
        var limits =
                new HttpSettings.Limits(
                        standard.body(),
                        standard.upload(),
                        standard.batch(),
                        standard.concurrentRequests(),
                        standard.connections(),
                        standard.idle(),
                        standard.patience(),
                        Duration.ofSeconds(1));
        var stopped = chatting(HttpSettings.of("127.0.0.1", 0).withLimits(limits), new Chatter());
        try (var talker = new Talker(server.client(), stopped.socketUri("/v1"), Map.of());
                var silent = RawSocket.open(stopped)) {
            talker.say("hi");
            assertThat(talker.next()).isEqualTo("hi");
            stopped.close();
            assertThat(talker.next()).isEqualTo("closed 1001 the server is stopping");
            assertThat(silent.next()).isEqualTo("close 1001 the server is stopping");
            assertThat(silent.next()).isEqualTo("gone");
        }
    }
}

package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SocketTest {
    private final Chatter chatter = new Chatter();
    private final HttpClient client = HttpClient.newHttpClient();
    private Fixture server;

    @BeforeAll
    void start() {
        server =
                new Fixture(
                        HttpSettings.of("127.0.0.1", 0),
                        work -> work.get(),
                        Echo.operations(),
                        List.of(chatter.at("/v1", SocketLimits.DEFAULT)));
    }

    @AfterAll
    void stop() {
        client.close();
        server.close();
    }

    private Talker talk(String path) {
        return new Talker(
                client,
                URI.create("ws://127.0.0.1:" + server.listener.port() + path),
                Map.of("Origin", "https://page.example"));
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
    void tellsWhoComes() {
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
}

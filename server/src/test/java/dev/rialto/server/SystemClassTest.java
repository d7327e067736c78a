package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.testing.EventReader;
import dev.rialto.testing.EventReader.Event;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A capability brings a class that every app has, without being named anywhere else.
final class SystemClassTest {
    private static final Sender MASTER = Sender.master();

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer(Map.of(), List.of(CapabilityPlan.of(_ -> new BadgeCapability())));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  | /schemas/_Badge            |                                     | 200 | 0",
                "GET  | /classes/_Badge            |                                     | 200 | 0",
                "POST | /classes/_Badge            | {'holder':'x'}                      | 201 | 0",
                "GET  | /aggregate/_Badge?distinct=holder |                              | 200 | 0",
                "POST | /classes/Coat              | {'badge':{'__type':'Pointer','className':'_Badge','objectId':'a'}} | 201 | 0",
                "POST | /schemas/Hat               | {'fields':{'b':{'type':'Pointer','targetClass':'_Badge'}}}         | 200 | 0",
                "GET  | /classes/_Sticker          |                                     | 400 | 119",
                "POST | /classes/_Sticker          | {'holder':'x'}                      | 400 | 103",
                "POST | /schemas/_Sticker          | {}                                  | 400 | 103",
                "POST | /classes/Coat              | {'other':{'__type':'Pointer','className':'_Sticker','objectId':'a'}} | 400 | 111",
                "POST | /schemas/Scarf             | {'fields':{'b':{'type':'Pointer','targetClass':'_Sticker'}}}       | 400 | 103",
                "GET  | /feeds/_Sticker            |                                     | 400 | 103"
            })
    void reachesTheClassesThatCapabilitiesDeclareAndNoOthers(
            String method, String path, String body, int status, int code) {
        Reply reply =
                server.send(MASTER, method, path, body == null ? "" : body.replace('\'', '"'));

        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(status);
        assertThat(reply.code()).isEqualTo(code);
    }

    @Test
    void admitsFollowersAgainAfterAChangeOfWhatDecidesOnTheirAccess() {
        Reply user = server.signUp("holder");
        String badge =
                server.create(MASTER, "_Badge", "{\"holder\":\"" + user.text("objectId") + "\"}");
        try (EventReader follower =
                server.events(
                        Sender.client().session(user.text("sessionToken")), "/feeds/_Badge")) {
            assertThat(follower.next().type()).isEqualTo("open");

            server.delete(MASTER, "/classes/_Badge/" + badge);

            Event last = follower.next();
            assertThat(last.type()).isEqualTo("error");
            assertThat(last.data().toString()).contains("your badge was withdrawn");
        }
    }
}

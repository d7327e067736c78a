package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Writes that happen once, on a whole server.
class IdempotencyTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Reply signUp(Sender sender, String name, String password) {
        return server.post(
                sender,
                "/users",
                "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}");
    }

    @Test
    void remembersTheRequestIdOfASignUpThatSucceeded() {
        Sender once = Sender.client().with("X-Parse-Request-Id", "sign-up-1");
        assertThat(signUp(once, "remembered", "").status()).isEqualTo(400);
        assertThat(signUp(once, "remembered", "x").status()).isEqualTo(201);
        assertThat(signUp(once, "remembered2", "x").code()).isEqualTo(159);
        String asClass = "{\"username\":\"remembered3\",\"password\":\"x\"}";
        assertThat(server.post(once, "/classes/_User", asClass).code()).isEqualTo(159);
    }

    @Test
    void logsInAgainUnderTheSameRequestId() {
        server.signUp("again");
        Sender once = Sender.client().with("X-Parse-Request-Id", "log-in-1");
        String body = "{\"username\":\"again\",\"password\":\"secret of again\"}";
        assertThat(server.post(once, "/login", body).status()).isEqualTo(200);
        assertThat(server.post(once, "/login", body).status()).isEqualTo(200);
    }

    @Test
    void writesOnceWhenTheSameRequestComesManyTimesAtOnce() throws Exception {
        server.create(Sender.client(), "Once", "{\"n\":0}");
        Sender once = Sender.client().with("X-Parse-Request-Id", "at-once");
        List<Reply> replies =
                TestServer.together(20, () -> server.post(once, "/classes/Once", "{\"n\":1}"));
        assertThat(replies.stream().filter(reply -> reply.status() == 201)).hasSize(1);
        assertThat(replies.stream().filter(reply -> reply.code() == 159)).hasSize(19);
    }
}

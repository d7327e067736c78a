package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Operation;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class IsolationTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String path(Operation operation, String className, String id) {
        return operation
                .path()
                .replace("{className}", className)
                .replace("{objectId}", id)
                .replace("{appId}", TestServer.APP)
                .replaceAll("\\{[^}]*}", "name");
    }

    private static String body(Operation operation) {
        return switch (operation.method()) {
            case GET, DELETE -> "";
            case POST, PUT, PATCH -> "{}";
        };
    }

    @Test
    void refusesEveryOperationOfAnAppWithTheKeysOfAnother() {
        Sender wrong = Sender.of(TestServer.APP, "second-master-key");
        String id = server.create(Sender.master(), "Secret", "{\"word\":\"hidden\",\"ACL\":{}}");
        List<String> leaks = new ArrayList<>();
        int tried = 0;
        for (Operation operation : server.operations()) {
            String path = path(operation, "Secret", id);
            Reply reply = server.send(wrong, operation.method().name(), path, body(operation));
            boolean master =
                    switch (operation.access()) {
                        case MASTER, MASTER_READ -> true;
                        case APP, PUBLIC -> false;
                    };
            if (reply.body().toString().contains("hidden") || (master && reply.status() != 403)) {
                leaks.add(operation.method() + " " + path + " -> " + reply);
            }
            tried++;
        }
        assertThat(tried).isGreaterThan(40);
        assertThat(leaks).isEmpty();
        assertThat(server.get(Sender.master(), "/classes/Secret/" + id).text("word"))
                .isEqualTo("hidden");
    }

    @Test
    void showsNothingOfOneAppToTheOther() {
        Sender other = Sender.of(TestServer.OTHER_APP, "second-master-key");
        String id = server.create(Sender.master(), "Diary", "{\"word\":\"private\"}");
        Reply user = server.signUp("only-in-first");
        List<String> leaks = new ArrayList<>();
        for (Operation operation : server.operations()) {
            if (operation.access() == Operation.Access.PUBLIC) {
                continue;
            }
            Reply reply =
                    server.send(
                            other,
                            operation.method().name(),
                            path(operation, "Diary", id),
                            body(operation));
            if (reply.body().toString().contains("private")) {
                leaks.add(operation.method() + " " + operation.path() + " -> " + reply);
            }
        }
        assertThat(leaks).isEmpty();
        assertThat(server.get(Sender.master(), "/classes/Diary/" + id).text("word"))
                .isEqualTo("private");
        assertThat(server.find(other, "_User", "{}").body().path("results").isEmpty()).isTrue();
        Sender clientOfOther =
                Sender.of(TestServer.OTHER_APP, "")
                        .with("X-Parse-Session-Token", user.text("sessionToken"));
        assertThat(server.get(clientOfOther, "/users/me").code()).isEqualTo(209);
    }

    @Test
    void knowsNoAppWithoutItsId() {
        for (Operation operation : server.operations()) {
            if (operation.access() == Operation.Access.PUBLIC) {
                continue;
            }
            Reply reply =
                    server.send(
                            new Sender(Map.of()),
                            operation.method().name(),
                            path(operation, "Any", "id"),
                            body(operation));
            assertThat(reply.status()).as(operation.path()).isEqualTo(403);
        }
    }

    @Test
    void letsTheReadOnlyMasterKeyWriteNothing() {
        Sender reader = Sender.readOnlyMaster();
        String id = server.create(Sender.master(), "Stone", "{\"word\":\"carved\"}");
        List<String> written = new ArrayList<>();
        for (Operation operation : server.operations()) {
            boolean writes =
                    switch (operation.method()) {
                        case POST, PUT, PATCH, DELETE ->
                                operation.access() != Operation.Access.PUBLIC;
                        case GET -> false;
                    };
            if (!writes || isHarmless(operation)) {
                continue;
            }
            Reply reply =
                    server.send(
                            reader,
                            operation.method().name(),
                            path(operation, "Stone", id),
                            body(operation));
            if (reply.status() < 400) {
                written.add(operation.method() + " " + operation.path() + " -> " + reply);
            }
        }
        assertThat(written).isEmpty();
        assertThat(server.get(Sender.master(), "/classes/Stone/" + id).text("word"))
                .isEqualTo("carved");
    }

    /// Operations that change nothing by themselves: an empty batch, a log-out without a session.
    private static boolean isHarmless(Operation operation) {
        return List.of("/batch", "/logout", "/sessions/me").contains(operation.path());
    }
}

package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Operation;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class IsolationTest {
    private static final int FORBIDDEN = 119;

    private static final String READING =
            """
            GET /health
            GET /health/live
            GET /health/ready
            GET /serverInfo
            GET /capabilities
            GET /push_audiences
            GET /push_audiences/{objectId}
            GET /security
            GET /graphql-config
            GET /docs
            GET /docs/{file}
            GET /classes/{className}
            GET /classes/{className}/{objectId}
            GET /scan/{className}
            GET /aggregate/{className}
            GET /schemas
            GET /schemas/{className}
            GET /users
            GET /users/{objectId}
            GET /sessions
            GET /sessions/{objectId}
            GET /roles
            GET /roles/{objectId}
            GET /users/me
            GET /sessions/me
            GET /second-factor
            GET /passkeys
            GET /installations
            GET /installations/{objectId}
            GET /apps/{appId}/request_password_reset
            GET /apps/choose_password
            GET /apps/{appId}/confirm_email_change
            GET /apps/{appId}/undo_email_change
            GET /files/{appId}/metadata/{name*}
            GET /files/{appId}/{name*}
            GET /file-access/{name*}
            GET /file-usage
            POST /file-urls/{name*}
            GET /config
            GET /hooks/functions
            GET /hooks/functions/{functionName}
            GET /hooks/triggers
            GET /hooks/triggers/{className}/{triggerName}
            GET /sync
            GET /events
            GET /limits
            GET /settings
            GET /disabled-users
            GET /impersonations
            GET /user-data
            GET /user-data/{id}
            GET /user-data/{id}/lines
            GET /apps/{appId}/openid/.well-known/openid-configuration
            GET /apps/{appId}/openid/jwks
            GET /apps/{appId}/openid/userinfo
            POST /apps/{appId}/openid/userinfo
            POST /apps/{appId}/openid/introspect
            GET /openid/send.js
            GET /openid/clients
            GET /openid/clients/{clientId}
            GET /openid/consents
            GET /messages
            GET /messages/{id}
            GET /messages/dkim
            GET /message-templates
            GET /message-templates/{name}/{language}
            GET /message-suppressions
            GET /apps/{appId}/messages/unsubscribe
            GET /captcha/challenge
            GET /apps/{appId}/captcha/challenge
            GET /apps/{appId}/magic-link
            GET /functions
            GET /jobs
            GET /cloud_code/jobs/data
            GET /cloud_code/jobs
            GET /scriptlog
            GET /micro-apps
            GET /micro-apps/{name}
            GET /micro-apps/{name}/log
            GET /feeds/{className}
            """;

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
        String id = server.create(Sender.master(), "Secret", "{\"word\":\"concealed\",\"ACL\":{}}");
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
            if (reply.body().toString().contains("concealed")
                    || (master && reply.status() != 403)) {
                leaks.add(operation.method() + " " + path + " -> " + reply);
            }
            tried++;
        }
        assertThat(tried).isGreaterThan(40);
        assertThat(leaks).isEmpty();
        assertThat(server.get(Sender.master(), "/classes/Secret/" + id).text("word"))
                .isEqualTo("concealed");
    }

    @Test
    void showsNothingOfOneAppToTheOther() {
        Sender other = Sender.of(TestServer.OTHER_APP, "second-master-key");
        String id = server.create(Sender.master(), "Diary", "{\"word\":\"unseen-by-others\"}");
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
            if (reply.body().toString().contains("unseen-by-others")) {
                leaks.add(operation.method() + " " + operation.path() + " -> " + reply);
            }
        }
        assertThat(leaks).isEmpty();
        assertThat(server.get(Sender.master(), "/classes/Diary/" + id).text("word"))
                .isEqualTo("unseen-by-others");
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

    /// A new operation that is not among these is refused to the read-only master key. Whoever adds
    /// one says that it changes nothing: no object, no session, no count, nothing in a function.
    @Test
    void declaresWhichOperationsChangeNothing() {
        assertThat(
                        server.operations().stream()
                                .filter(each -> !each.writes())
                                .map(each -> each.method() + " " + each.path()))
                .containsExactlyInAnyOrder(READING.lines().toArray(String[]::new));
    }

    @Test
    void letsTheReadOnlyMasterKeyChangeNothing() {
        String token = server.signUp("watched").text("sessionToken");
        Sender reader = Sender.readOnlyMaster().session(token);
        String id = server.create(Sender.master(), "Stone", "{\"word\":\"carved\"}");
        List<String> wrong = new ArrayList<>();
        for (Operation operation : server.operations()) {
            if (operation.access() == Operation.Access.PUBLIC) {
                continue;
            }
            String method = operation.method().name();
            String path = path(operation, "Stone", id);
            boolean refused =
                    server.send(reader, method, path, body(operation)).code() == FORBIDDEN;
            boolean closed = operation.writes() || operation.access() == Operation.Access.MASTER;
            if (refused != closed) {
                wrong.add(method + " " + path + (refused ? " is refused" : " is admitted"));
            }
            if (operation.writes() && !isBatchedNowhere(operation)) {
                Reply batched = server.post(reader, "/batch", batch(method, path));
                if (batched.body().path(0).path("error").path("code").asInt() != FORBIDDEN) {
                    wrong.add(method + " " + path + " in a batch -> " + batched);
                }
            }
        }
        assertThat(wrong).isEmpty();
        for (String overridden :
                List.of("{\"_method\":\"DELETE\"}", "{\"_method\":\"PUT\",\"note\":\"seen\"}")) {
            assertThat(server.post(reader, "/sessions/me", overridden).code()).isEqualTo(FORBIDDEN);
        }
        assertThat(server.get(Sender.client().session(token), "/users/me").status()).isEqualTo(200);
        assertThat(server.get(Sender.master(), "/classes/Stone/" + id).text("word"))
                .isEqualTo("carved");
    }

    @Test
    void servesFilesThatWereUploadedToAnotherNode() throws Exception {
        byte[] content = "shared".getBytes(StandardCharsets.UTF_8);
        String url = server.upload(Sender.master(), "/files/note.txt", content).text("url");
        try (RialtoServer other = server.anotherNode();
                var client = HttpClient.newHttpClient()) {
            String there = other.publicUrl() + url.substring(url.indexOf("/files/"));
            var request = HttpRequest.newBuilder(URI.create(there)).build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
                    .isEqualTo("shared");
        }
    }

    private static boolean isBatchedNowhere(Operation operation) {
        return operation.has(Operation.Trait.UPLOAD);
    }

    private static String batch(String method, String path) {
        return "{\"requests\":[{\"method\":\"%s\",\"path\":\"/v1%s\",\"body\":{}}]}"
                .formatted(method, path);
    }
}

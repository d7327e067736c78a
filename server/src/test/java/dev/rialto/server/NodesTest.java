package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.apps.AppKeyKind;
import dev.rialto.apps.NewKey;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What two nodes that share nothing but a database see of each other.
final class NodesTest {
    private static final Sender MASTER = Sender.master();
    private static final Sender CLIENT = Sender.client();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestServer server;
    private static RialtoServer other;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer(Map.of("files.storage", "database"));
        other = server.anotherNode();
    }

    @AfterAll
    static void stop() {
        other.close();
        server.close();
    }

    private static Reply there(Sender sender, String method, String path, String body) {
        return server.sendTo(other, sender, method, path, body);
    }

    private static Reply there(Sender sender, String path) {
        return there(sender, "GET", path, "");
    }

    /// The first reply that is as wanted, or the last one.
    private static Reply eventually(Supplier<Reply> ask, Predicate<Reply> wanted)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Reply reply = ask.get();
        while (!wanted.test(reply) && System.nanoTime() < end) {
            Thread.sleep(5);
            reply = ask.get();
        }
        return reply;
    }

    @Test
    void beginsAndEndsSessionsForBoth() throws InterruptedException {
        Sender user = CLIENT.session(server.signUp("traveller").text("sessionToken"));
        assertThat(there(user, "/users/me").text("username")).isEqualTo("traveller");

        server.post(user, "/logout", "{}");

        assertThat(eventually(() -> there(user, "/users/me"), reply -> reply.code() == 209))
                .extracting(Reply::code)
                .isEqualTo(209);
    }

    @Test
    void showsSchemasAndObjectsOfTheOther() throws InterruptedException {
        String id = server.create(MASTER, "Plan", "{\"title\":\"a\"}");
        assertThat(
                        eventually(
                                () -> there(MASTER, "/classes/Plan/" + id),
                                reply -> reply.status() == 200))
                .extracting(reply -> reply.text("title"))
                .isEqualTo("a");
        assertThat(there(MASTER, "PUT", "/classes/Plan/" + id, "{\"added\":1}").status())
                .isEqualTo(200);
        assertThat(server.get(MASTER, "/schemas/Plan").body().path("fields").has("added")).isTrue();

        server.put(MASTER, "/schemas/Plan", "{\"classLevelPermissions\":{\"get\":{}}}");

        assertThat(
                        eventually(
                                () -> there(CLIENT, "/classes/Plan/" + id),
                                reply -> reply.status() != 200))
                .extracting(Reply::code)
                .isEqualTo(119);
    }

    @Test
    void sharesConfigurationHooksAndKeys() throws InterruptedException {
        server.put(MASTER, "/config", "{\"params\":{\"colour\":\"blue\"}}");
        assertThat(there(CLIENT, "/config").body().path("params").path("colour").asString())
                .isEqualTo("blue");
        server.post(
                MASTER,
                "/hooks/functions",
                "{\"functionName\":\"remote\",\"url\":\"http://127.0.0.1:1/\"}");
        Supplier<Reply> call = () -> there(CLIENT, "POST", "/functions/remote", "{}");
        assertThat(eventually(call, reply -> !reply.text("error").contains("Invalid function")))
                .extracting(reply -> reply.text("error"))
                .asString()
                .doesNotContain("Invalid function");
        server.addKey(new NewKey(AppKeyKind.MASTER, "another-master-key"));
        Sender another = CLIENT.with("X-Parse-Master-Key", "another-master-key");
        assertThat(eventually(() -> there(another, "/schemas"), reply -> reply.status() == 200))
                .extracting(Reply::status)
                .isEqualTo(200);
    }

    @Test
    void sharesFilesThroughTheDatabaseAlone() {
        byte[] content = "shared".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        Reply stored = server.upload(MASTER, "/files/note.txt", content);
        String path = "/files/" + TestServer.APP + "/" + stored.text("name");

        assertThat(there(CLIENT, path).text("text")).isEqualTo("shared".repeat(100_000));
        assertThat(there(MASTER, "DELETE", "/files/" + stored.text("name"), "").status())
                .isEqualTo(200);
        assertThat(server.get(CLIENT, path).status()).isEqualTo(404);
    }

    @Test
    void tellsClientsOfOneNodeWhatHappensOnTheOther() {
        server.create(MASTER, "News", "{\"title\":\"first\"}");
        try (var client =
                new LiveClient(other.port(), ",\"masterKey\":\"" + TestServer.MASTER_KEY + "\"")) {
            assertThat(client.next().path("op").asString()).isEqualTo("connected");
            client.subscribe(1, "{\"className\":\"News\",\"where\":{}}", "");
            server.create(MASTER, "News", "{\"title\":\"second\"}");
            assertThat(client.next().path("object").path("title").asString()).isEqualTo("second");
        }
    }

    @Test
    void writesOnceWhatIsRepeatedAtTheOther() {
        server.create(MASTER, "Payment", "{\"n\":0}");
        Sender once = CLIENT.with("X-Parse-Request-Id", "payment-1");
        assertThat(server.post(once, "/classes/Payment", "{\"n\":1}").status()).isEqualTo(201);

        assertThat(there(once, "POST", "/classes/Payment", "{\"n\":1}").code()).isEqualTo(159);
    }

    @Test
    void servesWhatWasDeployedAtTheOther() throws InterruptedException {
        for (String version : new String[] {"one", "two"}) {
            Reply deployed =
                    server.upload(
                            MASTER,
                            "/micro-apps",
                            MicroAppSources.of("versions")
                                    .withClass(
                                            "Code",
                                            """
                                            @Function("code") public final class Code {
                                              @CloudFunction("version") public String version() {
                                                return "%s";
                                              }
                                            }
                                            """
                                                    .formatted(version))
                                    .zip());
            assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);
            Supplier<Reply> call = () -> there(CLIENT, "POST", "/functions/version", "{}");
            assertThat(eventually(call, reply -> reply.text("result").equals(version)))
                    .extracting(reply -> reply.text("result"))
                    .isEqualTo(version);
        }
    }
}

package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What clients that keep a copy are told.
final class SyncTest {
    private static final Sender MASTER = Sender.master();
    private static final Sender CLIENT = Sender.client();

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// A copy of some objects, as a client keeps it.
    private static final class Copy {
        private final Sender sender;
        private final String classes;
        private final Map<String, JsonNode> objects = new LinkedHashMap<>();
        private final List<String> gone = new ArrayList<>();
        private String token = "";

        Copy(Sender sender, String classes) {
            this.sender = sender;
            this.classes = classes;
        }

        Reply ask(int limit) {
            return server.get(
                    sender,
                    "/sync?limit="
                            + limit
                            + "&classes="
                            + URLEncoder.encode(classes, StandardCharsets.UTF_8)
                            + (token.isEmpty() ? "" : "&token=" + token));
        }

        /// One page.
        ///
        /// @return whether there are more
        boolean step(int limit) {
            Reply reply = ask(limit);
            assertThat(reply.status()).as("%s", reply).isEqualTo(200);
            for (JsonNode change : reply.body().path("changes")) {
                String id = change.path("objectId").asString("");
                if (change.path("gone").asBoolean(false)) {
                    assertThat(change.has("object")).isFalse();
                    objects.remove(id);
                    gone.add(id);
                } else {
                    objects.put(id, change.path("object"));
                }
            }
            token = reply.text("token");
            return reply.body().path("more").asBoolean(false);
        }

        Copy pull() {
            gone.clear();
            while (step(100)) {}
            return this;
        }
    }

    private static Copy copy(Sender sender, String classes) {
        return new Copy(sender, classes).pull();
    }

    private static JsonNode queried(Sender sender, String className) {
        return server.get(sender, "/classes/" + className + "?limit=10000&order=createdAt,objectId")
                .body()
                .path("results");
    }

    private static void assertEqualsAQuery(Copy copy, String className) {
        List<String> expected = new ArrayList<>();
        queried(copy.sender, className).forEach(each -> expected.add(each.toString()));
        assertThat(copy.objects.values().stream().map(JsonNode::toString))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String acl(String name) {
        return "\"ACL\":{\"" + name + "\":{\"read\":true,\"write\":true}}";
    }

    @Test
    void tellsAllThenOnlyWhatChanged() {
        for (int i = 0; i < 25; i++) {
            server.create(MASTER, "Note", "{\"n\":" + i + "}");
        }
        var copy = new Copy(CLIENT, "Note,Unknown");
        int pages = 1;
        while (copy.step(10)) {
            pages++;
        }
        assertThat(pages).isBetween(4, 6);
        assertEqualsAQuery(copy, "Note");

        String first = copy.objects.keySet().iterator().next();
        server.put(
                MASTER, "/classes/Note/" + first, "{\"n\":{\"__op\":\"Increment\",\"amount\":5}}");
        server.put(
                MASTER, "/classes/Note/" + first, "{\"n\":{\"__op\":\"Increment\",\"amount\":5}}");
        String added = server.create(MASTER, "Note", "{\"n\":100}");
        String fleeting = server.create(MASTER, "Note", "{\"n\":101}");
        server.delete(MASTER, "/classes/Note/" + fleeting);
        Reply changes = copy.ask(100);

        assertThat(
                        changes.body()
                                .path("changes")
                                .valueStream()
                                .map(each -> each.path("objectId").asString()))
                .containsExactlyInAnyOrder(first, added, fleeting);
        assertEqualsAQuery(copy.pull(), "Note");
        assertThat(copy.pull().gone).isEmpty();
    }

    @Test
    void losesNothingWhileOthersWrite() throws InterruptedException {
        List<Thread> writers =
                IntStream.range(0, 4)
                        .mapToObj(w ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            List<String> mine = new ArrayList<>();
                                            for (int i = 0; i < 60; i++) {
                                                mine.add(
                                                        server.create(
                                                                MASTER,
                                                                "Busy",
                                                                "{\"n\":" + i + "}"));
                                                String other = mine.get(i * 7 % mine.size());
                                                if (i % 5 == 4) {
                                                    server.delete(MASTER, "/classes/Busy/" + other);
                                                    mine.set(mine.indexOf(other), mine.getLast());
                                                } else {
                                                    server.put(
                                                            MASTER,
                                                            "/classes/Busy/" + other,
                                                            "{\"w\":" + w + "}");
                                                }
                                            }
                                        }))
                        .toList();
        var early = new Copy(CLIENT, "Busy");
        var late = new Copy(CLIENT, "Busy");
        for (int i = 0; writers.stream().anyMatch(Thread::isAlive); i++) {
            early.step(7);
            if (i > 5) {
                late.step(11);
            }
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertEqualsAQuery(early.pull(), "Busy");
        assertEqualsAQuery(late.pull(), "Busy");
    }

    @Test
    void saysThatAnObjectIsGoneWhenItMayNoLongerBeSeen() {
        Reply user = server.signUp("viewer");
        Sender viewer = CLIENT.session(user.text("sessionToken"));
        String id = server.create(MASTER, "Secret", "{\"text\":\"open\"," + acl("*") + "}");
        String never =
                server.create(MASTER, "Secret", "{\"text\":\"hidden\"," + acl("nobody") + "}");
        Copy copy = copy(viewer, "Secret");
        assertThat(copy.objects).containsOnlyKeys(id);

        server.put(
                MASTER, "/classes/Secret/" + id, "{\"text\":\"classified\"," + acl("nobody") + "}");
        server.put(MASTER, "/classes/Secret/" + never, "{\"text\":\"still hidden\"}");
        Reply reply = copy.ask(100);

        assertThat(reply.body().toString())
                .contains(id)
                .doesNotContain("classified")
                .doesNotContain(never)
                .doesNotContain("hidden");
        assertThat(copy.pull().gone).containsExactly(id);
        server.put(MASTER, "/classes/Secret/" + id, "{" + acl(user.text("objectId")) + "}");
        assertThat(copy.pull().objects).containsOnlyKeys(id);
        server.delete(MASTER, "/classes/Secret/" + never);
        assertThat(copy.pull().gone).isEmpty();
    }

    @Test
    void keepsToTheConditionOfAClass() {
        String mine = server.create(MASTER, "Task", "{\"owner\":\"me\"}");
        String yours = server.create(MASTER, "Task", "{\"owner\":\"you\"}");
        Copy copy = copy(CLIENT, "{\"Task\":{\"owner\":\"me\"}}");
        assertThat(copy.objects).containsOnlyKeys(mine);

        server.put(MASTER, "/classes/Task/" + mine, "{\"owner\":\"you\"}");
        server.put(MASTER, "/classes/Task/" + yours, "{\"owner\":\"me\"}");

        assertThat(copy.pull().objects).containsOnlyKeys(yours);
        assertThat(copy.gone).containsExactly(mine);
    }

    @Test
    void showsNoProtectedField() {
        server.create(MASTER, "Guarded", "{\"open\":1,\"shut\":\"whisper\"}");
        server.put(
                MASTER,
                "/schemas/Guarded",
                "{\"classLevelPermissions\":{\"find\":{\"*\":true},\"get\":{\"*\":true},"
                        + "\"protectedFields\":{\"*\":[\"shut\"]}}}");
        Copy copy = copy(CLIENT, "Guarded");
        String id = copy.objects.keySet().iterator().next();
        server.put(MASTER, "/classes/Guarded/" + id, "{\"open\":2,\"shut\":\"whisper again\"}");
        copy.pull();

        assertThat(copy.objects.get(id)).hasToString(queried(CLIENT, "Guarded").path(0).toString());
        assertThat(copy.objects.toString()).contains("\"open\":2").doesNotContain("whisper");
        Copy asking = new Copy(CLIENT, "{\"Guarded\":{\"shut\":\"whisper again\"}}");
        assertThat(asking.ask(1).status()).isEqualTo(400);
    }

    @Test
    void letsAClientStartAnewWhenWhatItMaySeeChanges() {
        Reply user = server.signUp("member");
        Sender member = CLIENT.session(user.text("sessionToken"));
        String role =
                server.create(
                        MASTER,
                        "_Role",
                        "{\"name\":\"Crew\",\"ACL\":{},\"users\":{\"__op\":\"AddRelation\",\"objects\":"
                                + "[{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\""
                                + user.text("objectId")
                                + "\"}]}}");
        server.create(MASTER, "Log", "{\"text\":\"a\"," + acl("role:Crew") + "}");
        Copy copy = copy(member, "Log");
        assertThat(copy.objects).hasSize(1);
        server.put(
                MASTER,
                "/roles/" + role,
                "{\"users\":{\"__op\":\"RemoveRelation\",\"objects\":"
                        + "[{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\""
                        + user.text("objectId")
                        + "\"}]}}");
        assertThat(copy.ask(10).code()).isEqualTo(1410);
        assertThat(copy(member, "Log").objects).isEmpty();

        server.create(MASTER, "Ledger", "{\"text\":\"a\"}");
        Copy ledger = copy(CLIENT, "Ledger");
        server.create(CLIENT, "Ledger", "{\"another\":\"a\"}");
        assertThat(ledger.pull().objects).hasSize(2);
        server.put(
                MASTER,
                "/schemas/Ledger",
                "{\"classLevelPermissions\":{\"find\":{\"role:Crew\":true},\"get\":{\"*\":true}}}");
        assertThat(ledger.ask(10).code()).isEqualTo(1410);
        assertThat(new Copy(CLIENT, "Ledger").ask(10).code()).isEqualTo(119);
        server.put(
                MASTER,
                "/schemas/Ledger",
                "{\"classLevelPermissions\":{\"find\":{\"*\":true},\"get\":{\"*\":true}}}");
        assertThat(ledger.ask(10).status()).isEqualTo(410);
    }

    @Test
    void refusesTokensOfOthersAndThoseThatAreTooOld() throws SQLException {
        server.create(MASTER, "Old", "{\"n\":1}");
        Copy copy = copy(CLIENT, "Old");
        String token = copy.token;
        String asked = "/sync?token=" + token;
        assertThat(server.get(CLIENT, asked + "&classes=Old,Note").code()).isEqualTo(1410);
        assertThat(server.get(MASTER, asked + "&classes=Old").code()).isEqualTo(1410);
        assertThat(
                        server.get(
                                        Sender.of(TestServer.OTHER_APP, "second-master-key"),
                                        asked + "&classes=Old")
                                .code())
                .isEqualTo(1410);
        for (String bad : List.of("nonsense", "e30", token.substring(1), "x".repeat(5_000))) {
            assertThat(server.get(CLIENT, "/sync?classes=Old&token=" + bad).code()).isEqualTo(102);
        }
        try (var connection = server.connect();
                var statement = connection.createStatement()) {
            statement.execute("update rialto.change_log set gone = gone + 1000000000");
            assertThat(copy.ask(10).status()).isEqualTo(410);
            statement.execute("update rialto.change_log set gone = gone - 1000000000");
        }
        assertThat(copy.ask(10).status()).isEqualTo(200);
    }

    @Test
    void refusesWhatItCanNotRead() {
        for (String bad :
                List.of(
                        "",
                        "?classes=",
                        "?classes=A,,B",
                        "?classes=A&limit=0",
                        "?classes=A&limit=2001",
                        "?classes=A&limit=x",
                        "?classes=A&other=1",
                        "?classes=%7B%22A%22",
                        "?classes=%7B%22A%22%3A1%7D",
                        "?classes=%7B%22A%22%3A%7B%22x%22%3A%7B%22%24no%22%3A1%7D%7D%7D",
                        "?classes=" + "A,".repeat(60))) {
            assertThat(server.get(CLIENT, "/sync" + bad).status()).as(bad).isEqualTo(400);
        }
        assertThat(server.get(CLIENT, "/sync?classes=_Nonsense").status()).isEqualTo(400);
        assertThat(server.get(CLIENT, "/sync?classes=no%20class").status()).isEqualTo(400);
    }
}

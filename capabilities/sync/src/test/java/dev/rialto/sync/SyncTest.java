package dev.rialto.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.store.Sql;
import dev.rialto.testing.TestClient;
import dev.rialto.testing.TestClient.Reply;
import dev.rialto.testing.TestFrontDoor;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What clients that keep a copy are told.
final class SyncTest {
    private static final SyncFixture SYNC = new SyncFixture();
    private static final TestClient MASTER = SYNC.master();
    private static final TestClient CLIENT = SYNC.client();

    @AfterAll
    static void stop() {
        SYNC.close();
    }

    /// A copy of some objects, as a client keeps it.
    private static final class Copy {
        private final TestClient sender;
        private final String classes;
        private final Map<String, JsonNode> objects = new LinkedHashMap<>();
        private final List<String> gone = new ArrayList<>();
        private String token = "";

        Copy(TestClient sender, String classes) {
            this.sender = sender;
            this.classes = classes;
        }

        Reply ask(int limit) {
            return sender.get(
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

    private static Copy copy(TestClient sender, String classes) {
        return new Copy(sender, classes).pull();
    }

    private static JsonNode queried(TestClient sender, String className) {
        return sender.get("/classes/" + className + "?limit=10000&order=createdAt,objectId")
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
            MASTER.create("Note", "{\"n\":" + i + "}");
        }
        var copy = new Copy(CLIENT, "Note,Unknown");
        int pages = 1;
        while (copy.step(10)) {
            pages++;
        }
        assertThat(pages).isBetween(4, 6);
        assertEqualsAQuery(copy, "Note");

        String first = copy.objects.keySet().iterator().next();
        MASTER.put("/classes/Note/" + first, "{\"n\":{\"__op\":\"Increment\",\"amount\":5}}");
        MASTER.put("/classes/Note/" + first, "{\"n\":{\"__op\":\"Increment\",\"amount\":5}}");
        String added = MASTER.create("Note", "{\"n\":100}");
        String fleeting = MASTER.create("Note", "{\"n\":101}");
        MASTER.delete("/classes/Note/" + fleeting);
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
                                                        MASTER.create("Busy", "{\"n\":" + i + "}"));
                                                String other = mine.get(i * 7 % mine.size());
                                                if (i % 5 == 4) {
                                                    MASTER.delete("/classes/Busy/" + other);
                                                    mine.set(mine.indexOf(other), mine.getLast());
                                                } else {
                                                    MASTER.put(
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
        TestClient viewer = CLIENT.with(TestFrontDoor.session("viewer"));
        String id = MASTER.create("Secret", "{\"text\":\"open\"," + acl("*") + "}");
        String never = MASTER.create("Secret", "{\"text\":\"hidden\"," + acl("nobody") + "}");
        Copy copy = copy(viewer, "Secret");
        assertThat(copy.objects).containsOnlyKeys(id);

        MASTER.put("/classes/Secret/" + id, "{\"text\":\"classified\"," + acl("nobody") + "}");
        MASTER.put("/classes/Secret/" + never, "{\"text\":\"still hidden\"}");
        Reply reply = copy.ask(100);

        assertThat(reply.body().toString())
                .contains(id)
                .doesNotContain("classified")
                .doesNotContain(never)
                .doesNotContain("hidden");
        assertThat(copy.pull().gone).containsExactly(id);
        MASTER.put("/classes/Secret/" + id, "{" + acl("viewer") + "}");
        assertThat(copy.pull().objects).containsOnlyKeys(id);
        MASTER.delete("/classes/Secret/" + never);
        assertThat(copy.pull().gone).isEmpty();
    }

    @Test
    void keepsToTheConditionOfAClass() {
        String mine = MASTER.create("Task", "{\"owner\":\"me\"}");
        String yours = MASTER.create("Task", "{\"owner\":\"you\"}");
        Copy copy = copy(CLIENT, "{\"Task\":{\"owner\":\"me\"}}");
        assertThat(copy.objects).containsOnlyKeys(mine);

        MASTER.put("/classes/Task/" + mine, "{\"owner\":\"you\"}");
        MASTER.put("/classes/Task/" + yours, "{\"owner\":\"me\"}");

        assertThat(copy.pull().objects).containsOnlyKeys(yours);
        assertThat(copy.gone).containsExactly(mine);
    }

    @Test
    void showsNoProtectedField() {
        MASTER.create("Guarded", "{\"open\":1,\"shut\":\"whisper\"}");
        MASTER.put(
                "/schemas/Guarded",
                "{\"classLevelPermissions\":{\"find\":{\"*\":true},\"get\":{\"*\":true},"
                        + "\"protectedFields\":{\"*\":[\"shut\"]}}}");
        Copy copy = copy(CLIENT, "Guarded");
        String id = copy.objects.keySet().iterator().next();
        MASTER.put("/classes/Guarded/" + id, "{\"open\":2,\"shut\":\"whisper again\"}");
        copy.pull();

        assertThat(copy.objects.get(id)).hasToString(queried(CLIENT, "Guarded").path(0).toString());
        assertThat(copy.objects.toString()).contains("\"open\":2").doesNotContain("whisper");
        Copy asking = new Copy(CLIENT, "{\"Guarded\":{\"shut\":\"whisper again\"}}");
        assertThat(asking.ask(1).status()).isEqualTo(400);
    }

    @Test
    void letsAClientStartAnewWhenWhatItMaySeeChanges() {
        MASTER.create("Ledger", "{\"text\":\"a\"}");
        Copy ledger = copy(CLIENT, "Ledger");
        CLIENT.create("Ledger", "{\"another\":\"a\"}");
        assertThat(ledger.pull().objects).hasSize(2);
        MASTER.put(
                "/schemas/Ledger",
                "{\"classLevelPermissions\":{\"find\":{\"role:Crew\":true},\"get\":{\"*\":true}}}");
        assertThat(ledger.ask(10).code()).isEqualTo(1410);
        assertThat(new Copy(CLIENT, "Ledger").ask(10).code()).isEqualTo(119);
        MASTER.put(
                "/schemas/Ledger",
                "{\"classLevelPermissions\":{\"find\":{\"*\":true},\"get\":{\"*\":true}}}");
        assertThat(ledger.ask(10).status()).isEqualTo(410);
    }

    @Test
    void refusesTokensOfOthersAndThoseThatAreTooOld() {
        MASTER.create("Old", "{\"n\":1}");
        Copy copy = copy(CLIENT, "Old");
        String token = copy.token;
        String asked = "/sync?token=" + token;
        assertThat(CLIENT.get(asked + "&classes=Old,Note").code()).isEqualTo(1410);
        assertThat(MASTER.get(asked + "&classes=Old").code()).isEqualTo(1410);
        assertThat(SYNC.otherMaster().get(asked + "&classes=Old").code()).isEqualTo(1410);
        for (String bad : List.of("nonsense", "e30", token.substring(1), "x".repeat(5_000))) {
            assertThat(CLIENT.get("/sync?classes=Old&token=" + bad).code()).isEqualTo(102);
        }
        forget(1_000_000_000);
        assertThat(copy.ask(10).status()).isEqualTo(410);
        forget(-1_000_000_000);
        assertThat(copy.ask(10).status()).isEqualTo(200);
    }

    private static void forget(int more) {
        SYNC.postgres()
                .database()
                .update(Sql.of("update rialto.change_log set gone = gone + ?", more));
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
            assertThat(CLIENT.get("/sync" + bad).status()).as(bad).isEqualTo(400);
        }
        assertThat(CLIENT.get("/sync?classes=_Nonsense").status()).isEqualTo(400);
        assertThat(CLIENT.get("/sync?classes=no%20class").status()).isEqualTo(400);
    }
}

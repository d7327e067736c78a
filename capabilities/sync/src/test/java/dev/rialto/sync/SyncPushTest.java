package dev.rialto.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.rialto.testing.TestClient;
import dev.rialto.testing.TestClient.Reply;
import dev.rialto.testing.TestFrontDoor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What becomes of operations that clients did while they were away.
final class SyncPushTest {
    private static final SyncFixture SYNC = new SyncFixture();
    private static final TestClient MASTER = SYNC.master();
    private static final TestClient CLIENT = SYNC.client();

    private static final AtomicInteger IDS = new AtomicInteger();

    @AfterAll
    static void stop() {
        SYNC.close();
    }

    private static Reply send(TestClient sender, String... operations) {
        return sender.post("/sync", "{\"operations\":[" + String.join(",", operations) + "]}");
    }

    private static List<JsonNode> push(TestClient sender, String... operations) {
        Reply reply = send(sender, operations);
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        return reply.body().path("results").valueStream().toList();
    }

    /// An operation with a new id.
    private static String operation(String op, String rest) {
        return "{\"id\":\"op-" + IDS.incrementAndGet() + "\",\"op\":\"" + op + "\"," + rest + "}";
    }

    private static String about(JsonNode object) {
        return "\"className\":\"Card\",\"objectId\":\""
                + object.path("objectId").asString()
                + "\",\"base\":\""
                + object.path("updatedAt").asString()
                + "\"";
    }

    private static JsonNode card(String fields) {
        return read(MASTER.create("Card", fields));
    }

    private static JsonNode read(String id) {
        return MASTER.get("/classes/Card/" + id).body();
    }

    private static JsonNode read(JsonNode object) {
        return read(object.path("objectId").asString());
    }

    private static void change(JsonNode object, String fields) {
        Reply reply = MASTER.put("/classes/Card/" + object.path("objectId").asString(), fields);
        assertThat(reply.status()).isEqualTo(200);
    }

    private static void assertResults(List<JsonNode> results, String... expected) {
        assertThat(results)
                .extracting(each -> each.path("result").asString())
                .as("%s", results)
                .containsExactly(expected);
    }

    @Test
    void doesOperationsInOrderAndNamesWhatTheyCreate() {
        List<JsonNode> results =
                push(
                        CLIENT,
                        operation(
                                "create",
                                "\"className\":\"Card\",\"localId\":\"local:1\","
                                        + "\"fields\":{\"title\":\"a\",\"n\":1}"),
                        operation(
                                "update",
                                "\"className\":\"Card\",\"objectId\":\"local:1\","
                                        + "\"fields\":{\"title\":\"b\",\"n\":{\"__op\":\"Increment\"}}"),
                        operation(
                                "create",
                                "\"className\":\"Card\",\"localId\":\"local:2\",\"fields\":{\"parent\":"
                                        + "{\"__type\":\"Pointer\",\"className\":\"Card\","
                                        + "\"objectId\":\"local:1\"}}"),
                        operation("delete", "\"className\":\"Card\",\"objectId\":\"local:2\""));

        assertResults(results, "applied", "applied", "applied", "applied");
        String id = results.getFirst().path("objectId").asString();
        assertThat(read(id).path("title").asString()).isEqualTo("b");
        assertThat(read(id).path("n").asInt()).isEqualTo(2);
        assertThat(results.get(2).path("object").path("parent").path("objectId").asString())
                .isEqualTo(id);
        assertThat(results.get(3).path("object").isNull()).isTrue();
        assertThat(results.get(1).path("base").asString())
                .isEqualTo(read(id).path("updatedAt").asString());
    }

    @Test
    void mergesWhatDoesNotMeet() {
        JsonNode seen = card("{\"a\":1,\"b\":1,\"list\":[1]}");
        change(seen, "{\"a\":2,\"list\":{\"__op\":\"Add\",\"objects\":[2]}}");

        List<JsonNode> results =
                push(
                        CLIENT,
                        operation("update", about(seen) + ",\"fields\":{\"b\":2}"),
                        operation(
                                "update",
                                about(seen)
                                        + ",\"fields\":{\"list\":{\"__op\":\"Add\",\"objects\":[3]}}"),
                        operation("update", about(seen) + ",\"fields\":{\"a\":2}"),
                        operation("update", about(seen) + ",\"fields\":{\"b\":3}"));

        assertResults(results, "merged", "merged", "merged", "merged");
        assertThat(read(seen).path("list")).hasToString("[1,2,3]");
        assertThat(read(seen).path("b").asInt()).isEqualTo(3);
    }

    @Test
    void tellsBothVersionsInAConflictAndWritesNothing() {
        JsonNode seen = card("{\"a\":1,\"b\":1}");
        change(seen, "{\"a\":2}");

        JsonNode result =
                push(CLIENT, operation("update", about(seen) + ",\"fields\":{\"a\":3,\"b\":2}"))
                        .getFirst();

        assertThat(result.path("result").asString()).isEqualTo("conflict");
        assertThat(result.path("object")).hasToString(read(seen).toString());
        assertThat(result.path("fields")).hasToString("{\"a\":3,\"b\":2}");
        assertThat(result.path("clashes")).hasToString("[\"a\"]");
        assertThat(read(seen).path("b").asInt()).isEqualTo(1);
    }

    @Test
    void settlesConflictsByPolicy() {
        JsonNode seen = card("{\"a\":1,\"b\":1}");
        change(seen, "{\"a\":2}");
        assertResults(
                push(
                        CLIENT,
                        operation(
                                "update",
                                about(seen)
                                        + ",\"policy\":\"server-wins\",\"fields\":{\"a\":3,\"b\":2}")),
                "merged");
        assertThat(read(seen).path("a").asInt()).isEqualTo(2);
        assertThat(read(seen).path("b").asInt()).isEqualTo(2);
        assertResults(
                push(
                        CLIENT,
                        operation(
                                "update",
                                about(seen) + ",\"policy\":\"client-wins\",\"fields\":{\"a\":3}"),
                        operation("delete", about(seen)),
                        operation("delete", about(seen) + ",\"policy\":\"server-wins\"")),
                "merged",
                "conflict",
                "merged");
        assertThat(read(seen).path("a").asInt()).isEqualTo(3);
        assertResults(
                push(CLIENT, operation("delete", about(seen) + ",\"policy\":\"client-wins\"")),
                "merged");
    }

    @Test
    void comparesWithTheValuesThatTheClientSaw() {
        JsonNode seen = card("{\"a\":1,\"o\":{\"x\":1,\"y\":1}}");
        change(seen, "{\"a\":2,\"o.x\":2}");
        String at =
                "\"className\":\"Card\",\"objectId\":\""
                        + seen.path("objectId").asString()
                        + "\",\"base\":\"2001-01-01T00:00:00.000Z\",";
        assertResults(
                push(
                        CLIENT,
                        operation(
                                "update", at + "\"fields\":{\"o.y\":5},\"was\":{\"o\":{\"y\":1}}"),
                        operation("update", at + "\"fields\":{\"a\":5},\"was\":{\"a\":1}"),
                        operation("update", at + "\"fields\":{\"a\":5},\"was\":{\"a\":2}"),
                        operation("update", at + "\"fields\":{\"new\":5},\"was\":{}"),
                        operation("update", at + "\"fields\":{\"new\":6}")),
                "merged",
                "conflict",
                "merged",
                "merged",
                "conflict");
    }

    @Test
    void conflictsWithADeletion() {
        JsonNode seen = card("{\"a\":1}");
        MASTER.delete("/classes/Card/" + seen.path("objectId").asString());
        List<JsonNode> results =
                push(
                        CLIENT,
                        operation("update", about(seen) + ",\"fields\":{\"a\":3}"),
                        operation("delete", about(seen)));
        assertResults(results, "conflict", "applied");
        assertThat(results.getFirst().path("object").isNull()).isTrue();
    }

    @Test
    void doesEachOperationOnce() {
        JsonNode seen = card("{\"n\":1}");
        String increment =
                operation("update", about(seen) + ",\"fields\":{\"n\":{\"__op\":\"Increment\"}}");
        String create =
                operation("create", "\"className\":\"Card\",\"localId\":\"local:x\",\"fields\":{}");
        String follow =
                operation(
                        "update",
                        "\"className\":\"Card\",\"objectId\":\"local:x\",\"fields\":{\"n\":9}");
        List<JsonNode> first = push(CLIENT, increment, create, follow);
        List<JsonNode> second = push(CLIENT, increment, create, follow);

        assertThat(second)
                .extracting(each -> each.path("objectId"), each -> each.path("result"))
                .containsExactlyElementsOf(
                        first.stream()
                                .map(each -> tuple(each.path("objectId"), each.path("result")))
                                .toList());
        assertThat(read(seen).path("n").asInt()).isEqualTo(2);
        assertResults(push(CLIENT, increment.replace("Increment", "Delete")), "error");
        assertResults(push(MASTER, increment), "merged");
        assertThat(read(seen).path("n").asInt()).isEqualTo(3);
    }

    @Test
    void doesAnOperationOnceThatComesManyTimesAtOnce() throws InterruptedException {
        JsonNode seen = card("{\"n\":0}");
        String increment =
                operation("update", about(seen) + ",\"fields\":{\"n\":{\"__op\":\"Increment\"}}");
        var statuses = new ArrayList<Integer>();
        List<Thread> threads =
                IntStream.range(0, 8)
                        .mapToObj(_ ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            Reply reply = send(CLIENT, increment);
                                            synchronized (statuses) {
                                                statuses.add(reply.status());
                                            }
                                        }))
                        .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(statuses).hasSize(8).containsOnly(200);
        assertThat(read(seen).path("n").asInt()).isEqualTo(1);
    }

    @Test
    void goesOnAfterWhatIsRefused() {
        JsonNode locked = card("{\"n\":1,\"ACL\":{\"*\":{\"read\":true}}}");
        JsonNode hidden = card("{\"n\":1,\"ACL\":{}}");
        List<JsonNode> results =
                push(
                        CLIENT,
                        operation("update", about(locked) + ",\"fields\":{\"n\":2}"),
                        operation("delete", about(locked)),
                        operation("update", about(hidden) + ",\"fields\":{\"n\":2}"),
                        operation("delete", about(hidden)),
                        operation("create", "\"className\":\"_User\",\"fields\":{}"),
                        operation("create", "\"className\":\"no class\",\"fields\":{}"),
                        operation("create", "\"className\":\"Card\",\"fields\":{\"n\":\"text\"}"),
                        operation(
                                "update",
                                "\"className\":\"Card\",\"objectId\":\"local:no\",\"fields\":{}"),
                        operation("create", "\"className\":\"Card\",\"fields\":{\"n\":5}"));
        assertResults(
                results,
                "error",
                "error",
                "conflict",
                "applied",
                "error",
                "error",
                "error",
                "error",
                "applied");
        assertThat(results.get(2).path("object").isNull()).isTrue();
        assertThat(results.getFirst().path("code").asInt()).isEqualTo(101);
        assertThat(read(locked).path("n").asInt()).isEqualTo(1);
        assertThat(read(hidden).path("n").asInt()).isEqualTo(1);
    }

    @Test
    void refusesWhatItCanNotRead() {
        String fine = "\"className\":\"Card\",\"objectId\":\"x\"";
        for (String bad :
                List.of(
                        "1",
                        "{}",
                        "{\"id\":\"a b\",\"op\":\"delete\"," + fine + "}",
                        "{\"id\":\"a\",\"op\":\"destroy\"," + fine + "}",
                        "{\"id\":\"a\",\"op\":\"create\"," + fine + "}",
                        "{\"id\":\"a\",\"op\":\"update\",\"className\":\"Card\"}",
                        "{\"id\":\"a\",\"op\":\"update\",\"fields\":[]," + fine + "}",
                        "{\"id\":\"a\",\"op\":\"update\",\"was\":1," + fine + "}",
                        "{\"id\":\"a\",\"op\":\"update\",\"base\":1," + fine + "}",
                        "{\"id\":\"a\",\"op\":\"update\",\"policy\":\"x\"," + fine + "}",
                        "{\"id\":\"a\",\"op\":\"create\",\"localId\":\"x\",\"className\":\"Card\"}")) {
            assertThat(send(CLIENT, bad).code()).as(bad).isEqualTo(107);
        }
        String twice = "{\"id\":\"a\",\"op\":\"delete\"," + fine + "}";
        assertThat(send(CLIENT, twice, twice).status()).isEqualTo(400);
        String[] many =
                IntStream.range(0, 201)
                        .mapToObj(_ -> operation("delete", fine))
                        .toArray(String[]::new);
        assertThat(send(CLIENT, many).status()).isEqualTo(400);
        assertThat(CLIENT.post("/sync", "{}").status()).isEqualTo(400);
        assertThat(send(CLIENT.with(TestFrontDoor.READ_ONLY)).code()).isEqualTo(119);
        Reply batch =
                MASTER.post(
                        "/batch",
                        "{\"transaction\":true,\"requests\":[{\"method\":\"POST\",\"path\":\"/v1/sync\","
                                + "\"body\":{\"operations\":[]}}]}");
        assertThat(batch.body().toString()).contains("transaction").doesNotContain("results");
    }
}

package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a write may tell and touch.
final class WriteAccessTest {
    private static final Sender CLIENT = Sender.client();
    private static final Sender MASTER = Sender.master();

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void permit(String className, String permissions) {
        Reply set =
                server.put(
                        MASTER,
                        "/schemas/" + className,
                        "{\"classLevelPermissions\":" + permissions + "}");
        assertThat(set.status()).as(set.toString()).isEqualTo(200);
    }

    @Test
    void echoesNoProtectedFieldOfAnUpdate() {
        String id = server.create(MASTER, "Account", "{\"balance\":41,\"tags\":[\"vip\"],\"n\":1}");
        permit(
                "Account",
                "{\"get\":{\"*\":true},\"update\":{\"*\":true},"
                        + "\"protectedFields\":{\"*\":[\"balance\",\"tags\"]}}");
        for (String body :
                List.of(
                        "{\"balance\":{\"__op\":\"Increment\",\"amount\":0}}",
                        "{\"balance\":{\"__op\":\"SetOnInsert\",\"amount\":1}}",
                        "{\"tags\":{\"__op\":\"Remove\",\"objects\":[]}}")) {
            Reply updated = server.put(CLIENT, "/classes/Account/" + id, body);
            assertThat(updated.status()).as(updated.toString()).isEqualTo(200);
            assertThat(updated.body().propertyNames()).containsExactly("updatedAt");
        }
        assertThat(
                        server.put(
                                        CLIENT,
                                        "/classes/Account/" + id,
                                        "{\"n\":{\"__op\":\"Increment\",\"amount\":1}}")
                                .body()
                                .path("n")
                                .asInt(0))
                .isEqualTo(2);
    }

    @Test
    void echoesNothingOfAnObjectThatMayOnlyBeWritten() {
        String id = server.create(MASTER, "Box", "{\"votes\":7,\"ACL\":{\"*\":{\"write\":true}}}");
        Reply updated =
                server.put(
                        CLIENT,
                        "/classes/Box/" + id,
                        "{\"votes\":{\"__op\":\"Increment\",\"amount\":1}}");
        assertThat(updated.status()).isEqualTo(200);
        assertThat(updated.body().has("votes")).isFalse();
    }

    @Test
    void answersNoConditionAboutAnObjectThatMayNotBeRead() {
        String id =
                server.create(
                        MASTER, "Sealed", "{\"word\":\"alpha\",\"ACL\":{\"*\":{\"write\":true}}}");
        for (String word : List.of("alpha", "beta")) {
            Reply reply =
                    server.put(
                            CLIENT,
                            "/classes/Sealed/" + id,
                            "{\"_where\":{\"word\":\"" + word + "\"},\"n\":1}");
            assertThat(reply.status()).isEqualTo(404);
        }
        permit("Sealed", "{\"update\":{\"*\":true}}");
        assertThat(
                        server.put(
                                        CLIENT,
                                        "/classes/Sealed/" + id,
                                        "{\"_where\":{\"word\":\"alpha\"},\"n\":1}")
                                .code())
                .isEqualTo(119);
    }

    @Test
    void answersNoConditionAboutSessionsOfOthers() {
        String token = server.signUp("careless").text("sessionToken");
        String id =
                server.find(MASTER, "_Session", "{\"sessionToken\":\"" + token + "\"}")
                        .body()
                        .path("results")
                        .path(0)
                        .path("objectId")
                        .asString("");
        assertThat(id).isNotEmpty();
        Sender thief = CLIENT.session(server.signUp("thief").text("sessionToken"));
        for (String pattern : List.of("^r:", "^nothing")) {
            Reply guess =
                    server.send(
                            thief,
                            "DELETE",
                            "/sessions/"
                                    + id
                                    + "?where=%7B%22sessionToken%22%3A%7B%22%24regex%22%3A%22"
                                    + pattern.replace("^", "%5E")
                                    + "%22%7D%7D",
                            "");
            assertThat(guess.status()).as(guess.toString()).isNotIn(200, 412);
        }
    }

    @Test
    void letsAPointerAddNoFieldToObjectsOfOthers() {
        Reply owner = server.signUp("owner-of-fields");
        server.create(
                MASTER,
                "Shape",
                "{\"owner\":{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\""
                        + owner.text("objectId")
                        + "\"}}");
        permit(
                "Shape",
                "{\"create\":{\"*\":true},\"update\":{\"*\":true},\"get\":{\"*\":true},"
                        + "\"find\":{\"*\":true},\"addField\":{},\"writeUserFields\":[\"owner\"]}");
        assertThat(server.post(CLIENT, "/classes/Shape", "{\"brandNew\":1}").code()).isEqualTo(119);
        String id =
                server.find(MASTER, "Shape", "{}")
                        .body()
                        .path("results")
                        .path(0)
                        .path("objectId")
                        .asString("");
        assertThat(server.put(CLIENT, "/classes/Shape/" + id, "{\"another\":1}").status())
                .isEqualTo(404);
        Sender owning = CLIENT.session(owner.text("sessionToken"));
        assertThat(server.put(owning, "/classes/Shape/" + id, "{\"another\":1}").status())
                .isEqualTo(200);
    }

    @Test
    void takesNoPartOfAnAcl() {
        String id = server.create(CLIENT, "Open", "{\"a\":1}");
        for (String field : List.of("ACL.x", "objectId.x", "createdAt.x")) {
            assertThat(server.put(CLIENT, "/classes/Open/" + id, "{\"" + field + "\":{}}").code())
                    .as(field)
                    .isEqualTo(105);
        }
    }

    @Test
    void hidesNoValueFromTheRulesInAnOperation() {
        for (String email :
                List.of(
                        "{\"__op\":\"SetOnInsert\",\"amount\":\"no address\"}",
                        "{\"__op\":\"Batch\",\"ops\":[\"no address\"]}")) {
            Reply reply =
                    server.post(
                            CLIENT,
                            "/users",
                            "{\"username\":\"sly\",\"password\":\"p\",\"email\":" + email + "}");
            assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
        }
    }

    @Test
    void refusesANestedWriteThatCouldNotBeReadBack() {
        String id = server.create(CLIENT, "Deep", "{\"o\":{}}");
        Reply reply =
                server.put(CLIENT, "/classes/Deep/" + id, "{\"o" + ".a".repeat(150) + "\":1}");
        assertThat(reply.code()).isEqualTo(107);
        assertThat(server.get(CLIENT, "/scan/Deep").status()).isEqualTo(200);
    }

    @Test
    void answersOperationsThatDoNotFitTheirFieldClearly() {
        String id =
                server.create(
                        CLIENT,
                        "Fit",
                        "{\"n\":1,\"tags\":[1],\"friends\":{\"__op\":\"AddRelation\",\"objects\":["
                                + "{\"__type\":\"Pointer\",\"className\":\"Fit\",\"objectId\":\"x\"}]}}");
        for (String body :
                List.of(
                        "{\"n\":{\"__op\":\"AddRelation\",\"objects\":[]}}",
                        "{\"friends\":{\"__op\":\"Batch\",\"ops\":[{\"__op\":\"AddRelation\","
                                + "\"objects\":[]},{\"__op\":\"Increment\"}]}}",
                        "{\"friends\":{\"__op\":\"Batch\",\"ops\":[{\"__op\":\"AddRelation\","
                                + "\"objects\":[{\"__type\":\"Pointer\",\"className\":\"Other\","
                                + "\"objectId\":\"x\"}]}]}}")) {
            assertThat(server.put(CLIENT, "/classes/Fit/" + id, body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        String related =
                "{\"$relatedTo\":{\"object\":{\"__type\":\"Pointer\",\"className\":\"Fit\","
                        + "\"objectId\":\""
                        + id
                        + "\"},\"key\":\"friends\"}}";
        assertThat(
                        server.put(
                                        CLIENT,
                                        "/classes/Fit/" + id,
                                        "{\"friends\":{\"__op\":\"Delete\"}}")
                                .status())
                .isEqualTo(200);
        assertThat(server.find(CLIENT, "Fit", related).body().path("results").isEmpty()).isTrue();
    }

    @Test
    void treatsANullArrayAsAbsent() {
        String id = server.create(CLIENT, "Nulls", "{\"tags\":[1]}");
        assertThat(server.put(CLIENT, "/classes/Nulls/" + id, "{\"tags\":null}").status())
                .isEqualTo(200);
        assertThat(
                        server.find(CLIENT, "Nulls", "{\"tags\":{\"$exists\":false}}")
                                .body()
                                .path("results")
                                .size())
                .isEqualTo(1);
        Reply added =
                server.put(
                        CLIENT,
                        "/classes/Nulls/" + id,
                        "{\"tags\":{\"__op\":\"Add\",\"objects\":[2]}}");
        assertThat(added.body().path("tags").toString()).isEqualTo("[2]");
    }

    @Test
    void losesNoneOfManyIncrementsAtOnce() throws InterruptedException {
        String id = server.create(CLIENT, "Counter", "{\"n\":0}");
        List<Thread> writers =
                IntStream.range(0, 20)
                        .mapToObj(_ ->
                                Thread.startVirtualThread(() -> {
                                    for (int i = 0; i < 100; i++) {
                                        server.put(
                                                CLIENT,
                                                "/classes/Counter/" + id,
                                                "{\"n\":{\"__op\":\"Increment\"}}");
                                    }
                                }))
                        .toList();
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(server.get(CLIENT, "/classes/Counter/" + id).body().path("n").asInt(0))
                .isEqualTo(2000);
    }
}

package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What callers may not read they can't find out by other questions either.
final class ReadAccessTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String pointer(String className, String objectId) {
        return "{\"__type\":\"Pointer\",\"className\":\""
                + className
                + "\",\"objectId\":\""
                + objectId
                + "\"}";
    }

    private static String parameter(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static JsonNode results(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply.body().path("results");
    }

    private static void permit(String className, String permissions) {
        Reply reply =
                server.put(
                        Sender.master(),
                        "/schemas/" + className,
                        "{\"classLevelPermissions\":" + permissions + "}");
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    }

    @Test
    void givesNoSessionTokenToTheReadOnlyMasterKey() {
        Reply user = server.signUp("watched");
        String token = user.text("sessionToken");
        Sender reader = Sender.readOnlyMaster();
        String session =
                results(
                                server.find(
                                        Sender.master(),
                                        "_Session",
                                        "{\"sessionToken\":\"" + token + "\"}"))
                        .path(0)
                        .path("objectId")
                        .asString("");
        for (String path :
                List.of(
                        "/sessions",
                        "/sessions/" + session,
                        "/sessions?keys=sessionToken",
                        "/classes/_Session",
                        "/scan/_Session",
                        "/aggregate/_Session",
                        "/aggregate/_Session?distinct=sessionToken",
                        "/aggregate/_Session?"
                                + parameter("pipeline", "[{\"$project\":{\"sessionToken\":1}}]"),
                        "/aggregate/_Session?"
                                + parameter(
                                        "pipeline", "[{\"$group\":{\"_id\":\"$sessionToken\"}}]"),
                        "/aggregate/_Session?"
                                + parameter(
                                        "pipeline",
                                        "[{\"$addFields\":{\"x\":\"$sessionToken\"}}]"))) {
            Reply reply = server.get(reader, path);
            assertThat(reply.status()).as(path).isLessThan(500);
            assertThat(reply.body().toString()).as(path).doesNotContain(token);
        }
        assertThat(server.find(reader, "_Session", "{\"sessionToken\":{\"$regex\":\"^r\"}}").code())
                .isEqualTo(119);
        assertThat(server.get(reader, "/sessions?order=sessionToken").code()).isEqualTo(119);
        assertThat(
                        server.get(
                                        reader,
                                        "/aggregate/_Session?"
                                                + parameter(
                                                        "pipeline",
                                                        "[{\"$match\":{\"sessionToken\":\""
                                                                + token
                                                                + "\"}}]"))
                                .body()
                                .toString())
                .doesNotContain(session);
        server.create(Sender.master(), "Guess", "{\"token\":\"" + token + "\"}");
        assertThat(
                        server.find(
                                        reader,
                                        "Guess",
                                        "{\"token\":{\"$select\":{\"query\":{\"className\":"
                                                + "\"_Session\",\"where\":{}},\"key\":"
                                                + "\"sessionToken\"}}}")
                                .code())
                .isEqualTo(119);
    }

    @Test
    void showsUsersTheTokensOfTheirOwnSessionsOnly() {
        String mine = server.signUp("owner").text("sessionToken");
        String other = server.signUp("stranger").text("sessionToken");
        String shown = server.get(Sender.client().session(mine), "/sessions").body().toString();
        assertThat(shown).contains(mine).doesNotContain(other);
        assertThat(server.get(Sender.master(), "/sessions").body().toString()).contains(other);
    }

    @Test
    void revealsNothingOfAuthDataThroughConditionOrderOrSelect() {
        server.signUp("linked");
        Sender asker = Sender.client().session(server.signUp("asker").text("sessionToken"));
        for (Sender sender : List.of(Sender.client(), asker)) {
            for (String path :
                    List.of(
                            "/users?" + parameter("where", "{\"authData.anonymous.id\":\"x\"}"),
                            "/users?"
                                    + parameter(
                                            "where",
                                            "{\"$or\":[{\"authData\":{\"$exists\":true}}]}"),
                            "/users?order=authData.anonymous.id",
                            "/users?order=-password",
                            "/classes/Guess?"
                                    + parameter(
                                            "where",
                                            "{\"token\":{\"$select\":{\"query\":{\"className\":"
                                                    + "\"_User\",\"where\":{}},\"key\":"
                                                    + "\"authData.anonymous.id\"}}}"),
                            "/classes/Guess?"
                                    + parameter(
                                            "where",
                                            "{\"user\":{\"$inQuery\":{\"className\":\"_User\","
                                                    + "\"where\":{\"authData\":{\"$exists\":"
                                                    + "true}}}}}"))) {
                server.create(
                        Sender.master(),
                        "Guess",
                        "{\"token\":\"x\",\"user\":" + pointer("_User", "abcdefghij") + "}");
                assertThat(server.get(sender, path).code()).as(path).isEqualTo(119);
            }
        }
        assertThat(server.get(Sender.master(), "/users?order=authData.anonymous.id").status())
                .isEqualTo(200);
    }

    @Test
    void protectsFieldsOfAnOwnerWhoseFieldIsNotAskedFor() {
        Reply user = server.signUp("keeper");
        String id =
                server.create(
                        Sender.master(),
                        "Diary",
                        "{\"secret\":\"the mole\",\"plain\":1,\"owner\":"
                                + pointer("_User", user.text("objectId"))
                                + "}");
        permit(
                "Diary",
                "{\"find\":{\"*\":true},\"get\":{\"*\":true},\"protectedFields\":"
                        + "{\"userField:owner\":[\"secret\"]}}");
        Sender keeper = Sender.client().session(user.text("sessionToken"));
        for (String path :
                List.of(
                        "/classes/Diary?excludeKeys=owner",
                        "/classes/Diary?keys=secret,plain",
                        "/classes/Diary/" + id + "?excludeKeys=owner")) {
            assertThat(server.get(keeper, path).body().toString())
                    .as(path)
                    .contains("plain")
                    .doesNotContain("the mole")
                    .doesNotContain("owner");
        }
        assertThat(server.get(keeper, "/classes/Diary").body().toString()).contains("owner");
    }

    @Test
    void refusesToIncludeWithoutEnd() {
        String id = server.create(Sender.master(), "Loop", "{\"l\":[]}");
        String self = pointer("Loop", id);
        String all = "[" + (self + ",").repeat(99) + self + "]";
        assertThat(
                        server.put(Sender.master(), "/classes/Loop/" + id, "{\"l\":" + all + "}")
                                .status())
                .isEqualTo(200);
        assertThat(server.get(Sender.client(), "/classes/Loop?include=l.l.l.l").code())
                .isEqualTo(102);
        Reply once = server.get(Sender.client(), "/classes/Loop?include=l");
        assertThat(results(once).path(0).path("l").path(99).path("__type").asString(""))
                .isEqualTo("Object");
        assertThat(results(once).path(0).path("l").path(99).path("l").path(0).path("__type"))
                .hasToString("\"Pointer\"");
    }

    @Test
    void asksForGetWhenOnlyAnIdIsSought() {
        String id = server.create(Sender.master(), "OneByOne", "{\"a\":1}");
        permit("OneByOne", "{\"get\":{\"*\":true},\"find\":{},\"count\":{}}");
        String byId = "{\"objectId\":\"" + id + "\"}";
        assertThat(results(server.find(Sender.client(), "OneByOne", byId)).size()).isEqualTo(1);
        assertThat(server.find(Sender.client(), "OneByOne", "{}").code()).isEqualTo(119);
        assertThat(
                        server.find(
                                        Sender.client(),
                                        "OneByOne",
                                        "{\"objectId\":\"" + id + "\",\"a\":1}")
                                .code())
                .isEqualTo(119);
        assertThat(server.get(Sender.client(), "/classes/OneByOne?count=1&limit=0").code())
                .isEqualTo(119);
        permit("OneByOne", "{\"get\":{},\"find\":{},\"count\":{\"*\":true}}");
        assertThat(server.find(Sender.client(), "OneByOne", byId).code()).isEqualTo(119);
        Reply counted = server.get(Sender.client(), "/classes/OneByOne?count=1&limit=0");
        assertThat(counted.body().path("count").asInt(0)).isEqualTo(1);
        assertThat(server.get(Sender.client(), "/classes/OneByOne?count=1").code()).isEqualTo(119);
    }

    @Test
    void keepsInstallationsFromClientsWhoAskByIdAlone() {
        assertThat(
                        server.find(
                                        Sender.client(),
                                        "_Installation",
                                        "{\"objectId\":\"abcdefghij\"}")
                                .code())
                .isEqualTo(119);
    }

    @Test
    void showsTheRelationOfReadableOwnersOnly() {
        String member = server.create(Sender.master(), "Member", "{\"name\":\"Evelyn Marsh\"}");
        String add =
                "\"members\":{\"__op\":\"AddRelation\",\"objects\":["
                        + pointer("Member", member)
                        + "]}";
        String hidden = server.create(Sender.master(), "Club", "{" + add + ",\"ACL\":{}}");
        String open = server.create(Sender.master(), "Club", "{" + add + "}");
        assertThat(related(Sender.client(), open)).contains("Evelyn Marsh");
        assertThat(related(Sender.client(), hidden)).doesNotContain("Evelyn Marsh");
        assertThat(related(Sender.master(), hidden)).contains("Evelyn Marsh");
        permit("Club", "{\"find\":{\"*\":true},\"get\":{}}");
        assertThat(related(Sender.client(), open)).contains("119").doesNotContain("Evelyn Marsh");
        assertThat(related(Sender.master(), open)).contains("Evelyn Marsh");
    }

    private static String related(Sender sender, String club) {
        return server.find(
                        sender,
                        "Member",
                        "{\"$relatedTo\":{\"object\":"
                                + pointer("Club", club)
                                + ",\"key\":\"members\"}}")
                .body()
                .toString();
    }

    @Test
    void refusesAnAnswerBeyondItsBound() {
        String text = "x".repeat(1_000_000);
        for (int i = 0; i < 40; i++) {
            server.create(Sender.master(), "Large", "{\"text\":\"" + text + "\"}");
        }
        Reply all = server.get(Sender.client(), "/classes/Large");
        assertThat(all.code()).isEqualTo(102);
        assertThat(all.text("error")).contains("bytes");
        assertThat(server.get(Sender.client(), "/scan/Large").code()).isEqualTo(102);
        assertThat(server.get(Sender.client(), "/classes/Large?limit=2000").code()).isEqualTo(102);
        assertThat(results(server.get(Sender.client(), "/classes/Large?limit=20")).size())
                .isEqualTo(20);
        assertThat(
                        results(server.get(Sender.client(), "/classes/Large?keys=none&limit=5000"))
                                .size())
                .isEqualTo(40);
    }

    @Test
    void readsTheLeapDayOfTheYearZero() {
        String time = "{\"__type\":\"Date\",\"iso\":\"0000-02-29T12:00:00.123Z\"}";
        String id = server.create(Sender.master(), "Old", "{\"at\":" + time + "}");
        for (int i = 0; i < 3; i++) {
            assertThat(server.get(Sender.client(), "/classes/Old/" + id).body().toString())
                    .contains("0000-02-29T12:00:00.123Z");
        }
    }

    @Test
    void readsPointsAndPolygons() {
        String point = "{\"__type\":\"GeoPoint\",\"latitude\":-1.5,\"longitude\":20}";
        String polygon = "{\"__type\":\"Polygon\",\"coordinates\":[[0,0],[0,1.25],[1,1],[0,0]]}";
        String id =
                server.create(
                        Sender.master(), "Place", "{\"p\":" + point + ",\"area\":" + polygon + "}");
        String shown = server.get(Sender.client(), "/classes/Place/" + id).body().toString();
        assertThat(shown).contains("\"latitude\":-1.5,\"longitude\":20").contains("[0,1.25]");
    }

    @Test
    void walksEveryObjectOnceInPages() {
        for (int i = 0; i < 7; i++) {
            server.create(Sender.master(), "Step", "{\"n\":" + i + "}");
        }
        List<Integer> seen = new ArrayList<>();
        String cursor = "";
        do {
            Reply page = server.get(Sender.client(), "/scan/Step?limit=3" + cursor);
            results(page).forEach(each -> seen.add(each.path("n").asInt()));
            cursor = page.body().has("cursor") ? "&cursor=" + page.text("cursor") : "";
        } while (!cursor.isEmpty());
        assertThat(seen)
                .as("those made in the same millisecond in any order")
                .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
    }
}

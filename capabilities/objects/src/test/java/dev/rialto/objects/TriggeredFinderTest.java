package dev.rialto.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.objects.TriggeredServer.Reply;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.testing.TestFrontDoor;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class TriggeredFinderTest {
    private static final TriggeredServer SERVER = new TriggeredServer();

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static RecordedTriggers triggers() {
        return SERVER.triggers;
    }

    private static ObjectNode query(ObjectNode payload) {
        return payload.path("query").asObject();
    }

    /// Lets only what has `open` be found.
    private static JsonNode onlyOpen(ObjectNode payload) {
        query(payload).path("where").asObject().put("open", true);
        return query(payload);
    }

    @Test
    void runsTheQueryThatATriggerReturns() {
        triggers().on("Door", Moment.BEFORE_FIND, TriggeredFinderTest::onlyOpen);
        String open = SERVER.create("Door", "{'n': 1, 'open': true}").id();
        String shut = SERVER.create("Door", "{'n': 2, 'open': false}").id();

        Reply found =
                SERVER.find(
                        "Door",
                        TriggeredServer.where("{'n': {'$gt': 0}}")
                                + "&order=-n&keys=n&skip=0&limit=9&count=1");
        assertThat(found.results()).hasSize(1);
        assertThat(found.results().get(0).path("objectId").asString()).isEqualTo(open);
        assertThat(found.results().get(0).has("open")).isFalse();
        assertThat(found.body().path("count").asInt()).isEqualTo(1);
        ObjectNode payload = triggers().payloads("Door", Moment.BEFORE_FIND).getLast();
        assertThat(payload)
                .isEqualTo(
                        Json.read(
                                """
                                {"query": {"className": "Door", "where": {"n": {"$gt": 0}},
                                "order": ["-n"], "include": [], "keys": ["n"],
                                "excludeKeys": [], "skip": 0, "limit": 9}, "single": false,
                                "count": true}
                                """));

        assertThat(SERVER.find("Door", "limit=0&count=1").body().path("count").asInt())
                .isEqualTo(1);
        assertThat(SERVER.get("Door", open).status()).isEqualTo(200);
        assertThat(SERVER.get("Door", shut).code()).isEqualTo(101);
        ObjectNode single = triggers().payloads("Door", Moment.BEFORE_FIND).getLast();
        assertThat(single.path("single").asBoolean()).isTrue();
        assertThat(query(single).path("where").path("objectId").asString()).isEqualTo(shut);
    }

    @Test
    void keepsWhatTheReturnedQueryDoesNotSay() {
        triggers().on("Part", Moment.BEFORE_FIND, _ -> Json.read("{\"limit\": 1}"));
        SERVER.create("Part", "{'n': 1}");
        SERVER.create("Part", "{'n': 2}");
        SERVER.create("Part", "{'n': 3}");
        JsonNode found =
                SERVER.find("Part", TriggeredServer.where("{'n': {'$lt': 3}}") + "&order=-n")
                        .results();
        assertThat(found).hasSize(1);
        assertThat(found.get(0).path("n").asInt()).isEqualTo(2);
    }

    @Test
    void getsOnlyTheObjectOfTheRouteWhateverATriggerReturns() {
        triggers().on("Single", Moment.BEFORE_FIND, _ -> Json.read("{\"where\": {}}"));
        SERVER.create("Single", "{'n': 1}");
        String second = SERVER.create("Single", "{'n': 2}").id();
        assertThat(SERVER.get("Single", second).body().path("n").asInt()).isEqualTo(2);
        assertThat(SERVER.get("Single", "nobody").code()).isEqualTo(101);
    }

    @Test
    void runsAReturnedQueryWithTheRightsOfTheCaller() {
        triggers().on("Private", Moment.BEFORE_FIND, _ -> Json.read("{\"where\": {}}"));
        SERVER.create("Private", "{'ACL': {}}", TestFrontDoor.MASTER);
        assertThat(SERVER.find("Private", "").results()).isEmpty();
        assertThat(SERVER.find("Private", "", TestFrontDoor.MASTER).results()).hasSize(1);
    }

    @Test
    void refusesWhatTheCallerMayNotAskBeforeATriggerIsCalled() {
        triggers().watch("Closed", Moment.BEFORE_FIND);
        triggers().watch("Closed", Moment.AFTER_FIND);
        SERVER.send(
                "POST",
                "/schemas/Closed",
                "{'className': 'Closed', 'classLevelPermissions': {'create': {'*': true}}}",
                TestFrontDoor.MASTER);
        assertThat(SERVER.find("Closed", "").code()).isEqualTo(119);
        assertThat(SERVER.get("Closed", "x").code()).isEqualTo(119);
        assertThat(SERVER.find("Closed", "explain=true").code()).isEqualTo(102);
        assertThat(triggers().calls("Closed")).isEmpty();
    }

    @Test
    void reportsTheRefusalOfATrigger() {
        triggers()
                .on(
                        "Shut",
                        Moment.BEFORE_FIND,
                        _ -> {
                            throw new RialtoException(ErrorCode.SCRIPT_FAILED, "closed");
                        });
        assertThat(SERVER.find("Shut", "").code()).isEqualTo(141);
        assertThat(SERVER.get("Shut", "x").body().path("error").asString()).isEqualTo("closed");
    }

    @Test
    void answersWhatATriggerReturnsAfterwards() {
        triggers()
                .on(
                        "Seen",
                        Moment.AFTER_FIND,
                        payload -> {
                            ArrayNode objects = payload.path("objects").asArray();
                            objects.forEach(each -> each.asObject().put("extra", 1));
                            return objects;
                        });
        SERVER.create("Seen", "{'n': 1}");
        String id = SERVER.create("Seen", "{'n': 2}").id();
        Reply found = SERVER.find("Seen", "order=n&count=1");
        assertThat(found.results()).hasSize(2).allMatch(each -> each.path("extra").asInt() == 1);
        assertThat(found.results()).noneMatch(each -> each.has("className"));
        assertThat(found.body().path("count").asInt()).isEqualTo(2);
        assertThat(SERVER.get("Seen", id).body().path("extra").asInt()).isEqualTo(1);
        ObjectNode payload = triggers().payloads("Seen", Moment.AFTER_FIND).getFirst();
        assertThat(payload.path("className").asString()).isEqualTo("Seen");
        assertThat(payload.path("objects").get(0).path("className").asString()).isEqualTo("Seen");

        triggers().on("Seen", Moment.AFTER_FIND, _ -> Json.read("[]"));
        assertThat(SERVER.find("Seen", "").results()).isEmpty();
        assertThat(SERVER.get("Seen", id).code()).isEqualTo(101);
        for (String wrong : List.of("5", "[5]", "{}", "{\"a\":{}}")) {
            triggers().on("Seen", Moment.AFTER_FIND, _ -> Json.read(wrong));
            assertThat(SERVER.find("Seen", "").code()).as(wrong).isEqualTo(141);
        }
    }

    @Test
    void refusesQueriesThatNoTriggerMayReturn() {
        for (String wrong : List.of("5", "[5]", "{\"className\":\"Other\"}")) {
            triggers().on("Wrong", Moment.BEFORE_FIND, _ -> Json.read(wrong));
            assertThat(SERVER.find("Wrong", "").code()).as(wrong).isEqualTo(141);
        }
    }

    @Test
    void callsTheTriggersOfTheClassThatARedirectLeadsTo() {
        triggers().on("Target", Moment.BEFORE_FIND, TriggeredFinderTest::onlyOpen);
        String shut = SERVER.create("Target", "{'open': false}").id();
        SERVER.create(
                "Source",
                "{'to': {'__type': 'Pointer', 'className': 'Target', 'objectId': '" + shut + "'}}");
        Reply found = SERVER.find("Source", "redirectClassNameForKey=to");
        assertThat(found.body().path("className").asString()).isEqualTo("Target");
        assertThat(found.results()).isEmpty();
        assertThat(triggers().payloads("Target", Moment.BEFORE_FIND)).hasSize(1);
    }
}

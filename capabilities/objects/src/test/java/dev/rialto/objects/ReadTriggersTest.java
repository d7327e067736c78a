package dev.rialto.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.objects.TriggeredServer.Reply;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.spi.Watching;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What triggers hide and mask in a class, however the class is read. Of the three objects of
/// `Inner`, beforeFind hides the one that is `shut`, and afterFind masks `secret` in all and leaves
/// out the one that is `late`.
class ReadTriggersTest {
    private static final TriggeredServer SERVER = new TriggeredServer();
    private static String open = "";
    private static String shut = "";
    private static String late = "";
    private static String hub = "";

    @BeforeAll
    static void fill() {
        open = inner("'name': 'open', 'secret': 'a', 'shut': false, 'late': false");
        shut = inner("'name': 'shut', 'secret': 'b', 'shut': true, 'late': false");
        late = inner("'name': 'late', 'secret': 'c', 'shut': false, 'late': true");
        for (String id : List.of(open, shut, late)) {
            SERVER.create("Outer", "{'in': " + pointer("Inner", id) + ", 'tag': '***'}");
            SERVER.create("Tagged", "{'tag': '***', 'in': " + pointer("Inner", id) + "}");
        }
        SERVER.create("Tagged", "{'tag': 'a'}");
        String mid = SERVER.create("Mid", "{'in': " + pointer("Inner", open) + "}").id();
        hub =
                SERVER.create(
                                "Hub",
                                "{'mid': "
                                        + pointer("Mid", mid)
                                        + ", 'all': ["
                                        + pointer("Inner", open)
                                        + ","
                                        + pointer("Inner", shut)
                                        + ","
                                        + pointer("Inner", late)
                                        + "], 'rel': {'__op': 'AddRelation', 'objects': ["
                                        + pointer("Inner", open)
                                        + ","
                                        + pointer("Inner", shut)
                                        + "]}}")
                        .id();
        SERVER.triggers.on("Inner", Moment.BEFORE_FIND, ReadTriggersTest::hideShut);
        SERVER.triggers.on("Inner", Moment.AFTER_FIND, ReadTriggersTest::mask);
    }

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static String inner(String fields) {
        return SERVER.create("Inner", "{" + fields + "}").id();
    }

    private static String pointer(String className, String id) {
        return "{'__type': 'Pointer', 'className': '" + className + "', 'objectId': '" + id + "'}";
    }

    private static JsonNode hideShut(ObjectNode payload) {
        ObjectNode query = payload.path("query").asObject();
        query.path("where").asObject().putObject("shut").put("$ne", true);
        return query;
    }

    private static JsonNode mask(ObjectNode payload) {
        ArrayNode left = Json.nodes().arrayNode();
        for (JsonNode each : payload.path("objects")) {
            if (!each.path("late").asBoolean(false)) {
                left.add(each.asObject().put("secret", "***"));
            }
        }
        return left;
    }

    /// What is shown of the objects of `Inner` in an answer: name and secret.
    private static List<String> shown(JsonNode answer) {
        List<String> shown = new ArrayList<>();
        collect(answer, shown);
        return shown;
    }

    private static void collect(JsonNode node, List<String> shown) {
        if (node.has("secret")) {
            shown.add(node.path("name").asString() + " " + node.path("secret").asString());
        }
        node.forEach(each -> collect(each, shown));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/classes/Outer?include=in&order=createdAt",
                "/classes/Outer?include=*&order=createdAt",
                "/classes/Outer?include=in&keys=in",
                "/classes/Hub?include=mid.in",
                "/classes/Hub?include=all",
                "/classes/Hub/{hub}?include=all",
                "/classes/Inner",
                "/classes/Inner/{open}",
                "/scan/Inner",
                "/scan/Inner?limit=1",
            })
    void showsOnlyWhatTriggersLetBeSeen(String path) {
        JsonNode answer =
                SERVER.send("GET", path.replace("{hub}", hub).replace("{open}", open), "").body();
        assertThat(shown(answer)).containsExactly("open ***");
        assertThat(Json.write(answer)).doesNotContain("\"b\"").doesNotContain("\"c\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Outer | {'in': {'$inQuery': {'className': 'Inner', 'where': {}}}} | 1",
                "Outer | {'in': {'$notInQuery': {'className': 'Inner', 'where': {}}}} | 2",
                "Outer | {'$or': [{'in': {'$inQuery': {'className': 'Inner',"
                        + " 'where': {'name': 'shut'}}}}]} | 0",
                "Outer | {'in': {'$inQuery': {'className': 'Inner', 'where': {'name': 'late'}}}} |"
                        + " 0",
                "Hub | {'mid': {'$inQuery': {'className': 'Mid', 'where': {'in': {'$inQuery':"
                        + " {'className': 'Inner', 'where': {'name': 'shut'}}}}}}} | 0",
                "Hub | {'mid': {'$inQuery': {'className': 'Mid', 'where': {'in': {'$inQuery':"
                        + " {'className': 'Inner', 'where': {'name': 'open'}}}}}}} | 1",
                "Tagged | {'tag': {'$select': {'key': 'secret',"
                        + " 'query': {'className': 'Inner', 'where': {}}}}} | 3",
                "Tagged | {'tag': {'$dontSelect': {'key': 'secret',"
                        + " 'query': {'className': 'Inner', 'where': {}}}}} | 1",
                "Tagged | {'tag': {'$in': ['a'], '$select': {'key': 'secret',"
                        + " 'query': {'className': 'Inner', 'where': {}}}}} | 0",
                "Inner | {'$relatedTo': {'object': {'__type': 'Pointer', 'className': 'Hub',"
                        + " 'objectId': '{hub}'}, 'key': 'rel'}} | 1",
            })
    void findsAndCountsOnlyWhatTriggersLetBeSeen(String className, String where, int count) {
        String condition = TriggeredServer.where(where.replace("{hub}", hub));
        assertThat(SERVER.find(className, condition).results()).hasSize(count);
        assertThat(
                        SERVER.find(className, condition + "&limit=0&count=1")
                                .body()
                                .path("count")
                                .asInt())
                .isEqualTo(count);
    }

    @Test
    void looksIntoNoRelationWhoseOwnerIsHidden() {
        String owner =
                SERVER.create(
                                "Owner",
                                "{'shut': true, 'rel': {'__op': 'AddRelation', 'objects': ["
                                        + pointer("Related", SERVER.create("Related", "{}").id())
                                        + "]}}")
                        .id();
        String related =
                TriggeredServer.where(
                        "{'$relatedTo': {'object': "
                                + pointer("Owner", owner)
                                + ", 'key': 'rel'}}");
        assertThat(SERVER.find("Related", related).results()).hasSize(1);
        SERVER.triggers.on("Owner", Moment.BEFORE_FIND, ReadTriggersTest::hideShut);
        assertThat(SERVER.find("Related", related).results()).isEmpty();
    }

    @Test
    void writesUnderNoConditionThatReadsWhatIsHidden() {
        String id = SERVER.create("Guarded", "{'in': " + pointer("Inner", shut) + "}").id();
        Reply refused =
                SERVER.send(
                        "PUT",
                        "/classes/Guarded/"
                                + id
                                + "?"
                                + TriggeredServer.where(
                                        "{'in': {'$inQuery': {'className': 'Inner', 'where':"
                                                + " {}}}}"),
                        "{'n': 1}");
        assertThat(refused.status()).isGreaterThanOrEqualTo(400);
        assertThat(SERVER.stored("Guarded", id).orElseThrow().has("n")).isFalse();
    }

    @Test
    void callsTheTriggersForWhatFunctionsAskButNotForTheServerItself() {
        ObjectNode query = Json.object();
        query.putArray("include").add("in");
        JsonNode found = SERVER.search("Outer", query);
        assertThat(shown(found)).containsExactly("open ***");
        assertThat(SERVER.stored("Inner", shut).orElseThrow().path("secret").asString())
                .isEqualTo("b");
    }

    @Test
    void refusesAnAnswerWhenATriggerOfAnIncludedClassRefuses() {
        String id = SERVER.create("Refusing", "{}").id();
        SERVER.create("Asking", "{'to': " + pointer("Refusing", id) + "}");
        SERVER.triggers.on(
                "Refusing",
                Moment.BEFORE_FIND,
                _ -> {
                    throw new RialtoException(ErrorCode.SCRIPT_FAILED, "closed");
                });
        assertThat(SERVER.find("Asking", "").status()).isEqualTo(200);
        assertThat(SERVER.find("Asking", "include=to").code()).isEqualTo(141);
    }

    @Test
    void endsWhenTheQueriesOfTriggersLeadInACircle() {
        SERVER.create("Round", "{'to': 1}");
        SERVER.triggers.on(
                "Round",
                Moment.BEFORE_FIND,
                _ ->
                        Json.read(
                                "{\"where\": {\"to\": {\"$notInQuery\": {\"className\": \"Round\","
                                        + " \"where\": {}}}}}"));
        assertThat(SERVER.find("Round", "").code()).isEqualTo(141);
    }

    @Test
    void preparesWhatWatchersAreTold() {
        Watching watching = SERVER.watching();
        Caller somebody = new Caller.Anonymous();
        var all = Watching.all("Inner", Json.object());
        Watching.Request asked = watching.asked(SERVER.app(), somebody, all);
        Watching.WatchedQuery query = watching.watch(SERVER.app(), somebody, asked).query();
        assertThat(query.holds(SERVER.stored("Inner", open).orElseThrow())).isTrue();
        assertThat(query.holds(SERVER.stored("Inner", shut).orElseThrow())).isFalse();
        assertThat(watching.prepares(SERVER.app(), asked)).isTrue();
        assertThat(
                        watching.prepared(
                                        SERVER.app(),
                                        somebody,
                                        asked,
                                        SERVER.stored("Inner", open).orElseThrow())
                                .map(ReadTriggersTest::shown))
                .contains(List.of("open ***"));
        assertThat(
                        watching.prepared(
                                SERVER.app(),
                                somebody,
                                asked,
                                SERVER.stored("Inner", late).orElseThrow()))
                .isEmpty();
        var including =
                new Watching.Request(
                        "Outer", Json.object(), Optional.empty(), List.of(), List.of("in"));
        ObjectNode outer =
                Json.read(
                                ("{'objectId': 'x', 'in': " + pointer("Inner", open) + "}")
                                        .replace('\'', '"'))
                        .asObject();
        assertThat(
                        watching.prepared(SERVER.app(), somebody, including, outer)
                                .map(ReadTriggersTest::shown))
                .contains(List.of("open ***"));
    }
}

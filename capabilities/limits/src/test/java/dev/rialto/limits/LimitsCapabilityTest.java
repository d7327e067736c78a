package dev.rialto.limits;

import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.READ_ONLY;
import static dev.rialto.testing.TestFrontDoor.app;
import static dev.rialto.testing.TestFrontDoor.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.http.Answer;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import dev.rialto.kernel.Timing;
import dev.rialto.store.Invalidations;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsCapabilityTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final App OTHER = POSTGRES.app("other");
    private static final AtomicInteger APPS = new AtomicInteger();

    private final AtomicLong nanos = new AtomicLong();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicInteger done = new AtomicInteger();
    private final App app = POSTGRES.app("app" + APPS.incrementAndGet());

    /// A node with its own counters and messages.
    private record Node(Counters counters, TestFrontDoor door, String appId) {
        Node of(App other) {
            return new Node(counters, door, other.id());
        }

        int call(String path, String... headers) {
            return send("POST", path, "", headers).statusCode();
        }

        List<Integer> calls(int times, String path, String... headers) {
            return IntStream.range(0, times).mapToObj(_ -> call(path, headers)).toList();
        }

        HttpResponse<String> send(String method, String path, String body, String... headers) {
            return door.send(
                    method,
                    path,
                    body,
                    Stream.concat(Stream.of(app(appId)), Stream.of(headers))
                            .toArray(String[]::new));
        }
    }

    private Node node(String... rules) {
        var invalidations = Invalidations.start(POSTGRES.database(), POSTGRES.settings());
        var counters = new Counters(nanos::get);
        var limits =
                new LimitsCapability(
                        POSTGRES.database(),
                        invalidations,
                        new LimitsSettings(Stream.of(rules).map(RateLimit::parse).toList()),
                        counters,
                        id ->
                                Stream.of(app, OTHER)
                                        .filter(each -> each.id().equals(id))
                                        .findFirst(),
                        Timing.SYSTEM);
        List<Operation> operations = new ArrayList<>(limits.operations());
        for (String name : List.of("one", "two")) {
            operations.add(
                    Operation.post("work." + name, "/work/" + name)
                            .summary("Counts that it was called.")
                            .handle(_ -> {
                                done.incrementAndGet();
                                return Answer.ok(Json.object());
                            }));
        }
        operations.add(
                Operation.post("work.keyless", "/apps/{appId}/work")
                        .access(Operation.Access.PUBLIC)
                        .summary("Is called without a key.")
                        .handle(_ -> Answer.ok(Json.object())));
        var door = TestFrontDoor.open(operations, List.of(limits.step().orElseThrow()), app, OTHER);
        opened.addAll(List.of(invalidations, door, limits));
        limits.start();
        return new Node(counters, door, app.id());
    }

    @AfterEach
    void closeNodes() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void rejectsCallsBeyondTheLimitUntilTimeHasPassed() {
        Node node = node("work.one 3/60s address");
        assertThat(node.calls(4, "/work/one")).containsExactly(200, 200, 200, 429);

        HttpResponse<String> rejected = node.send("POST", "/work/one", "");
        assertThat(rejected.body())
                .isEqualTo(
                        "{\"code\":155,\"error\":\"too many calls from your address: the limit of"
                                + " work.one is 3/1m\"}");
        assertThat(rejected.headers().firstValue("Retry-After")).contains("20");

        pass(Duration.ofSeconds(20));
        assertThat(node.calls(2, "/work/one")).containsExactly(200, 429);
        pass(Duration.ofHours(1));
        assertThat(node.calls(4, "/work/one")).containsExactly(200, 200, 200, 429);
        assertThat(done).hasValue(7);
    }

    @Test
    void countsTheOperationsThatALimitNamesTogether() {
        Node node = node("work.* 2/1m address");
        assertThat(node.call("/work/one")).isEqualTo(200);
        assertThat(node.calls(2, "/work/two")).containsExactly(200, 429);
        assertThat(node.call("/work/one")).isEqualTo(429);
    }

    @Test
    void countsEachAppAlone() {
        Node node = node("* 2/1m app");
        assertThat(node.calls(3, "/work/one")).containsExactly(200, 200, 429);
        Node other = node.of(OTHER);
        assertThat(other.calls(3, "/work/one")).containsExactly(200, 200, 429);
    }

    @Test
    void countsUsersAloneAndStrangersByAddress() {
        Node node = node("work.one 1/1m user");
        assertThat(node.calls(2, "/work/one", session("ann"))).containsExactly(200, 429);
        assertThat(node.calls(2, "/work/one", session("bob"))).containsExactly(200, 429);
        assertThat(node.calls(2, "/work/one")).containsExactly(200, 429);
    }

    @Test
    void countsHoldersOfTheMasterKeyOnlyForTheApp() {
        Node node = node("work.one 1/1m address", "work.one 1/1m user", "work.two 1/1m app");
        assertThat(node.calls(3, "/work/one", MASTER)).containsExactly(200, 200, 200);
        assertThat(node.calls(2, "/work/two", MASTER)).containsExactly(200, 429);
    }

    @Test
    void countsEachEntryOfABatch() {
        Node node = node("work.one 2/1m address");
        String entry = "{\"method\":\"POST\",\"path\":\"/v1/work/one\"}";
        HttpResponse<String> answer =
                node.send(
                        "POST",
                        "/batch",
                        "{\"requests\":[%s,%s,%s]}".formatted(entry, entry, entry));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(done).hasValue(2);
        assertThat(answer.body())
                .startsWith("[{\"success\":{}},{\"success\":{}},{\"error\":{\"code\":155,");
    }

    @Test
    void rejectedCallsUseUpNoOtherLimit() {
        Node node = node("work.* 4/1m address", "work.one 1/1m address");
        assertThat(node.calls(5, "/work/one")).containsExactly(200, 429, 429, 429, 429);
        assertThat(node.calls(4, "/work/two")).containsExactly(200, 200, 200, 429);
    }

    @Test
    void ownersLimitTheirApp() {
        Node node = node("work.two 5/1h user");
        String wanted =
                "{\"limits\":[{\"operations\":\"work.one\",\"calls\":1,\"time\":\"90s\",\"by\":\"user\"}]}";
        HttpResponse<String> set = node.send("PUT", "/limits", wanted, MASTER);
        assertThat(set.body())
                .isEqualTo(
                        """
                        {"limits":[\
                        {"operations":"work.one","calls":1,"time":"90s","by":"user"}],\
                        "server":[\
                        {"operations":"work.two","calls":5,"time":"1h","by":"user"}]}\
                        """);
        assertThat(node.send("GET", "/limits", "", READ_ONLY).body()).isEqualTo(set.body());
        assertThat(node.calls(2, "/work/one")).containsExactly(200, 429);
        Node other = node.of(OTHER);
        assertThat(other.calls(2, "/work/one")).containsExactly(200, 200);

        node.send("PUT", "/limits", "{\"limits\":[]}", MASTER);
        assertThat(node.call("/work/one")).isEqualTo(200);
    }

    @Test
    void countsCallsWithoutAKeyForTheAppOfTheirPath() {
        Node node = node("work.keyless 2/1m app");
        assertThat(node.calls(3, "/apps/" + app.id() + "/work")).containsExactly(200, 200, 429);
        assertThat(node.calls(2, "/apps/nobody/work")).containsExactly(200, 200);

        node.send(
                "PUT",
                "/limits",
                "{\"limits\":[{\"operations\":\"work.keyless\",\"calls\":1,\"time\":\"1m\",\"by\":\"address\"}]}",
                MASTER);
        pass(Duration.ofMinutes(1));
        assertThat(node.calls(2, "/apps/" + app.id() + "/work")).containsExactly(200, 429);
        assertThat(node.calls(2, "/apps/" + OTHER.id() + "/work")).containsExactly(200, 200);
    }

    @Test
    void countsEntriesOfABatchThatNeedNoKeyAsThoseOfStrangers() {
        Node node = node("work.keyless 1/1m user");
        String entry = "{\"method\":\"POST\",\"path\":\"/v1/apps/other/work\"}";
        String batch = "{\"requests\":[" + entry + "]}";
        assertThat(node.send("POST", "/batch", batch, MASTER).body()).contains("success");
        for (String each : List.of(MASTER, session("ann"), session("bob"))) {
            assertThat(node.send("POST", "/batch", batch, each).body()).contains("\"code\":155");
        }
    }

    @Test
    void ownersLiftALimitThatIsUsedUp() {
        Node node = node();
        String all =
                "{\"limits\":[{\"operations\":\"%s\",\"calls\":1,\"time\":\"1d\",\"by\":\"app\"}]}";
        assertThat(message(node.send("PUT", "/limits", all.formatted("limits.set"), MASTER)))
                .isEqualTo("limits of an app do not count limits.set");
        node.send("PUT", "/limits", all.formatted("*"), MASTER);
        assertThat(node.calls(2, "/work/one")).containsExactly(200, 429);
        assertThat(node.send("GET", "/limits", "", MASTER).statusCode()).isEqualTo(200);
        assertThat(node.send("PUT", "/limits", "{\"limits\":[]}", MASTER).statusCode())
                .isEqualTo(200);
        assertThat(node.call("/work/one")).isEqualTo(200);
    }

    @Test
    void theSameLimitOfServerAndAppIsCountedTwice() {
        Node node = node("work.one 2/1m address");
        node.send(
                "PUT",
                "/limits",
                "{\"limits\":[{\"operations\":\"work.one\",\"calls\":2,\"time\":\"1m\",\"by\":\"address\"}]}",
                MASTER);
        assertThat(node.calls(3, "/work/one")).containsExactly(200, 200, 429);
    }

    @Test
    void onlyTheMasterKeySetsLimits() {
        Node node = node();
        assertThat(node.send("PUT", "/limits", "{\"limits\":[]}").statusCode()).isEqualTo(403);
        assertThat(node.send("PUT", "/limits", "{\"limits\":[]}", READ_ONLY).body())
                .contains("read-only masterKey isn't allowed to set limits.");
        assertThat(node.send("GET", "/limits", "", session("ann")).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | the body must be {\"limits\": [...]}",
                "{\"limits\":{}} | the body must be {\"limits\": [...]}",
                "{\"limits\":[],\"more\":1} | the body must be {\"limits\": [...]}",
                "{\"limits\":[1]} | limits[0]: must have operations, calls, time and by",
                "{\"limits\":[{\"operations\":\"*\"}]}"
                        + " | limits[0]: must have operations, calls, time and by",
            })
    void rejectsWhatIsNotAListOfLimits(String body, String message) {
        assertThat(message(node().send("PUT", "/limits", body, MASTER))).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"*\", 0, \"1m\", \"app\" | calls must be from 1 to 1000000",
                "\"*\", 1000001, \"1m\", \"app\" | calls must be from 1 to 1000000",
                "\"*\", 1.5, \"1m\", \"app\" | calls must be from 1 to 1000000",
                "\"*\", \"5\", \"1m\", \"app\" | calls must be from 1 to 1000000",
                "\"*\", 99999999999999999999, \"1m\", \"app\" | calls must be from 1 to 1000000",
                "\"*\", 5, 60, \"app\" | time must be a duration such as 30s, 5m or 12h",
                "\"*\", 5, \"soon\", \"app\" | time must be a duration such as 30s, 5m or 12h",
                "\"*\", 5, \"999ms\", \"app\" | the time must be from 1s to 1d",
                "\"*\", 5, \"25h\", \"app\" | the time must be from 1s to 1d",
                "\"*\", 5, \"999999999999d\", \"app\" | the time must be from 1s to 1d",
                "\"*\", 5, \"1m\", \"role\" | by must be one of app, address, user",
                "\"*\", 5, \"1m\", null | by must be one of app, address, user",
                "\"w*\", 5, \"1m\", \"app\" | \"w*\" is not *, a capability such as objects.*,"
                        + " or an operation such as objects.get",
                "{}, 5, \"1m\", \"app\" | \"\" is not *, a capability such as objects.*,"
                        + " or an operation such as objects.get",
            })
    void rejectsLimitsThatAreNotValid(String values, String problem) {
        String[] parts = values.split(", ", -1);
        String body =
                "{\"limits\":[{\"operations\":%s,\"calls\":%s,\"time\":%s,\"by\":%s}]}"
                        .formatted((Object[]) parts);
        assertThat(message(node().send("PUT", "/limits", body, MASTER)))
                .isEqualTo("limits[0]: " + problem);
    }

    @Test
    void rejectsLimitsAboutNothing() {
        assertThat(
                        message(
                                node().send(
                                                "PUT",
                                                "/limits",
                                                "{\"limits\":[{\"operations\":\"work.three\",\"calls\":1,\"time\":\"1s\",\"by\":\"app\"}]}",
                                                MASTER)))
                .isEqualTo("there is no operation work.three");
        assertThatThrownBy(() -> node("works.* 1/1m app"))
                .isInstanceOf(SetupException.class)
                .hasMessage("limits.rules: there is no operation works.*");
    }

    @Test
    void rejectsALimitThatIsThereTwice() {
        String limit = "{\"operations\":\"*\",\"calls\":1,\"time\":\"%s\",\"by\":\"app\"}";
        String twice =
                "{\"limits\":[" + limit.formatted("60s") + "," + limit.formatted("1m") + "]}";
        assertThat(message(node().send("PUT", "/limits", twice, MASTER)))
                .isEqualTo("the limit * 1/1m app is there twice");
        var rule = RateLimit.parse("* 1/1m app");
        assertThatThrownBy(() -> new LimitsSettings(List.of(rule, rule)))
                .hasMessage("limits.rules: \"* 1/1m app\" is there twice");
    }

    @Test
    void anAppHasAtMostTwentyLimits() {
        String limit = "{\"operations\":\"*\",\"calls\":9,\"time\":\"1s\",\"by\":\"app\"}";
        String many = String.join(",", Collections.nCopies(21, limit));
        assertThat(message(node().send("PUT", "/limits", "{\"limits\":[" + many + "]}", MASTER)))
                .isEqualTo("an app may have 20 limits");
    }

    @Test
    void nodesCountTogether() throws Exception {
        Node here = node("work.one 5/1h address");
        Node there = node("work.one 5/1h address");
        assertThat(here.calls(4, "/work/one")).containsOnly(200);
        while (there.counters().size() == 0) {
            Thread.sleep(20);
        }
        assertThat(there.calls(2, "/work/one")).containsExactly(200, 429);
    }

    @Test
    void limitsSetOnOneNodeHoldOnAll() throws Exception {
        Node here = node();
        Node there = node();
        assertThat(there.calls(3, "/work/one")).containsOnly(200);
        here.send(
                "PUT",
                "/limits",
                "{\"limits\":[{\"operations\":\"work.one\",\"calls\":1,\"time\":\"1h\",\"by\":\"app\"}]}",
                MASTER);
        while (there.call("/work/one") == 200) {
            Thread.sleep(20);
        }
        assertThat(there.send("GET", "/limits", "", MASTER).body()).contains("work.one");
    }

    private static String message(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(400);
        return Json.read(answer.body()).get("error").asString();
    }
}

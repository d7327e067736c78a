package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.spi.CapabilityPlan;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whatever way a call comes by, it passes the steps and the metrics of its operation.
final class OneDoorTest {
    private static final Sender MASTER = Sender.master();
    private static final Sender CLIENT = Sender.client();
    private static final HttpClient SCRAPER = HttpClient.newHttpClient();
    private static final RecorderCapability RECORDER = new RecorderCapability();

    private static TestServer server;

    private Exposition before = Exposition.parse("\n");

    @BeforeAll
    static void start() throws IOException {
        server =
                new TestServer(
                        Map.of("metrics.listen", "127.0.0.1:0"),
                        List.of(CapabilityPlan.of(_ -> RECORDER)));
        Reply deployed =
                server.upload(
                        MASTER,
                        "/micro-apps",
                        MicroAppSources.of("doors")
                                .withClass(
                                        "Doors",
                                        """
                                        @Function("doors") public final class Doors {
                                          @CloudFunction("objects") public long objects(Context context) {
                                            var mine = context.objects();
                                            var one = mine.save(Entity.of("Door").with("n", 1)).pointer();
                                            mine.increment("Door", one.id(), "n", 1);
                                            mine.asMaster().delete("Door", one.id());
                                            return mine.asMaster().count(Query.of("Door"));
                                          }
                                          @CloudFunction("files") public int files(Context context) {
                                            String name = "" + context.files().save("a.txt", "text/plain", "text".getBytes()).get("name");
                                            int length = context.files().read(name).length;
                                            context.files().delete(name);
                                            return length;
                                          }
                                          @CloudFunction("rest") public String rest(Context context) {
                                            context.rest().call("GET", "/classes/Door", Map.of());
                                            return "done";
                                          }
                                          @Endpoint("/door") public String door(Context context) {
                                            context.objects().save(Entity.of("Door").with("n", 1));
                                            return "done";
                                          }
                                        }
                                        """)
                                .zip());
        assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);
        server.create(MASTER, "Door", "{\"n\":0}");
    }

    @AfterAll
    static void stop() {
        SCRAPER.close();
        server.close();
    }

    @BeforeEach
    void forget() {
        RECORDER.forget();
        before = scrape();
    }

    @AfterEach
    void refuseNothing() {
        RECORDER.refuseNothing();
    }

    @Test
    void requestsAndEntriesOfABatchPass() {
        server.get(CLIENT, "/classes/Door");
        server.post(
                CLIENT,
                "/batch",
                "{\"requests\":[{\"method\":\"POST\",\"path\":\"/v1/classes/Door\",\"body\":{}}]}");
        push("a1", "a2");

        requirePassed(
                "objects.find Anonymous",
                "http.batch Anonymous",
                "objects.create Anonymous",
                "sync.push Anonymous",
                "objects.create Anonymous",
                "objects.create Anonymous");
    }

    @Test
    void objectsOfFunctionsPassWithTheRightsOfTheCall() {
        Reply reply = server.post(CLIENT, "/functions/objects", "");

        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        requirePassed(
                "functions.call Anonymous",
                "objects.create Anonymous",
                "objects.update Anonymous",
                "objects.delete Master",
                "objects.find Master");
    }

    @Test
    void filesOfFunctionsPass() {
        Reply reply = server.post(CLIENT, "/functions/files", "");

        assertThat(reply.body().path("result").asInt()).as("%s", reply).isEqualTo(4);
        requirePassed(
                "functions.call Anonymous",
                "files.create Master",
                "files.get Master",
                "files.delete Master");
    }

    @Test
    void requestsOfFunctionsAndEndpointsPass() {
        server.post(CLIENT, "/functions/rest", "");
        Reply reply = server.get(CLIENT, "/web/door");

        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        requirePassed(
                "functions.call Anonymous",
                "objects.find Anonymous",
                "functions.get-endpoint Anonymous",
                "objects.create Anonymous");
    }

    @Test
    void messagesOfLiveQueriesAndFeedsPass() {
        Reply user = server.signUp("follower");
        String session = ",\"sessionToken\":\"" + user.text("sessionToken") + "\"";
        RECORDER.forget();
        before = scrape();
        try (var live = new LiveClient(server.port(), session)) {
            assertThat(live.next().path("op").asString()).isEqualTo("connected");
            live.subscribe(1, "{\"className\":\"Door\",\"where\":{}}", "");
            live.send("{\"op\":\"query\",\"requestId\":1}");
            assertThat(live.next().path("results").isEmpty()).isFalse();
        }
        server.events(CLIENT, "/feeds/Door").close();

        requirePassed(
                "live.connect User",
                "live.subscribe User",
                "live.query User",
                "live.feed Anonymous");
    }

    @Test
    void stepsRefuseFunctionsAndSocketsAsTheyRefuseRequests() {
        RECORDER.refuse("objects.create");
        RECORDER.refuse("live.subscribe");

        assertThat(server.post(CLIENT, "/classes/Door", "{}").code()).isEqualTo(155);
        assertThat(server.post(CLIENT, "/functions/objects", "").text("error"))
                .contains("refused by a step");
        try (var live = new LiveClient(server.port(), "")) {
            live.next();
            assertThat(
                            live.subscribe(1, "{\"className\":\"Door\",\"where\":{}}", "")
                                    .path("code")
                                    .asInt())
                    .isEqualTo(155);
        }
    }

    @Test
    void limitsHoldForMessagesOfSocketsAndNotForWhatFunctionsDo() {
        limit(
                """
                {"operations":"live.subscribe","calls":1,"time":"10m","by":"address"},
                {"operations":"objects.create","calls":1,"time":"10m","by":"address"}
                """);
        try (var live = new LiveClient(server.port(), "")) {
            String query = "{\"className\":\"Door\",\"where\":{}}";
            live.next();
            assertThat(live.subscribe(1, query, "").path("op").asString()).isEqualTo("subscribed");
            assertThat(live.subscribe(2, query, "").path("code").asInt()).isEqualTo(155);
            for (int i = 0; i < 3; i++) {
                assertThat(server.post(CLIENT, "/functions/objects", "").status()).isEqualTo(200);
            }
        } finally {
            limit("");
        }
    }

    @Test
    void aRequestThatALimitRejectsMayBeRepeatedWithItsId() {
        Sender repeating = CLIENT.with("X-Parse-Request-Id", "rejected-at-first");
        limit(
                "{\"operations\":\"functions.call\",\"calls\":1,\"time\":\"10m\",\"by\":\"address\"}");
        try {
            assertThat(server.post(CLIENT, "/functions/rest", "").status()).isEqualTo(200);
            assertThat(server.post(repeating, "/functions/rest", "").code()).isEqualTo(155);
        } finally {
            limit("");
        }
        assertThat(server.post(repeating, "/functions/rest", "").text("result")).isEqualTo("done");
        assertThat(server.post(repeating, "/functions/rest", "").code()).isEqualTo(159);
    }

    @Test
    void limitsHoldForWhatClientsPush() {
        limit("{\"operations\":\"objects.create\",\"calls\":1,\"time\":\"10m\",\"by\":\"user\"}");
        try {
            Reply rejected = push("b1", "b2");
            assertThat(rejected.status()).as("%s", rejected).isEqualTo(429);
            assertThat(rejected.headers().firstValue("Retry-After")).isPresent();
            assertThat(push("b1").body().at("/results/0/result").asString("")).isEqualTo("applied");
        } finally {
            limit("");
        }
    }

    /// Creates a door for each id, as a client that was offline.
    private static Reply push(String... ids) {
        String operations =
                Stream.of(ids)
                        .map(
                                """
                                {"id":"%1$s","op":"create","className":"Door","localId":"local:%1$s","fields":{}}\
                                """
                                        ::formatted)
                        .collect(Collectors.joining(","));
        return server.post(CLIENT, "/sync", "{\"operations\":[" + operations + "]}");
    }

    private static void limit(String limits) {
        Reply set = server.put(MASTER, "/limits", "{\"limits\":[" + limits + "]}");
        assertThat(set.status()).as("%s", set).isEqualTo(200);
    }

    /// Requires that these calls passed, in this order, and that the metrics know of each.
    private void requirePassed(String... calls) {
        assertThat(RECORDER.passed()).containsExactly(calls);
        Exposition after = scrape();
        Map<String, Integer> expected = new LinkedHashMap<>();
        List.of(calls).forEach(each -> expected.merge(each.split(" ", -1)[0], 1, Integer::sum));
        expected.forEach((operation, count) ->
                assertThat(seconds(after, operation) - seconds(before, operation))
                        .as(operation)
                        .isEqualTo(count.doubleValue()));
    }

    private static double seconds(Exposition page, String operation) {
        return page.value("rialto_operation_seconds_count", "operation=" + operation);
    }

    private static Exposition scrape() {
        var request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.metricsPort() + "/metrics"))
                        .build();
        try {
            return Exposition.parse(SCRAPER.send(request, BodyHandlers.ofString()).body());
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }
}

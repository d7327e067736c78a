package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What micro apps declare of their interfaces acts as what the server's own operations declare:
/// one in Java, and one in JavaScript.
final class ContributedContractTest {
    private static final Sender MASTER = Sender.master();
    private static final Sender CLIENT = Sender.client();
    private static final String UNITS = "rialto_metered_units_total";
    private static final String DEPRECATED_ON =
            "@" + LocalDate.of(2026, 1, 31).atStartOfDay().toEpochSecond(ZoneOffset.UTC);

    private static final String QUOTES =
            """
            @Function("quotes") public final class Quotes {
              public record Ask(String sku) {}
              /// Quotes a price. Takes its time.
              @Interface(
                  status = 201,
                  errors = {
                    @Interface.Failure(code = 10042, when = "The item is sold out."),
                    @Interface.Failure(code = 101, when = "There is no such item.")
                  },
                  events = "quote.made", meter = "quotes", cost = 3, since = "1.1.0",
                  deprecated = @Interface.Deprecation(
                      value = "Use offer.", on = "2026-01-31", sunset = "2027-07-05"))
              @CloudFunction("quote")
              public String quote(Ask ask, Context context) {
                switch (ask.sku()) {
                  case "gone" -> throw new FunctionException(10042, "sold out");
                  case "odd" -> throw new FunctionException(10099, "odd");
                  case "loud" -> context.events().publish("quote.shouted", "x");
                  default -> context.events().publish("quote.made", ask.sku());
                }
                return "quoted " + ask.sku();
              }
              @Interface(access = Interface.Access.MASTER)
              @CloudFunction("margin") public String margin() { return "9"; }
              @CloudFunction("relay") public String relay(Context context) {
                return context.functions().call("quote", new Ask("tea"), String.class)
                    + context.functions().call("margin", Map.of(), String.class);
              }
              @Interface(status = 202, meter = "pages", cost = 2,
                  parameters = @Interface.Parameter(
                      in = Interface.Parameter.Place.HEADER, name = "X-Team", description = "Who asks."),
                  deprecated = @Interface.Deprecation("Use quote."))
              @Endpoint("/quotes/{sku}") public Map<String, Object> show(Ask ask) {
                return Map.of("sku", ask.sku());
              }
              @Interface(access = Interface.Access.MASTER)
              @Endpoint("/margins/{sku}") public String margins(Ask ask) { return "9"; }
              @Interface(repeatable = true)
              @CloudFunction("again") public void again() {}
              @Interface(repeatable = true, meter = "tidied")
              @Job("tidy") public void tidy() {}
            }
            """;

    private static final HttpClient SCRAPER = HttpClient.newHttpClient();
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer(Map.of("metrics.listen", "127.0.0.1:0"));
        deploy("", MicroAppSources.of("prices").withClass("Quotes", QUOTES), 201);
        deploy(
                "",
                MicroAppSources.empty()
                        .with(
                                "micro-app.json",
                                """
                                {"name": "stars", "domain": "demo", "group": "stars", "runtime": "node",
                                 "functions": {"rate": {
                                   "description": "Rates a movie. Slowly.",
                                   "input": {"type": "object", "required": ["movie"],
                                             "properties": {"movie": {"type": "string"}}},
                                   "output": {"type": "integer"},
                                   "status": 201,
                                   "parameters": [{"in": "header", "name": "X-Team",
                                                   "description": "Who asks."}],
                                   "errors": [{"code": 10007, "when": "Nobody saw the movie."}],
                                   "meter": "ratings", "cost": 5, "since": "2.0.0",
                                   "repeatable": true,
                                   "deprecated": {"instead": "Use stars.", "on": "2026-01-31",
                                                  "sunset": "2027-07-05"}}},
                                 "jobs": {"count": {"meter": "counts"}},
                                 "triggers": {"Movie.beforeSave": {
                                   "errors": [{"code": 142, "when": "It has no name."}]}}}
                                """)
                        .with(
                                "main.js",
                                """
                                Parse.Cloud.define('rate', (request) => {
                                  if (request.params.movie === 'none') {
                                    throw new Parse.Error(10007, 'unseen');
                                  }
                                  return 5;
                                });
                                Parse.Cloud.job('count', () => {});
                                Parse.Cloud.beforeSave('Movie', () => {});
                                """),
                201);
    }

    private static Reply deploy(String query, MicroAppSources sources, int status) {
        Reply reply = server.upload(MASTER, "/micro-apps" + query, sources.zip());
        assertThat(reply.status()).as("%s", reply).isEqualTo(status);
        return reply;
    }

    @AfterAll
    static void stop() {
        SCRAPER.close();
        server.close();
    }

    private static Reply call(Sender sender, String name, String body) {
        return server.post(sender, "/functions/" + name, body);
    }

    private static void assertAnnounced(Reply reply) {
        assertThat(reply.headers().firstValue("Deprecation")).contains(DEPRECATED_ON);
        assertThat(reply.headers().firstValue("Sunset")).contains("Mon, 05 Jul 2027 00:00:00 GMT");
    }

    /// @param kept the request that succeeds, and the one that fails as declared
    @ParameterizedTest
    @CsvSource({
        "quote, {\"sku\":\"tea\"}, {\"sku\":\"gone\"}, 10042, demo-prices.quotes, 3",
        "rate, {\"movie\":\"Alien\"}, {\"movie\":\"none\"}, 10007, demo-stars.ratings, 5"
    })
    void answersAndCountsAsDeclared(
            String name, String kept, String failing, int code, String meter, int cost)
            throws Exception {
        Exposition before = scrape();
        Reply done = call(CLIENT, name, kept);
        Reply failed = call(CLIENT, name, failing);
        Exposition after = scrape();

        assertThat(done.status()).as("%s", done).isEqualTo(201);
        assertAnnounced(done);
        assertThat(failed.status()).as("%s", failed).isEqualTo(400);
        assertThat(failed.code()).isEqualTo(code);
        assertAnnounced(failed);
        assertThat(grown(before, after, meter)).isEqualTo(cost);
        assertThat(grown(before, after, "functions.calls")).isZero();
    }

    @Test
    void announcesAndCountsEndpointsAndJobs() throws Exception {
        Exposition before = scrape();
        Reply page = server.get(CLIENT, "/web/quotes/tea");
        Reply java = server.post(MASTER, "/jobs/tidy", "");
        Reply javaScript = server.post(MASTER, "/jobs/count", "");
        Exposition after = scrape();

        assertThat(page.status()).as("%s", page).isEqualTo(202);
        assertThat(page.headers().map()).doesNotContainKeys("deprecation", "sunset");
        assertThat(java.status()).isEqualTo(200);
        assertThat(javaScript.status()).isEqualTo(200);
        assertThat(grown(before, after, "demo-prices.pages")).isEqualTo(2);
        assertThat(grown(before, after, "demo-prices.tidied")).isEqualTo(1);
        assertThat(grown(before, after, "demo-stars.counts")).isEqualTo(1);
        assertThat(grown(before, after, "functions.calls")).isZero();
    }

    @Test
    void countsCallsOfOtherFunctionsOnce() throws Exception {
        Exposition before = scrape();
        Reply relayed = call(CLIENT, "relay", "{}");
        Exposition after = scrape();

        assertThat(relayed.text("result")).as("%s", relayed).isEqualTo("quoted tea9");
        assertThat(grown(before, after, "demo-prices.quotes")).isEqualTo(3);
        assertThat(grown(before, after, "functions.calls")).isEqualTo(2);
    }

    @Test
    void needsTheMasterKeyWhereDeclaredWhateverWayAClientCalls() {
        String session = server.signUp("asker").text("sessionToken");
        for (Sender each : List.of(CLIENT, CLIENT.session(session))) {
            for (Reply refused :
                    List.of(
                            call(each, "margin", "{}"),
                            call(each, "demo-prices-quotes-margin", "{}"),
                            call(each, "demo-prices-quotes-tidy", "{}"),
                            call(each, "demo-stars-job-count", "{}"),
                            call(each, "demo-stars-trigger-beforesavemovie", "{}"),
                            server.get(each, "/web/margins/tea"))) {
                assertThat(refused.status()).as("%s", refused).isEqualTo(403);
                assertThat(refused.body().toString()).doesNotContain("9");
            }
        }
        Reply batch =
                server.post(
                        CLIENT,
                        "/batch",
                        "{\"requests\":[{\"method\":\"POST\",\"path\":\"/v1/functions/margin\"}]}");
        assertThat(batch.body().at("/0/error/error").asString(""))
                .isEqualTo("unauthorized: master key is required");
        assertThat(call(MASTER, "margin", "{}").text("result")).isEqualTo("9");
        assertThat(server.get(MASTER, "/web/margins/tea").status()).isEqualTo(200);
    }

    @Test
    void recordsTheIdsOfRequestsUnlessTheyMayBeRepeated() {
        Sender named = MASTER.with("X-Parse-Request-Id", "twice");
        for (int i = 0; i < 2; i++) {
            assertThat(call(named, "again", "{}").status()).isEqualTo(200);
            assertThat(call(named, "rate", "{\"movie\":\"Alien\"}").status()).isEqualTo(201);
            assertThat(server.post(named, "/jobs/tidy", "").status()).isEqualTo(200);
        }
        assertThat(call(named, "margin", "{}").status()).isEqualTo(200);
        assertThat(call(named, "margin", "{}").code()).isEqualTo(159);
        assertThat(server.post(named, "/jobs/count", "").code()).isEqualTo(159);
    }

    @Test
    void refusesUndeclaredEventsAndNotesUndeclaredErrorsOnce() {
        Reply loud = call(CLIENT, "quote", "{\"sku\":\"loud\"}");
        assertThat(loud.code()).as("%s", loud).isEqualTo(119);
        assertThat(loud.text("error")).contains("does not declare the event \"quote.shouted\"");

        assertThat(call(CLIENT, "quote", "{\"sku\":\"odd\"}").code()).isEqualTo(10099);
        assertThat(call(CLIENT, "quote", "{\"sku\":\"odd\"}").code()).isEqualTo(10099);
        assertThat(awaitedLines("failed with 10099, which it does not declare")).hasSize(1);
    }

    private static List<String> awaitedLines(String wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            List<String> lines = new ArrayList<>();
            server.get(MASTER, "/micro-apps/prices/log?limit=1000")
                    .body()
                    .path("lines")
                    .forEach(each -> lines.add(each.path("message").asString("")));
            lines.removeIf(each -> !each.contains(wanted));
            if (!lines.isEmpty() || System.nanoTime() > end) {
                return lines;
            }
        }
    }

    @Test
    void describesBothAlike() {
        JsonNode paths = server.get(MASTER, "/app/openapi.json").body().path("paths");
        JsonNode quote = paths.at("/~1functions~1quote/post");
        JsonNode rate = paths.at("/~1functions~1rate/post");

        for (JsonNode each : List.of(quote, rate)) {
            assertThat(each.path("deprecated").asBoolean(false)).as("%s", each).isTrue();
            assertThat(each.path("x-rialto-sunset").asString("")).isEqualTo("2027-07-05");
            assertThat(each.path("responses").propertyNames())
                    .contains("201")
                    .doesNotContain("200");
        }
        assertThat(quote.path("description").asString(""))
                .isEqualTo("Quotes a price. Takes its time.\n\nDeprecated: Use offer.");
        assertThat(quote.path("x-rialto-meter").asString("")).isEqualTo("demo-prices.quotes");
        assertThat(quote.path("x-rialto-cost").asInt(0)).isEqualTo(3);
        assertThat(quote.path("x-rialto-since").asString("")).isEqualTo("1.1.0");
        assertThat(quote.path("x-rialto-events").toString()).isEqualTo("[\"quote.made\"]");
        assertThat(
                        quote.at("/responses/400/content/application~1json/examples/10042/value")
                                .toString())
                .isEqualTo("{\"code\":10042,\"error\":\"The item is sold out.\"}");
        assertThat(quote.at("/responses/404/description").asString(""))
                .isEqualTo("Failed: 101 (There is no such item.).");
        assertThat(rate.path("description").asString(""))
                .isEqualTo("Rates a movie. Slowly.\n\nDeprecated: Use stars.");
        assertThat(rate.path("x-rialto-meter").asString("")).isEqualTo("demo-stars.ratings");
        assertThat(
                        rate.at("/responses/400/content/application~1json/examples/10007/summary")
                                .asString(""))
                .isEqualTo("Nobody saw the movie.");
        assertThat(rate.at("/requestBody/content/application~1json/schema/$ref").asString(""))
                .endsWith("/demo-stars-cloud-rate-input");
        assertThat(quote.path("x-rialto-request-ids").asBoolean(false)).isTrue();
        assertThat(rate.has("x-rialto-request-ids")).isFalse();
        JsonNode margin = paths.at("/~1functions~1margin/post");
        for (JsonNode each : List.of(rate, paths.at("/~1web~1quotes~1{sku}/get"))) {
            assertThat(named(each.path("parameters"), "name", "X-Team").toString())
                    .contains("\"in\":\"header\"", "\"description\":\"Who asks.\"");
        }
        assertThat(margin.path("security").toString()).isEqualTo("[{\"app\":[],\"master\":[]}]");
        assertThat(paths.at("/~1web~1quotes~1{sku}/get/responses").propertyNames()).contains("202");
    }

    @Test
    void listsBothAmongCapabilities() {
        JsonNode results = server.get(MASTER, "/capabilities").body().path("results");
        JsonNode prices = named(results, "name", "prices");
        JsonNode quote = named(prices.path("operations"), "id", "demo-prices-quotes-quote");
        JsonNode stars = named(results, "name", "stars");
        JsonNode trigger =
                named(stars.path("operations"), "id", "demo-stars-trigger-beforesavemovie");

        assertThat(prices.path("events").toString()).isEqualTo("[\"quote.made\"]");
        assertThat(prices.path("meters").toString())
                .isEqualTo(
                        "[\"demo-prices.pages\",\"demo-prices.quotes\",\"demo-prices.tidied\","
                                + "\"functions.calls\"]");
        assertThat(quote.path("deprecated").asString("")).isEqualTo("Use offer.");
        assertThat(quote.path("deprecatedOn").asString("")).isEqualTo("2026-01-31");
        assertThat(quote.path("sunset").asString("")).isEqualTo("2027-07-05");
        assertThat(quote.path("errors").toString()).contains("\"code\":10042");
        assertThat(trigger.path("errors").toString())
                .isEqualTo("[{\"code\":142,\"meaning\":\"It has no name.\"}]");
    }

    private static JsonNode named(JsonNode all, String key, String value) {
        for (JsonNode each : all) {
            if (each.path(key).asString("").equals(value)) {
                return each;
            }
        }
        throw new AssertionError("no " + value + " in " + all);
    }

    @Test
    void tellsWhatARevisionTakesFromItsCallers() {
        String before =
                """
                @Function("desk") public final class Desk {
                  @Interface(events = {"a.b", "c.d"}, errors = @Interface.Failure(code = 10001, when = "Never."))
                  @CloudFunction("open") public void open() {}
                  @Interface("shut") public void shut() {}
                }
                """;
        String after =
                """
                @Function("desk") public final class Desk {
                  @Interface(status = 201, events = "a.b", errors = @Interface.Failure(code = 10002, when = "Now."))
                  @CloudFunction("open") public void open() {}
                  @Interface(value = "shut", access = Interface.Access.MASTER) public void shut() {}
                }
                """;
        deploy("", MicroAppSources.of("desk").withClass("Desk", before), 201);
        Reply refused =
                deploy("?keep=true", MicroAppSources.of("desk").withClass("Desk", after), 422);

        List<String> dropped = new ArrayList<>();
        refused.body().path("dropped").forEach(each -> dropped.add(each.asString("")));
        assertThat(dropped)
                .containsExactly(
                        "status 200 of demo-desk-desk-open",
                        "event c.d of demo-desk-desk-open",
                        "calls of demo-desk-desk-shut without the master key");
    }

    private static double grown(Exposition before, Exposition after, String meter) {
        return after.value(UNITS, "meter=" + meter) - before.value(UNITS, "meter=" + meter);
    }

    private static Exposition scrape() throws IOException, InterruptedException {
        var address = URI.create("http://127.0.0.1:" + server.metricsPort() + "/metrics");
        return Exposition.parse(
                SCRAPER.send(
                                HttpRequest.newBuilder(address).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());
    }
}

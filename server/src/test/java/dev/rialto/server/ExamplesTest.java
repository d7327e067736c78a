package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The micro apps of the folder `examples`, deployed as they are there.
final class ExamplesTest {
    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final Sender MASTER = Sender.master();
    private static final Sender CLIENT = Sender.client();

    private static TestServer server;

    @BeforeAll
    static void deployAll() throws IOException {
        server = new TestServer(Map.of("functions.outbound", "127.0.0.1"));
        for (String each :
                List.of(
                        "greeter",
                        "order-hook",
                        "bff",
                        "parse-cloud",
                        "wasm-assemblyscript",
                        "wasm-c",
                        "python-worker",
                        "custom-http")) {
            byte[] zip = MicroAppSources.read(EXAMPLES.resolve(each)).zip();
            Reply reply = server.upload(MASTER, "/micro-apps", zip);
            assertThat(reply.status()).as("%s: %s", each, reply).isEqualTo(201);
        }
        server.create(MASTER, "Product", "{\"name\":\"tea\",\"price\":250}");
        server.create(MASTER, "Product", "{\"name\":\"12\\\" plate\",\"price\":400}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Reply call(String name, String body) {
        return server.post(CLIENT, "/functions/" + name, body);
    }

    private static void configure(String microApp, String body) {
        Reply reply = server.put(MASTER, "/micro-apps/" + microApp + "/config", body);
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
    }

    private static JsonNode found(Sender sender, String className, String where) {
        return server.find(sender, className, where).body().path("results");
    }

    @Test
    void greeterGreets() {
        Reply english = call("hello", "{\"name\":\"Ada\"}");
        Reply french =
                call("demo-hello-greeter-greet", "{\"name\":\"Blaise\",\"language\":\"FRENCH\"}");

        assertThat(english.body().path("result").path("text").asString(""))
                .as("%s", english)
                .isEqualTo("Hello, Ada!");
        assertThat(french.body().path("result").path("text").asString(""))
                .as("%s", french)
                .isEqualTo("Bonjour, Blaise!");
        assertThat(call("hello", "{}").text("error")).contains("A name is needed.");
        assertThat(call("hello", "{\"name\":\"Ada\",\"language\":\"LATIN\"}").code())
                .isEqualTo(107);
    }

    @Test
    void greeterTakesItsMarkFromTheOperator() {
        configure("greeter", "{\"mark\":\"?\"}");
        try {
            assertThat(call("hello", "{\"name\":\"Ada\"}").body().at("/result/text").asString(""))
                    .isEqualTo("Hello, Ada?");
        } finally {
            configure("greeter", "{\"mark\":null}");
        }
    }

    @Test
    void ordersArePricedAndChecked() {
        String id =
                server.create(
                        CLIENT,
                        "Order",
                        "{\"lines\":[{\"product\":\"tea\",\"count\":3}],\"total\":1}");
        Reply unknown =
                server.post(
                        CLIENT,
                        "/classes/Order",
                        "{\"lines\":[{\"product\":\"coffee\",\"count\":1}]}");
        Reply emptied = server.put(CLIENT, "/classes/Order/" + id, "{\"lines\":[]}");

        assertThat(order(id).path("total").asInt(0)).isEqualTo(750);
        assertThat(unknown.code()).as("%s", unknown).isEqualTo(10_001);
        assertThat(unknown.text("error")).isEqualTo("There is no coffee.");
        assertThat(emptied.text("error")).isEqualTo("An order needs lines.");
        assertThat(order(id).path("lines")).hasSize(1);
    }

    private static JsonNode order(String id) {
        return server.get(CLIENT, "/classes/Order/" + id).body();
    }

    @Test
    void eachOrderIsPackedAndReported() throws InterruptedException {
        String id =
                server.create(CLIENT, "Order", "{\"lines\":[{\"product\":\"tea\",\"count\":2}]}");
        JsonNode parcels = awaited("Parcel", "{\"order\":\"" + id + "\"}");

        Reply started = server.post(MASTER, "/jobs/sales-report", "{}");
        JsonNode reports = awaited("SalesReport", "{}");

        assertThat(parcels).hasSize(1);
        assertThat(parcels.path(0).path("state").asString("")).isEqualTo("packed");
        assertThat(started.status()).as("%s", started).isEqualTo(200);
        assertThat(reports.path(0).path("orders").asInt(0)).isPositive();
        assertThat(reports.path(0).path("total").asInt(0)).isGreaterThanOrEqualTo(500);
    }

    /// What is found once something in the background has saved it.
    private static JsonNode awaited(String className, String where) throws InterruptedException {
        JsonNode found = found(MASTER, className, where);
        for (int tries = 0; found.isEmpty() && tries < 200; tries++) {
            Thread.sleep(50);
            found = found(MASTER, className, where);
        }
        return found;
    }

    @Test
    void pageFallsBackForPartsThatAreLateOrFail() throws InterruptedException {
        // Enough for the part that answers, also on a machine that is busy.
        configure("bff", "{\"patience\":\"2500\"}");

        long begun = System.nanoTime();
        Reply page = server.get(CLIENT, "/web/home/ann");
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);

        assertThat(page.status()).as("%s", page).isEqualTo(200);
        assertThat(page.body().path("orders").path("title").asString("")).isEqualTo("Your orders");
        assertThat(page.body().at("/recommended/title").asString(""))
                .isEqualTo("Everybody's favourites");
        assertThat(page.body().at("/recommended/entries/0").asString("")).isEqualTo("tea");
        assertThat(page.body().at("/offers/entries")).isEmpty();
        assertThat(millis).isBetween(2_400L, 10_000L);
        assertThat(logged("bff", lines -> lines.size() >= 2))
                .contains(
                        "Everybody's favourites came too late",
                        "Offers failed: the price list is being changed")
                .doesNotContain("Your orders came too late");
    }

    /// A log is written soon after what it tells of.
    private static List<String> logged(String microApp, Predicate<List<String>> enough)
            throws InterruptedException {
        List<String> lines = new ArrayList<>();
        for (int tries = 0; tries < 100 && !enough.test(lines); tries++) {
            Thread.sleep(50);
            lines.clear();
            server.get(MASTER, "/micro-apps/" + microApp + "/log")
                    .body()
                    .path("lines")
                    .forEach(each -> lines.add(each.path("message").asString("")));
        }
        return lines;
    }

    @Test
    void catalogIsStreamed() {
        Reply catalog = server.get(CLIENT, "/web/catalog.csv");

        assertThat(catalog.status()).as("%s", catalog).isEqualTo(200);
        assertThat(catalog.text("text"))
                .isEqualTo("name,price\n\"12\"\" plate\",400\n\"tea\",250\n");
    }

    @Test
    void cloudCodeChecksAndCountsReviews() {
        Reply refused = server.post(CLIENT, "/classes/Review", "{\"movie\":\"Alien\",\"stars\":6}");
        String id =
                server.create(
                        CLIENT,
                        "Review",
                        "{\"movie\":\"Alien\",\"stars\":4,\"approved\":true,\"comment\":\""
                                + "long ".repeat(20)
                                + "\"}");
        server.create(MASTER, "Review", "{\"movie\":\"Alien\",\"stars\":5,\"approved\":true}");

        assertThat(refused.code()).as("%s", refused).isEqualTo(142);
        assertThat(refused.text("error")).isEqualTo("A review has 1 to 5 stars.");
        JsonNode stored = server.get(MASTER, "/classes/Review/" + id).body();
        assertThat(stored.path("comment").asString("")).hasSize(60).endsWith("…");
        assertThat(stored.path("approved").asBoolean(true)).isFalse();
        assertThat(found(CLIENT, "Review", "{\"movie\":\"Alien\"}")).hasSize(1);
        assertThat(found(MASTER, "Review", "{\"movie\":\"Alien\"}")).hasSize(2);
        assertThat(found(CLIENT, "Movie", "{\"title\":\"Alien\"}").path(0).path("reviews").asInt(0))
                .isEqualTo(2);
        assertThat(call("averageStars", "{\"movie\":\"Alien\"}").body().path("result").asDouble(0))
                .isEqualTo(4.5);
    }

    @Test
    void cloudCodeApprovesReviewsInTheBackground() throws InterruptedException {
        String id = server.create(CLIENT, "Review", "{\"movie\":\"Brazil\",\"stars\":5}");
        assertThat(found(CLIENT, "Review", "{\"movie\":\"Brazil\"}")).isEmpty();

        Reply started = server.post(MASTER, "/jobs/approveReviews", "{}");

        assertThat(started.status()).as("%s", started).isEqualTo(200);
        assertThat(awaited("Review", "{\"objectId\":\"" + id + "\",\"approved\":true}")).hasSize(1);
        assertThat(found(CLIENT, "Review", "{\"movie\":\"Brazil\"}")).hasSize(1);
    }

    @Test
    void cloudCodeTellsOfErrors() {
        Reply unknown = call("averageStars", "{\"movie\":\"Cats\"}");

        assertThat(unknown.code()).as("%s", unknown).isEqualTo(101);
        assertThat(unknown.text("error")).isEqualTo("Nobody reviewed Cats.");
        assertThat(call("averageStars", "{}").code()).isEqualTo(142);
    }

    @Test
    void cloudCodeAsksOtherServers() throws IOException {
        HttpServer trailers =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        trailers.createContext(
                "/trailers",
                exchange -> {
                    String query = exchange.getRequestURI().getQuery();
                    byte[] body =
                            ("{\"url\":\"https://example.com/" + query + "\"}")
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        trailers.start();
        try {
            configure(
                    "reviews",
                    "{\"TRAILERS_URL\":\"http://127.0.0.1:"
                            + trailers.getAddress().getPort()
                            + "/trailers\"}");

            assertThat(call("trailer", "{\"movie\":\"Alien\"}").text("result"))
                    .isEqualTo("https://example.com/movie=Alien");
        } finally {
            trailers.stop(0);
        }
    }

    @Test
    void assemblyScriptSetsAndFindsSlugs() {
        Reply saved = server.post(CLIENT, "/classes/Article", "{\"title\":\"Say \\\"Hello\\\"!\"}");
        assertThat(saved.status()).as("%s", saved).isEqualTo(201);
        assertThat(found(MASTER, "Article", "{\"slug\":\"say-hello\"}")).hasSize(1);

        assertThat(call("slug", "{\"title\":\"Say, hello\"}").body().path("result"))
                .hasToString("{\"slug\":\"say-hello\",\"taken\":1}");
        assertThat(server.post(CLIENT, "/classes/Article", "{\"title\":\"?\"}").code())
                .isEqualTo(142);
    }

    @Test
    void cChecksNumbersOfCards() {
        assertThat(call("checkCard", "{\"number\":\"4539 1488 0343 6467\"}").body().path("result"))
                .hasToString("{\"valid\":true,\"digits\":16}");
        assertThat(call("checkCard", "{\"number\":\"17\"}").body().path("result"))
                .hasToString("{\"valid\":false,\"digits\":2}");
        Reply refused = call("checkCard", "{\"number\":\"x\"}");
        assertThat(refused.code()).isEqualTo(10001);
        assertThat(refused.text("error")).isEqualTo("A number has digits, spaces and dashes.");
    }

    @Test
    void pythonRatesBooks() {
        assertThat(call("rate", "{\"book\":\"Emma\",\"stars\":5}").body().path("result"))
                .hasToString("{\"average\":5.0}");
        assertThat(call("rate", "{\"book\":\"Emma\",\"stars\":2}").body().path("result"))
                .hasToString("{\"average\":3.5}");
        assertThat(found(CLIENT, "Rating", "{\"book\":\"Emma\"}")).hasSize(2);
        Reply refused = call("rate", "{\"book\":\"Emma\",\"stars\":6}");
        assertThat(refused.code()).as("%s", refused).isEqualTo(10001);
        assertThat(call("average", "{\"book\":\"Dune\"}").code()).isEqualTo(101);
        Reply page = server.get(CLIENT, "/web/ratings/Emma");
        assertThat(page.text("text")).isEqualTo("<h1>Emma</h1><p>3.5 of 5 stars</p>");
    }

    @Test
    void anHttpServerShortensLinks() {
        String link = "{\"word\":\"docs\",\"url\":\"https://example.com/docs\"}";
        Reply shortened = call("shorten", link);
        assertThat(shortened.body().path("result"))
                .as("%s", shortened)
                .hasToString("{\"path\":\"/go/docs\"}");
        assertThat(call("shorten", link).code()).isEqualTo(137);
        Reply followed = server.get(CLIENT, "/web/go/docs");
        assertThat(followed.status()).as("%s", followed).isEqualTo(302);
        assertThat(server.get(CLIENT, "/web/go/nowhere").status()).isEqualTo(404);
    }
}

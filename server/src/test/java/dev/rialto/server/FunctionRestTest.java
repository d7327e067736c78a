package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What Java functions can do of what the REST API offers.
final class FunctionRestTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer(Map.of("http.trusted-proxies", "127.0.0.1"));
        Reply deployed =
                server.upload(
                        Sender.master(),
                        "/micro-apps",
                        MicroAppSources.of("shop")
                                .withClass(
                                        "Shop",
                                        """
                                        @Function("shop") public final class Shop {
                                          @CloudFunction("lists") public Map<String, Object> lists(Context context) {
                                            var all = context.objects();
                                            var one = all.save(Entity.of("Cart").with("tags", List.of("a")).with("n", 1)).pointer();
                                            Entity told = all.update(one, Update.create()
                                                .add("tags", "a", "b").increment("n", 2).set("x", 1)
                                                .onlyIf(Query.of("Cart").equalTo("n", 1)));
                                            all.update(one, Update.create().addUnique("tags", "b", "c").unset("x"));
                                            all.update(one, Update.create().remove("tags", "a"));
                                            Entity now = all.get("Cart", one.id()).orElseThrow();
                                            String unmet = "";
                                            try {
                                              all.update(one, Update.create().set("n", 9).onlyIf(Query.of("Cart").equalTo("n", 1)));
                                            } catch (FunctionException failure) {
                                              unmet = "" + failure.code();
                                            }
                                            return Map.of("n", told.get("n"), "tags", now.get("tags"), "x", now.has("x"), "unmet", unmet);
                                          }
                                          @CloudFunction("relations") public long relations(Context context) {
                                            var all = context.objects();
                                            var tea = all.save(Entity.of("Product").with("name", "tea")).pointer();
                                            var ink = all.save(Entity.of("Product").with("name", "ink")).pointer();
                                            var one = all.save(Entity.of("Basket")).pointer();
                                            all.update(one, Update.create().relate("products", tea, ink));
                                            all.update(one, Update.create().unrelate("products", ink));
                                            return all.count(Query.of("Product").relatedTo(one, "products"));
                                          }
                                          @CloudFunction("batch") public List<String> batch(Context context) {
                                            var all = context.objects();
                                            var gone = new Entity.Pointer("Step", "nobody");
                                            var outcomes = all.batch(List.of(
                                                Write.save(Entity.of("Step").with("n", 1)), Write.delete(gone)));
                                            String failed = "";
                                            try {
                                              all.transact(List.of(
                                                  Write.save(Entity.of("Step").with("n", 2)), Write.delete(gone)));
                                            } catch (FunctionException failure) {
                                              failed = "" + failure.code();
                                            }
                                            var done = all.transact(List.of(
                                                Write.save(Entity.of("Step").with("n", 3)), Write.save(Entity.of("Step").with("n", 4))));
                                            return List.of(outcomes.get(0).getClass().getSimpleName(),
                                                outcomes.get(1).getClass().getSimpleName(), failed,
                                                "" + all.count(Query.of("Step")), "" + !done.get(0).id().isEmpty());
                                          }
                                          @CloudFunction("aggregate") public List<Map<String, Object>> aggregate(Context context) {
                                            return context.objects().asMaster().aggregate("Step",
                                                List.of(Map.of("$group", Map.of("_id", "all", "sum", Map.of("$sum", "$n")))));
                                          }
                                          @CloudFunction("users") public List<Object> users(Context context) {
                                            var ada = context.users().signUp(
                                                Entity.of("_User").with("username", "ada").with("password", "lovelace"));
                                            var again = context.users().logIn("ada", "lovelace");
                                            return List.of(ada.user().id().equals(again.user().id()),
                                                ada.token().startsWith("r:"), ada.user().has("password"),
                                                context.users().hasPassword("ada", "lovelace"),
                                                context.users().hasPassword("ada", "other"));
                                          }
                                          public record Attempt(String name, String password) {}
                                          @CloudFunction("enter") public boolean enter(Attempt attempt, Context context) {
                                            return context.users().hasPassword(attempt.name(), attempt.password());
                                          }
                                          @CloudFunction("schemas") public Object schemas(Context context) {
                                            return context.rest().call("GET", "/schemas/Step", Map.of());
                                          }
                                          @CloudFunction("masterSchemas") public Object masterSchemas(Context context) {
                                            return context.rest().asMaster().call("GET", "/schemas/Step", Map.of()).get("className");
                                          }
                                          @CloudFunction("own") public String own(Context context) {
                                            context.rest().call("POST", "/classes/Private", Map.of("ACL", Map.of()));
                                            return "" + context.rest().call("GET", "/classes/Private", Map.of()).get("results");
                                          }
                                          public record Page(String url) {}
                                          @CloudFunction("fetch") public int fetch(Page page, Context context) {
                                            return context.http().send(Http.Request.get(page.url())).status();
                                          }
                                          @CloudFunction("deep") public Object deep(Context context) {
                                            return context.rest().call("POST", "/functions/deep", Map.of());
                                          }
                                        }
                                        """)
                                .zip());
        assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void changesListsAndNumbersInOneStepAndOnlyIfAConditionHolds() {
        assertThat(call("lists").body().path("result").toString())
                .contains("\"n\":3", "\"tags\":[\"b\",\"c\"]", "\"x\":false", "\"unmet\":\"1412\"");
    }

    @Test
    void changesAndAsksRelations() {
        assertThat(call("relations").body().path("result").asInt(-1)).isEqualTo(1);
    }

    @Test
    void writesInBatchesAndTransactionsAndAggregates() {
        assertThat(call("batch").body().path("result").toString())
                .isEqualTo("[\"Done\",\"Failed\",\"101\",\"3\",\"true\"]");
        assertThat(call("aggregate").body().path("result").toString()).contains("\"sum\":8");
    }

    @Test
    void signsUsersUpAndIn() {
        Reply reply = call("users");
        assertThat(reply.body().path("result").toString())
                .as("%s", reply)
                .isEqualTo("[true,true,false,true,false]");
    }

    /// Those whose functions log users in come from as many networks as their clients.
    @Test
    void locksANameOnlyWhereTheGuessesComeFrom() {
        server.signUp("guessed");
        for (int i = 0; i < 10; i++) {
            assertThat(enter("198.51.100.1", "guess").text("result")).isEqualTo("false");
        }
        assertThat(enter("198.51.100.1", "secret of guessed").text("result"))
                .as("locked")
                .isNotEqualTo("true");
        assertThat(enter("198.51.100.2", "secret of guessed").text("result")).isEqualTo("true");
    }

    private static Reply enter(String address, String password) {
        return server.post(
                Sender.client().with("X-Forwarded-For", address),
                "/functions/enter",
                "{\"name\":\"guessed\",\"password\":\"%s\"}".formatted(password));
    }

    @Test
    void checksAccessAsForTheCaller() {
        call("batch");
        assertThat(call("schemas").text("error")).isEqualTo("unauthorized: master key is required");
        assertThat(call("masterSchemas").text("result")).isEqualTo("Step");
        assertThat(call("own").text("result")).isEqualTo("[]");
    }

    @Test
    void boundsFunctionsThatCallThemselvesOverRest() {
        assertThat(call("deep").text("error")).contains("more than 16 deep");
    }

    @Test
    void reachesNothingOfTheServersOwnNetwork() {
        for (String host :
                List.of(
                        "127.0.0.1",
                        "localhost",
                        "[::1]",
                        "0.0.0.0",
                        "169.254.169.254",
                        "10.0.0.1")) {
            Reply reply =
                    server.post(
                            Sender.client(),
                            "/functions/fetch",
                            "{\"url\":\"http://" + host + ":5432/\"}");
            assertThat(reply.code()).as("%s: %s", host, reply).isEqualTo(119);
        }
    }

    private static Reply call(String name) {
        return server.post(Sender.client(), "/functions/" + name, "{}");
    }
}

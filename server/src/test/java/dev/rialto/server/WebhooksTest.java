package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Functions and triggers at another address, which a server of this test answers at.
final class WebhooksTest {
    private static final Sender MASTER = Sender.master();
    private static final Sender CLIENT = Sender.client();

    private static TestServer server;
    private static HttpServer elsewhere;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
        elsewhere =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(
                "/sum",
                asked -> {
                    JsonNode params = asked.path("params");
                    return Json.object()
                            .put("success", params.path("a").asInt() + params.path("b").asInt());
                });
        answer("/refuse", _ -> Json.object().put("error", "not today"));
        answer(
                "/upper",
                asked -> {
                    ObjectNode object = (ObjectNode) asked.path("object");
                    object.put("name", object.path("name").asString().toUpperCase(Locale.ROOT));
                    return Json.object().set("success", object);
                });
        elsewhere.start();
        register("functions", "\"functionName\": \"sum\"", "/sum");
        register("functions", "\"functionName\": \"refuse\"", "/refuse");
        register("triggers", "\"className\": \"Loud\", \"triggerName\": \"beforeSave\"", "/upper");
    }

    @AfterAll
    static void stop() {
        elsewhere.stop(0);
        server.close();
    }

    private static void answer(String path, Function<JsonNode, JsonNode> how) {
        elsewhere.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        byte[] body =
                                how.apply(
                                                Json.read(
                                                        new String(
                                                                exchange.getRequestBody()
                                                                        .readAllBytes(),
                                                                StandardCharsets.UTF_8)))
                                        .toString()
                                        .getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                    }
                });
    }

    private static void register(String kind, String what, String path) {
        String url = "http://127.0.0.1:" + elsewhere.getAddress().getPort() + path;
        Reply made =
                server.post(MASTER, "/hooks/" + kind, "{" + what + ", \"url\": \"" + url + "\"}");
        assertThat(made.status()).as("%s", made).isEqualTo(200);
    }

    @Test
    void anAppThatIsMadeAnewHasNothingOfTheOneThatWasDeleted() throws InterruptedException {
        Sender other = Sender.of(TestServer.OTHER_APP, "second-master-key");
        Sender user = new Sender(Map.of("X-Parse-Application-Id", TestServer.OTHER_APP));
        String url = "http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/sum";
        server.post(
                other, "/hooks/functions", "{\"functionName\":\"sum\",\"url\":\"" + url + "\"}");
        server.put(
                other,
                "/limits",
                "{\"limits\":[{\"operations\":\"objects.find\",\"calls\":1,\"time\":\"1d\",\"by\":\"app\"}]}");
        Reply deployed =
                server.upload(
                        other,
                        "/micro-apps",
                        MicroAppSources.of("old")
                                .withClass(
                                        "Old",
                                        """
                                        @Function("old") public final class Old {
                                          @CloudFunction("old") public String old() { return "old"; }
                                        }
                                        """)
                                .zip());
        assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);
        Reply ann = server.post(user, "/users", "{\"username\":\"ann\",\"password\":\"secret\"}");
        Sender session = user.session(ann.text("sessionToken"));
        assertThat(server.get(session, "/users/me").status()).isEqualTo(200);
        assertThat(server.post(user, "/functions/sum", "{\"a\":1,\"b\":2}").status())
                .isEqualTo(200);
        assertThat(server.post(user, "/functions/old", "").status()).isEqualTo(200);

        server.makeOtherAnew();

        List<Integer> codes = List.of();
        for (int look = 0; look < 1_000 && !codes.equals(List.of(0, 209, 141, 141)); look++) {
            Thread.sleep(20);
            codes =
                    List.of(
                            server.get(other, "/limits").body().path("limits").size(),
                            server.get(session, "/users/me").code(),
                            server.post(user, "/functions/sum", "{\"a\":1,\"b\":2}").code(),
                            server.post(user, "/functions/old", "").code());
        }
        assertThat(codes).containsExactly(0, 209, 141, 141);
    }

    @Test
    void aClientCallsAFunction() {
        Reply reply = server.post(CLIENT, "/functions/sum", "{\"a\": 40, \"b\": 2}");
        assertThat(reply.body().path("result").asInt()).as("%s", reply).isEqualTo(42);
    }

    @Test
    void returnsTheErrorOfAFunction() {
        Reply reply = server.post(CLIENT, "/functions/refuse", "{}");
        assertThat(reply.code()).isEqualTo(141);
        assertThat(reply.text("error")).contains("not today");
    }

    @Test
    void aTriggerChangesAnObject() {
        String id = server.create(CLIENT, "Loud", "{\"name\": \"ada\"}");
        assertThat(server.get(CLIENT, "/classes/Loud/" + id).text("name")).isEqualTo("ADA");
    }

    @Test
    void aFunctionOfAMicroAppCallsAnother() {
        MicroAppSources sources =
                MicroAppSources.of("caller")
                        .withClass(
                                "Doubling",
                                """
                                @Function("doubling") public final class Doubling {
                                  public record Sum(int a, int b) {}
                                  @CloudFunction("doubled") public int doubled(Sum sum, Context context) {
                                    return 2 * context.functions().call("sum", sum, int.class);
                                  }
                                }
                                """);
        Reply deployed = server.upload(MASTER, "/micro-apps", sources.zip());
        assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);
        Reply reply = server.post(CLIENT, "/functions/doubled", "{\"a\": 20, \"b\": 1}");
        assertThat(reply.body().path("result").asInt()).as("%s", reply).isEqualTo(42);
    }
}

package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What strangers send, and what they are told.
final class HostileInputTest {
    private static final Sender CLIENT = Sender.client();
    private static final Sender MASTER = Sender.master();

    /// What is inside of this server: classes, packages, the parser's and PostgreSQL's own words.
    private static final Pattern INSIDE =
            Pattern.compile(
                    "java\\.|tools\\.jackson|org\\.postgresql|dev\\.rialto|com\\.example|Exception"
                            + "|\\[Source|StreamReadConstraints|ERROR:|SQLState|pg_");

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
        Reply deployed =
                server.upload(
                        MASTER,
                        "/micro-apps",
                        MicroAppSources.of("typed")
                                .withClass(
                                        "Typed",
                                        """
                                        @Function("typed") public final class Typed {
                                          public enum Size { SMALL, LARGE }
                                          public record Line(String item, int count) {}
                                          public record Order(
                                                  String customer,
                                                  int number,
                                                  Size size,
                                                  Instant due,
                                                  boolean urgent,
                                                  List<Line> lines) {}
                                          public record Odd(int number) {
                                            public Odd {
                                              if (number == 1) throw new IllegalArgumentException("number is odd");
                                              if (number == 2) throw new IllegalStateException("com.example.Secret");
                                            }
                                          }
                                          @CloudFunction("order") public int order(Order order) {
                                            return order.lines().size();
                                          }
                                          @CloudFunction("odd") public int odd(Odd odd) { return odd.number(); }
                                          @CloudFunction("fail") public String fail() {
                                            throw new IllegalStateException("jdbc:postgresql://10.0.0.7/secret");
                                          }
                                          @CloudFunction("pass") public String pass(Order order) {
                                            return Map.<String, String>of().get(order.customer()).strip();
                                          }
                                        }
                                        """)
                                .zip());
        assertThat(deployed.status()).as(deployed.toString()).isLessThan(300);
        server.create(
                MASTER,
                "Thing",
                "{\"n\":1,\"s\":\"x\",\"at\":{\"__type\":\"Date\",\"iso\":\"2026-01-01T00:00:00.000Z\"}}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void countsEachPasswordOfABatch() {
        server.signUp("many-guesses");
        Reply reply = server.post(CLIENT, "/batch", guesses("many-guesses", false));
        List<String> told = errors(reply);
        assertThat(told).hasSize(300);
        assertThat(told.stream().filter("Invalid username/password."::equals)).hasSize(10);
        assertThat(told.get(299)).startsWith("Your account is locked");
        server.signUp("guessed-at-once");
        assertThat(server.post(CLIENT, "/batch", guesses("guessed-at-once", true)).code())
                .isEqualTo(101);
        assertThat(
                        server.post(
                                        CLIENT,
                                        "/login",
                                        "{\"_method\":\"GET\",\"username\":\"many-guesses\","
                                                + "\"password\":\"secret of many-guesses\"}")
                                .text("error"))
                .startsWith("Your account is locked");
    }

    private static List<String> errors(Reply reply) {
        List<String> errors = new ArrayList<>();
        for (JsonNode each : reply.body()) {
            errors.add(each.path("error").path("error").asString(""));
        }
        return errors;
    }

    private static String guesses(String name, boolean transaction) {
        return IntStream.range(0, 300)
                .mapToObj(i ->
                        "{\"method\":\"POST\",\"path\":\"/v1/login\",\"body\":{\"username\":\"%s\",\"password\":\"guess %d\"}}"
                                .formatted(name, i))
                .collect(
                        Collectors.joining(
                                ",", "{\"transaction\":" + transaction + ",\"requests\":[", "]}"));
    }

    private record Bad(String method, String path, String body) {}

    private static Bad get(String path) {
        return new Bad("GET", path, "");
    }

    private static Bad post(String path, String body) {
        return new Bad("POST", path, body);
    }

    @Test
    void revealsNothingOfItsInside() {
        List<Bad> inputs = new ArrayList<>();
        for (String json :
                List.of(
                        "{",
                        "{\"a\":",
                        "{\"a\":tru}",
                        "{a:1}",
                        "[1,2",
                        "\"x",
                        "{\"a\":1}}",
                        "nul",
                        "{\"a\":1e999}",
                        "{\"a\":\"\\u12\"}",
                        "[".repeat(200),
                        "{\"a\":01}",
                        "{\"a\":" + "9".repeat(2000) + "}")) {
            for (String path :
                    List.of(
                            "/classes/Thing",
                            "/functions/order",
                            "/batch",
                            "/login",
                            "/sync",
                            "/users")) {
                inputs.add(post(path, json));
            }
            inputs.add(get("/classes/Thing?where=" + encoded(json)));
            inputs.add(get("/aggregate/Thing?pipeline=" + encoded(json)));
            inputs.add(get("/feeds/Thing?where=" + encoded(json)));
        }
        for (String where :
                List.of(
                        "{\"n\":{\"$gt\":\"x\"}}",
                        "{\"s\":{\"$regex\":\"(\"}}",
                        "{\"s\":{\"$regex\":\"a{99999}\"}}",
                        "{\"at\":{\"$gt\":{\"__type\":\"Date\",\"iso\":\"soon\"}}}",
                        "{\"n\":{\"$in\":1}}",
                        "{\"$or\":1}",
                        "{\"n\":{\"$nearSphere\":1}}",
                        "{\"s\":{\"$text\":{\"$search\":1}}}",
                        "{\"objectId\":{\"$inQuery\":{\"className\":1}}}",
                        "{\"n\":1e308}",
                        "{\"\\u0000\":1}")) {
            inputs.add(get("/classes/Thing?where=" + encoded(where)));
        }
        for (String query :
                List.of(
                        "limit=x",
                        "limit=99999999999999999999",
                        "skip=-1",
                        "order=%00",
                        "keys=%00",
                        "include=a..b",
                        "count=x",
                        "explain=x")) {
            inputs.add(get("/classes/Thing?" + query));
        }
        for (String body :
                List.of(
                        "{\"n\":\"x\"}",
                        "{\"at\":\"x\"}",
                        "{\"at\":{\"__type\":\"Date\",\"iso\":\"x\"}}",
                        "{\"n\":1e400}",
                        "{\"g\":{\"__type\":\"GeoPoint\",\"latitude\":\"x\"}}",
                        "{\"b\":{\"__type\":\"Bytes\",\"base64\":\"%%\"}}",
                        "{\"n\":{\"__op\":\"Increment\",\"amount\":\"x\"}}",
                        "{\"n\":{\"__op\":1}}",
                        "{\"s\":\"\\u0000\"}",
                        "{\"ACL\":1}",
                        "{\"a.b\":1}",
                        "{\"p\":{\"__type\":\"Pointer\"}}")) {
            inputs.add(post("/classes/Thing", body));
        }
        for (String body :
                List.of(
                        "{\"number\":\"x\"}",
                        "{\"number\":1.5}",
                        "{\"size\":\"HUGE\"}",
                        "{\"size\":{}}",
                        "{\"due\":\"soon\"}",
                        "{\"due\":5}",
                        "{\"urgent\":\"maybe\"}",
                        "{\"lines\":5}",
                        "{\"lines\":[5]}",
                        "{\"lines\":[{\"count\":\"x\"}]}",
                        "{\"customer\":[]}",
                        "{\"lines\":[{\"color\":1}]}",
                        "{\"lines\":{\"a\":1}}")) {
            inputs.add(post("/functions/order", body));
        }
        for (String number : List.of("1", "2", "\"x\"", "99999999999")) {
            inputs.add(post("/functions/odd", "{\"number\":" + number + "}"));
        }
        inputs.add(post("/functions/fail", "{}"));
        inputs.add(post("/functions/pass", "{\"customer\":\"x\"}"));
        List<String> told = new ArrayList<>();
        for (Bad each : inputs) {
            for (Sender sender : List.of(CLIENT, MASTER)) {
                Reply reply = server.send(sender, each.method(), each.path(), each.body());
                if (INSIDE.matcher(reply.body().toString()).find() || reply.status() >= 500) {
                    told.add(each + " -> " + reply.status() + " " + reply.body());
                }
            }
        }
        assertThat(told).isEmpty();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void namesTheFieldAndWhatIsExpected() {
        assertThat(call("order", "{\"number\":\"x\"}"))
                .isEqualTo("number: expected a whole number");
        assertThat(call("order", "{\"size\":\"HUGE\"}"))
                .isEqualTo("size: expected one of SMALL, LARGE");
        assertThat(call("order", "{\"lines\":[{\"item\":\"a\",\"count\":\"x\"}]}"))
                .isEqualTo("lines[0].count: expected a whole number");
        assertThat(call("order", "{\"due\":\"soon\"}"))
                .isEqualTo("due: expected a date such as 2026-01-31T12:00:00.000Z");
        assertThat(call("odd", "{\"number\":1}")).isEqualTo("number is odd");
        assertThat(call("odd", "{\"number\":2}")).isEqualTo("the input is not accepted");
        assertThat(call("fail", "{}")).matches("the function failed \\(request [0-9a-z.-]+\\)");
        assertThat(server.post(CLIENT, "/classes/Thing", "{\"n\":1,\n\"s\":}").text("error"))
                .isEqualTo("malformed JSON at line 2, column 5");
    }

    private static String call(String function, String body) {
        return server.post(CLIENT, "/functions/" + function, body).text("error");
    }
}

package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Span;
import dev.rialto.node.RestGateway.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class CloudFunctionsTest {
    private static final CloudCode CODE = CloudCode.games();

    @AfterAll
    static void stop() {
        CODE.close();
    }

    @BeforeEach
    void forget() {
        CODE.rest.requests.clear();
        CODE.rest.spans.clear();
        CODE.host.lines.clear();
    }

    @Test
    void tellsTheFunctionWhoCallsWithWhat() {
        assertThat(CODE.call("hello", "{'name':'ann'}", CloudCode.ANN).toString())
                .isEqualTo(
                        "{\"text\":\"HELLO ANN\",\"user\":\"Ann\",\"token\":\"r:ann\","
                                + "\"master\":false,\"installationId\":\"phone\","
                                + "\"context\":{\"from\":\"client\"},\"headers\":{\"user-agent\":"
                                + "\"phone\"},\"ip\":\"192.0.2.7\"}");
        assertThat(CODE.host.lines).containsExactly("info hello from hello");
        assertThat(CODE.call("hello", "{}", CloudCode.MASTER).path("master").booleanValue())
                .isTrue();
        assertThat(
                        CODE.call("hello", "{}", new Caller.ReadOnlyMaster())
                                .path("master")
                                .booleanValue())
                .isFalse();
    }

    @Test
    void saysWithWhichStatusAndHeadersItIsAnswered() {
        Result result =
                CODE.answer(
                        new Binding.CloudFunction("created"),
                        "{}",
                        CloudCode.ANYBODY,
                        Duration.ofSeconds(10),
                        Json.object());
        assertThat(result.output().toString()).isEqualTo("{\"made\":true}");
        assertThat(result.head().toString())
                .isEqualTo("{\"status\":201,\"headers\":{\"X-Made\":\"1\"}}");
    }

    @Test
    void waitsForWhatAJobSays() {
        CODE.call(new Binding.Job("talkative"), "{}", CloudCode.MASTER, Duration.ofSeconds(10));
        assertThat(CODE.host.lines).containsExactly("progress one", "progress two");
    }

    @Test
    void sharesOneSdkWithAllFilesOfTheProject() {
        assertThat(CODE.call("sameParse", "{}").booleanValue()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "success, 'x'",
        "later, 'later x'",
        "arrow, 'from a timer'",
        "promise, 'by promise'",
        "value, 'returned'",
        "nothing, ",
        "status, 'half way'"
    })
    void takesResultsOfTheOlderStyle(String how, @Nullable String result) {
        JsonNode said = CODE.call("old" + how, "{}");
        assertThat(said.isNull() ? null : said.stringValue()).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource({
        "message, 141, no good",
        "code, 1042, chosen",
        "parseError, 101, gone",
        "plainError, 141, plain",
        "later, 141, much later",
        "thrown, 141, thrown by hand"
    })
    void takesErrorsOfTheOlderStyle(String how, int number, String message) {
        assertThatThrownBy(() -> CODE.call("oldfails", "{'how':'" + how + "'}"))
                .hasMessage(message)
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure -> assertThat(failure.number()).isEqualTo(number));
    }

    @Test
    void readsParametersAsParseServerDoes() {
        assertThat(
                        CODE.call(
                                        "dates",
                                        """
                                        {"on":{"__type":"Date","iso":"2020-05-05T00:00:00.000Z"},
                                         "game":{"__type":"Pointer","className":"Game","objectId":"g"}}\
                                        """)
                                .toString())
                .isEqualTo("{\"isDate\":true,\"year\":2020,\"pointer\":\"Game\"}");
        assertThat(CODE.call("echo", "{'a':[1,{'b':null}],'c':'ä'}").toString())
                .isEqualTo("{\"a\":[1,{\"b\":null}],\"c\":\"ä\"}");
        assertThat(CODE.call("nothing", "{}").isNull()).isTrue();
    }

    @Test
    void reportsFailuresWithTheirNumbers() {
        assertFails("parse", 101, "no such thing");
        assertFails("own", 10042, "my own number");
        assertFails("text", 141, "just a text");
        assertFails("error", 141, "a plain error");
        assertFails("nothing", 141, "Script failed.");
        assertFails("promise", 142, "later");
    }

    private static void assertFails(String how, int number, String message) {
        assertThatThrownBy(() -> CODE.call("fails", "{'how':'" + how + "'}"))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure -> {
                            assertThat(failure.number()).isEqualTo(number);
                            assertThat(failure).hasMessage(message);
                        });
    }

    @Test
    void asksTheServerInTheTraceOfTheCall() {
        var span = new TestSpan();
        span.run(() -> CODE.call("games", "{}", CloudCode.ANN));
        assertThat(CODE.rest.spans).isNotEmpty().containsOnly(span);
        CODE.rest.spans.clear();
        CODE.call("games", "{}", CloudCode.ANN);
        assertThat(CODE.rest.spans).isNotEmpty().containsOnly(Span.NONE);
    }

    /// A span that is told apart from others.
    private static final class TestSpan implements Span {
        @Override
        public boolean isRecorded() {
            return true;
        }

        @Override
        public <T extends @Nullable Object> T part(Part part, Supplier<T> work) {
            return work.get();
        }

        @Override
        public void note(String key, long value) {}

        @Override
        public Optional<String> traceparent() {
            return Optional.empty();
        }
    }

    @Test
    void asksTheServerAsTheSdkIsTold() {
        var games = CODE.call("games", "{}", CloudCode.ANN);

        assertThat(games.path("names").toString()).isEqualTo("[\"chess\",\"go\"]");
        assertThat(games.path("first").path("__type").stringValue()).isEqualTo("Object");
        assertThat(games.path("first").path("className").stringValue()).isEqualTo("Game");
        var asked = CODE.rest.of("GET", "/classes/Game");
        assertThat(asked)
                .extracting(each -> each.origin().credentials())
                .containsExactly(
                        new Credentials.Master(),
                        new Credentials.Session(RememberingDoor.SESSION),
                        new Credentials.Anonymous());
        assertThat(asked.getFirst().body().toString())
                .isEqualTo("{\"where\":{\"open\":true},\"limit\":5,\"order\":\"-score\"}");
        assertThat(asked.getFirst().app().id()).isEqualTo("shop");
        assertThat(asked.getFirst().origin().installationId()).contains("cloud");
    }

    @Test
    void writesObjects() {
        assertThat(CODE.call("saves", "{}").stringValue()).isEqualTo("new1");
        var created = CODE.rest.of("POST", "/classes/Game").getFirst();
        assertThat(created.body())
                .isEqualTo(
                        RememberingDoor.object(
                                "{'name':'chess','score':1,'ACL':{'*':{'read':true}}}"));
        assertThat(created.origin().context().orElseThrow().toString())
                .isEqualTo("{\"by\":\"saves\"}");
        assertThat(CODE.rest.of("PUT", "/classes/Game/new1").getFirst().body().toString())
                .isEqualTo("{\"score\":{\"__op\":\"Increment\",\"amount\":1}}");
        assertThat(CODE.rest.of("POST", "/batch").getFirst().body().toString())
                .contains("\"path\":\"/v1/classes/Game\"");
        assertThat(CODE.rest.of("DELETE", "/classes/Game/new1")).hasSize(1);
    }

    @Test
    void usesTheRestOfTheSdk() {
        assertThat(CODE.call("runs", "{}").toString()).isEqualTo("{\"got\":2}");
        assertThat(CODE.call("starts", "{}").stringValue()).isEqualTo("job1");
        assertThat(CODE.call("config", "{}").stringValue()).isEqualTo("blue");
        assertThat(CODE.call("signs", "{}").toString()).isEqualTo("[\"ann\",\"r:new\",null]");
        assertThat(CODE.call("stores", "{}").toString()).isEqualTo("[\"0_a.txt\",\"0_a.txt\"]");
        assertThat(CODE.rest.of("POST", "/files/b.txt").getFirst().body().toString())
                .contains("\"base64\":\"aGk=\"", "\"_ContentType\":\"text/plain\"");
        assertThat(CODE.rest.of("DELETE", "/files/0_a.txt"))
                .extracting(each -> each.origin().credentials())
                .containsExactly(new Credentials.Master());
        assertThatThrownBy(() -> CODE.call("refused", "{}"))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure ->
                                assertThat(failure.code())
                                        .isEqualTo(ErrorCode.OPERATION_FORBIDDEN));
    }

    @Test
    void fetchesFromOtherServers() throws IOException {
        HttpServer other =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext(
                "/ask",
                exchange -> {
                    String told =
                            exchange.getRequestMethod()
                                    + " "
                                    + exchange.getRequestURI().getQuery()
                                    + " "
                                    + new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8);
                    byte[] answer =
                            Json.write(Json.object().put("told", told))
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(201, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        other.start();
        try {
            String url = "http://127.0.0.1:" + other.getAddress().getPort() + "/ask";
            assertThat(CODE.call("fetches", "{'url':'" + url + "'}"))
                    .isEqualTo(
                            Json.read(
                                    """
                                    {"status":201,"type":"application/json",
                                     "data":{"told":"POST q=a+b {\\"deep\\":[1]}"}}\
                                    """));
        } finally {
            other.stop(0);
        }
    }

    @Test
    void keepsToValidators() {
        assertThat(CODE.call("users", "{}", CloudCode.ANN).stringValue()).isEqualTo("in");
        assertInvalid("users", "{}", "Validation failed. Please login to continue.");
        assertThat(CODE.call("masters", "{}", CloudCode.MASTER).stringValue()).isEqualTo("in");
        assertInvalid(
                "masters",
                "{}",
                "Validation failed. Master key is required to complete this request.");
        assertThat(CODE.call("editors", "{}", CloudCode.ANN).stringValue()).isEqualTo("in");
        assertThat(CODE.call("checked", "{'count':2}").toString())
                .isEqualTo("{\"count\":2,\"colour\":\"red\"}");
        assertInvalid("checked", "{}", "Validation failed. Please specify data for count.");
        assertInvalid(
                "checked",
                "{'count':'2'}",
                "Validation failed. Invalid type for count. Expected: number");
        assertInvalid("checked", "{'count':-2}", "count must be positive");
        assertInvalid(
                "checked",
                "{'count':1,'colour':'green'}",
                "Validation failed. Invalid option for colour. Expected: red, blue");
        assertInvalid("listed", "{'a':1}", "Validation failed. Please specify data for b.");
        assertInvalid("asked", "{}", "say the word");
    }

    private static void assertInvalid(String function, String input, String message) {
        assertThatThrownBy(() -> CODE.call(function, input))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure ->
                                assertThat(failure.code()).isEqualTo(ErrorCode.VALIDATION_FAILED))
                .hasMessage(message);
    }

    @Test
    void runsJobs() {
        assertThat(
                        CODE.call(
                                        new Binding.Job("tidy"),
                                        "{'a':1}",
                                        CloudCode.MASTER,
                                        Duration.ofSeconds(5))
                                .intValue())
                .isEqualTo(2);
        assertThat(CODE.host.lines).containsExactly("progress half way");
    }

    @Test
    void keepsWhatIsPrintedOutOfThePipe() {
        CODE.call("prints", "{}");
        assertThat(CODE.host.lines)
                .containsExactly("info by console { a: 1 }", "error as error", "info by hand");
    }

    @Test
    void reportsWhatCanNotBeAnswered() {
        assertThatThrownBy(() -> CODE.call("deep", "{}")).hasMessageContaining("nested");
        assertThatThrownBy(() -> CODE.call("half", "{}")).isInstanceOf(RialtoException.class);
        assertThat(CODE.call("echo", "{'a':1}").path("a").intValue()).isEqualTo(1);
    }

    @Test
    void exposesNothingOfTheServer() {
        var environment = CODE.call("environment", "{}");
        assertThat(environment.properties())
                .extracting(each -> each.getKey())
                .containsExactlyInAnyOrder("PATH", "TZ", "TMPDIR", "NODE_ENV", "COLOUR", "pid");
        assertThat(environment.path("COLOUR").stringValue()).isEqualTo("green");
        for (String path : List.of("/etc/passwd", "../../../package.json", "../../..")) {
            assertThatThrownBy(() -> CODE.call("reads", "{'path':'" + path + "'}"))
                    .as(path)
                    .hasMessageContaining("restricted");
        }
        assertThatThrownBy(() -> CODE.call("spawns", "{}")).hasMessageContaining("restricted");
        assertThat(CODE.call("reads", "{'path':'cloud/lib/words.js'}").stringValue())
                .contains("shout");
    }

    @Test
    void givesEveryInterfaceAnAddress() {
        assertThat(CODE.revision.descriptor().interfaces())
                .filteredOn(
                        each -> each.target().toLowerCase(java.util.Locale.ROOT).contains("mail"))
                .extracting(each -> each.function() + " " + each.name() + " " + each.target())
                .containsExactly(
                        "cloud sendmailnow send-mail.Now", "cloud sendmailnow2 sendMailNow");
        assertThat(CODE.call("send-mail.Now", "{}").stringValue()).isEqualTo("odd");
        assertThat(CODE.revision.descriptor().interfaces())
                .extracting(each -> each.target())
                .contains("Game.beforeSave", "_User.afterLogin", "_Session.afterLogout", "tidy");
    }
}

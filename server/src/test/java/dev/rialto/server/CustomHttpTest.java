package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Programs that serve HTTP: what they are sent, what they may ask, and how they fail.
final class CustomHttpTest {
    private static CustomPrograms programs;

    @BeforeAll
    static void start() {
        programs = CustomPrograms.start();
    }

    @AfterAll
    static void stop() {
        if (programs != null) {
            programs.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "request.wfile.write(b'garbage\\r\\n\\r\\n') | the function failed",
                "request.tell(200, b'no JSON') | the function failed",
                "request.tell(500, b'<h1>oops</h1>') | the function failed",
                "request.tell(200, b'[' * 100000) | the function failed",
                "request.tell(200, b'1' * (17 << 20)) | more than 16 MB",
                "request.tell(404, b'{\"code\":101,\"message\":\"There is no tea.\"}') | There is no tea.",
                "os._exit(1) | program has ended",
            })
    void tellsCallersHowAProgramFailed(String code, String told) {
        try (var revision = programs.server("def answer(request): " + code)) {
            assertThatThrownBy(() -> CustomPrograms.call(revision))
                    .isInstanceOf(RialtoException.class)
                    .hasMessageContaining(told);
        }
    }

    /// Another takes its place, since it may be in a loop.
    @Test
    void replacesProgramsThatNeverAnswer() throws InterruptedException {
        try (var revision =
                programs.server(
                        """
                        def answer(request):
                            if request.path.startswith("/web"): return request.tell(200, b"web")
                            time.sleep(600)
                        """)) {
            assertThatThrownBy(() ->
                            CustomPrograms.call(
                                    revision,
                                    "cloud",
                                    Json.object(),
                                    Duration.ofMillis(300),
                                    new ListeningHost()))
                    .isInstanceOfSatisfying(
                            RialtoException.class,
                            told -> assertThat(told.code()).isEqualTo(ErrorCode.TIMEOUT));
            assertThat(CustomPrograms.bytes(CustomPrograms.page(revision, "/x", "/x")))
                    .isEqualTo("web");
            for (int tries = 0; tries < 300 && !isLogged("the process is replaced"); tries++) {
                Thread.sleep(100);
            }
            assertThat(isLogged("the process is replaced")).isTrue();
            assertThat(CustomPrograms.bytes(CustomPrograms.page(revision, "/x", "/x")))
                    .isEqualTo("web");
        }
    }

    private static boolean isLogged(String part) {
        return programs.log().stream().anyMatch(each -> each.contains(part));
    }

    @Test
    void passesRequestsOfClientsOnWhole() {
        try (var revision =
                programs.server(
                        """
                        def answer(request):
                            told = [request.path, request.headers["Accept"], request.headers.get_all("X-Rialto-Call")]
                            request.tell(207, json.dumps(told).encode(), X_Colour="red", Content_Type="text/x")
                        """)) {
            JsonNode output =
                    CustomPrograms.page(revision, "/a b/../ö?", "http://x/v1/web/a?q=%20%zz&r=ü");

            assertThat(output.path("status").asInt(0)).isEqualTo(207);
            assertThat(output.at("/headers/x-colour").asString("")).isEqualTo("red");
            assertThat(output.at("/headers/content-type").asString("")).isEqualTo("text/x");
            JsonNode told = Json.read(CustomPrograms.bytes(output));
            assertThat(told.path(0).asString(""))
                    .isEqualTo("/web/a%20b/../%C3%B6%3F?q=%20%25zz&r=%C3%BC");
            assertThat(told.path(1).asString("")).isEqualTo("text/plain");
            assertThat(told.path(2)).hasSize(1);
            assertThat(told.at("/2/0").asString("")).hasSize(32);
        }
    }

    @Test
    void streamsResponsesOfUnknownLength() {
        var received = new ByteArrayOutputStream();
        var host =
                new ListeningHost() {
                    @Override
                    public Optional<OutputStream> stream(ObjectNode head) {
                        return head.path("status").asInt(0) == 200
                                ? Optional.of(received)
                                : Optional.empty();
                    }
                };
        try (var revision =
                programs.server(
                        """
                        def answer(request):
                            request.send_response(200)
                            request.end_headers()
                            for i in range(3): request.wfile.write(b"piece ")
                        """)) {
            CustomPrograms.call(
                    revision,
                    "web",
                    CustomPrograms.request("/x", "/x"),
                    Duration.ofSeconds(20),
                    host);

            assertThat(received.toString(StandardCharsets.UTF_8)).isEqualTo("piece piece piece ");
        }
    }

    /// What a program may ask the platform, and that it needs the token of its call.
    @Test
    void letsProgramsAskThePlatformDuringACallOnly() {
        var host =
                new ListeningHost() {
                    @Override
                    public JsonNode rest(As who, String method, String path, ObjectNode body) {
                        if (path.startsWith("/classes/Secret")) {
                            throw new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "nothing here");
                        }
                        return Json.object().put("told", who + " " + method + " " + path + body);
                    }

                    @Override
                    public ObjectNode saveFile(String name, String type, byte[] content) {
                        return Json.object().put("name", name + type + content.length);
                    }
                };
        try (var revision =
                programs.server(
                        """
                        old = None
                        def ask(address, token, body=None, method=None, **headers):
                            headers = {name.replace("_", "-"): value for name, value in headers.items()}
                            if token: headers["X-Rialto-Call"] = token
                            asked = urllib.request.Request(address, body, headers, method=method)
                            try:
                                with urllib.request.urlopen(asked) as told: return json.load(told)
                            except urllib.error.HTTPError as refused:
                                return [refused.code, json.load(refused)]
                        def answer(request):
                            global old
                            url, door = os.environ["RIALTO_URL"], os.environ["RIALTO_ASK"]
                            token = request.headers["X-Rialto-Call"]
                            told = {
                                "find": ask(url + "/classes/Tea?where=%7B%7D", token),
                                "save": ask(url + "/classes/Tea", token, b'{"a": 1}', X_Rialto_As="master",
                                            Content_Type="application/json"),
                                "file": ask(url + "/files/a%20b.txt", token, b"text", Content_Type="text/plain"),
                                "failed": ask(url + "/classes/Secret", token),
                                "without": ask(url + "/classes/Tea", None),
                                "old": ask(url + "/classes/Tea", old or "x"),
                                "array": ask(url + "/classes/Tea", token, b"[1]"),
                                "unknown": ask(door, token, b'{"op": "reboot"}'),
                                "cached": ask(door, token, b'{"op": "getCached", "key": "k"}'),
                                "caller": ask(door, token, b'{"op": "invocation"}')["value"]["caller"],
                                "context": ask(door, token, b'{"op": "putContext", "context": {"k": 1}}'),
                            }
                            old = token
                            request.tell(200, json.dumps(told).encode())
                        """)) {
            CustomPrograms.call(revision, "cloud", Json.object(), Duration.ofSeconds(20), host);
            JsonNode told =
                    CustomPrograms.call(
                                    revision, "cloud", Json.object(), Duration.ofSeconds(20), host)
                            .output();

            assertThat(told.at("/find/told").asString(""))
                    .isEqualTo("CALLER GET /classes/Tea?where=%7B%7D{}");
            assertThat(told.at("/save/told").asString(""))
                    .isEqualTo("MASTER POST /classes/Tea{\"a\":1}");
            assertThat(told.at("/file/name").asString("")).isEqualTo("a b.txttext/plain4");
            assertThat(told.path("failed"))
                    .hasToString("[404,{\"code\":101,\"error\":\"nothing here\"}]");
            assertThat(told.at("/without/0").asInt(0)).isEqualTo(403);
            assertThat(told.at("/old/0").asInt(0)).isEqualTo(403);
            assertThat(told.at("/array/1/code").asInt(0)).isEqualTo(107);
            assertThat(told.at("/unknown/1/code").asInt(0)).isEqualTo(108);
            assertThat(told.path("cached")).hasToString("{\"value\":null}");
            assertThat(told.path("caller")).hasToString("{\"kind\":\"anonymous\"}");
            assertThat(told.path("context")).hasToString("{\"value\":null}");
        }
    }

    @Test
    void givesProgramsTheConfigurationTheyName() {
        Artifact silent =
                CustomPrograms.artifact(
                        "http",
                        CustomPrograms.PYTHON,
                        Map.of(
                                "app.py",
                                CustomPrograms.SERVER
                                        + """
                                        def answer(request):
                                            request.tell(200, json.dumps(dict(os.environ)).encode())
                                        serve()
                                        """));
        Map<String, byte[]> files = new HashMap<>(silent.files());
        files.put(
                Artifact.DESCRIPTOR,
                new String(files.get(Artifact.DESCRIPTOR), StandardCharsets.UTF_8)
                        .replace("\"command\":", "\"environment\": [\"greeting\"], \"command\":")
                        .getBytes(StandardCharsets.UTF_8));
        for (boolean named : List.of(true, false)) {
            try (var revision =
                    programs.runtime()
                            .load(
                                    new Release(
                                            new App("shop", "app_shop"),
                                            "custom",
                                            1,
                                            Map.of("greeting", "hi")),
                                    named ? new Artifact(files) : silent)) {
                JsonNode seen = CustomPrograms.call(revision);

                assertThat(seen.path("greeting").asString("")).isEqualTo(named ? "hi" : "");
                assertThat(seen.has("RIALTO_SOCKET")).isFalse();
            }
        }
    }
}

package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.Timing;
import dev.rialto.workers.IsolatedRuntime;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Launcher;
import dev.rialto.workers.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Programs that misbehave, and micro apps that can't be run: whoever deploys or calls them is told
/// why.
final class CustomImageTest {
    private static final List<String> LOG = new CopyOnWriteArrayList<>();
    private static final String PYTHON = "[\"python3\", \"app.py\"]";

    /// What a program must say first, then its functions by what they are called.
    private static final String WORKER =
            """
            import json, os, socket, sys, time
            link = socket.socket(socket.AF_UNIX)
            link.connect(os.environ["RIALTO_SOCKET"])
            incoming = link.makefile("rb")
            def send(frame):
                body = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
                link.sendall(len(body).to_bytes(4, "big") + body)
            def read():
                length = incoming.read(4)
                if not length: sys.exit()
                return json.loads(incoming.read(int.from_bytes(length, "big")))
            def next_call():
                while True:
                    frame = read()
                    if frame["type"] == "load": send({"type": "ready"})
                    if frame["type"] == "ping": send({"type": "pong"})
                    if frame["type"] == "call": return frame
            def result(call, output):
                send({"type": "result", "id": call["id"], "output": output})
            send({"type": "hello", "protocol": 1})
            """;

    private static final String SERVER =
            """
            import http.server, json, os, sys, time, urllib.error, urllib.request
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self): self.do_POST()
                def do_POST(self):
                    self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    answer(self)
                def tell(self, status, body, **headers):
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name.replace("_", "-"), value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def log_message(self, *_): pass
            def serve():
                address = ("127.0.0.1", int(os.environ["PORT"]))
                http.server.ThreadingHTTPServer(address, Handler).serve_forever()
            """;

    private static IsolatedRuntime runtime;

    @BeforeAll
    static void start() {
        CustomImageContract.requirePython();
        runtime = runtime(Map.of());
    }

    @AfterAll
    static void stop() {
        if (runtime != null) {
            runtime.close();
        }
    }

    private static IsolatedRuntime runtime(Map<String, String> settings) {
        return new IsolatedRuntime(
                new Launcher(
                        IsolatedSettings.read(new Settings(Map.of(), Map.of(), settings)),
                        Launcher.Purpose.isolated(Optional.empty()),
                        Surroundings.of(System.getenv())),
                IsolatedRuntimeTest.IMAGES,
                (_, _, line) -> LOG.add(line),
                Timing.SYSTEM);
    }

    private static Artifact artifact(String image, String command, Map<String, String> files) {
        Map<String, byte[]> all = new HashMap<>();
        files.forEach((path, text) -> all.put(path, text.getBytes(StandardCharsets.UTF_8)));
        all.put(
                Artifact.DESCRIPTOR,
                """
                {"name": "custom", "domain": "test", "group": "custom", "runtime": "isolated",
                 "image": "%s", "command": %s,
                 "interfaces": [
                   {"function": "cloud", "name": "go",
                    "bindings": [{"kind": "cloudFunction", "name": "go"}]},
                   {"function": "web", "name": "all",
                    "bindings": [{"kind": "endpoint", "method": "GET", "path": "/{rest}"}]}
                 ]}
                """
                        .formatted(image, command)
                        .getBytes(StandardCharsets.UTF_8));
        return new Artifact(all);
    }

    private static LoadedRevision load(String image, String command, Map<String, String> files) {
        return runtime.load(
                new Release(new App("shop", "app_shop"), "custom", 1, Map.of("greeting", "hello")),
                artifact(image, command, files));
    }

    private static LoadedRevision worker(String code) {
        return load("command", PYTHON, Map.of("app.py", WORKER + code));
    }

    private static LoadedRevision server(String code) {
        return load("http", PYTHON, Map.of("app.py", SERVER + code + "\nserve()\n"));
    }

    private static Result call(
            LoadedRevision revision,
            String function,
            JsonNode input,
            Duration within,
            ListeningHost host) {
        InterfaceDescriptor exposed =
                revision.descriptor().interfaces().stream()
                        .filter(each -> each.function().equals(function))
                        .findFirst()
                        .orElseThrow();
        return revision.find(exposed)
                .call(
                        new Invocation(
                                input,
                                new Caller.Anonymous(),
                                Optional.empty(),
                                "request",
                                within,
                                host));
    }

    private static JsonNode call(LoadedRevision revision) {
        return call(revision, "cloud", Json.object(), Duration.ofSeconds(20), new ListeningHost())
                .output();
    }

    private static ObjectNode request(String path, String url) {
        ObjectNode request = Json.object().put("method", "GET").put("path", path).put("url", url);
        request.putObject("headers")
                .put("accept", "text/plain")
                .put("x-rialto-call", "stolen")
                .put("connection", "close");
        return request.put("body", "");
    }

    private static void assertRefused(
            String why, String image, String command, Map<String, String> files) {
        assertThatThrownBy(() -> load(image, command, files).close())
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused ->
                                assertThat(refused.problems())
                                        .anySatisfy(
                                                each -> assertThat(each.toString()).contains(why)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "command | [\"no-such-program\"]  | has no program no-such-program",
                "command | [\"../bin/python3\"]   | must begin with the name of a program",
                "command | [\"/usr/bin/python3\"] | must begin with the name of a program",
                "command | [\"--help\"]           | must begin with the name of a program",
                "command | [\"./missing\"]        | there is no file ./missing",
                "command | []                     | must be an array of 1 to 100 strings",
                "command | [\"python3\", 7]       | must be an array of strings",
                "http    | \"python3\"            | must be an array of strings",
                "docker  | [\"python3\"]          | must be \"command\" or \"http\"",
            })
    void refusesCommandsThatCannotBeRun(String image, String command, String why) {
        assertRefused(why, image, command, Map.of("app.py", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out.py", "/etc/out.py", "a/../../out.py", "a//b", "./b", "a\\b"})
    void refusesFilesOutsideOfItsFolder(String path) {
        assertRefused(path, "command", PYTHON, Map.of("app.py", "", path, "x"));
        assertRefused(path, "http", PYTHON, Map.of("app.py", "", path, "x"));
    }

    @Test
    void refusesFilesThatAreFoldersAsWell() {
        Map<String, String> files = Map.of("app.py", "", "app.py/b", "x");
        assertRefused("can't be written", "command", PYTHON, files);
        assertRefused("can't be written", "http", PYTHON, files);
    }

    @Test
    void keepsToTheProgramsThatTheOperatorAllows() {
        try (var strict = runtime(Map.of("functions.isolated.commands", "perl"))) {
            for (String command : List.of(PYTHON, "[\"./app.py\"]")) {
                assertThatThrownBy(() ->
                                strict.load(
                                        RuntimeContract.RELEASE,
                                        artifact("command", command, Map.of("app.py", ""))))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("functions.isolated.commands");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"command", "http"})
    void refusesProgramsThatEndAndShowsWhatTheyPrinted(String image) {
        assertRefused(
                "no luck",
                image,
                PYTHON,
                Map.of("app.py", "print('no luck'); raise SystemExit(3)"));
    }

    /// One that prints much is not stuck in that. A worker has a quarter of the time to start and
    /// to say so of its program.
    @ParameterizedTest
    @CsvSource({
        "command, 8s, 'did not connect within 8.0 seconds: no luck'",
        "http, 20s, does not serve HTTP on the port of PORT"
    })
    void refusesProgramsThatServeNothing(String image, String start, String why) {
        var files =
                Map.of(
                        "app.py",
                        """
                        import time
                        print('no luck', flush=True)
                        print('x' * 5000000, flush=True)
                        print('still here', flush=True)
                        time.sleep(600)
                        """);
        try (var hasty = runtime(Map.of("functions.isolated.start", start))) {
            assertThatThrownBy(() ->
                            hasty.load(RuntimeContract.RELEASE, artifact(image, PYTHON, files)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(why)
                    .hasMessageContaining("no luck")
                    .hasMessageContaining("still here");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "b'not JSON', a frame that is not a JSON object",
                "b'[1]', a frame that is not a JSON object",
                "b'', a frame of 0 bytes",
            })
    void endsWorkersThatSendWhatIsNotAFrame(String sent, String why) {
        try (var revision = worker("while True:\n    next_call()\n    send(" + sent + ")\n")) {
            assertThatThrownBy(() -> call(revision))
                    .isInstanceOf(RialtoException.class)
                    .hasMessageContaining(why);
        }
    }

    @Test
    void endsWorkersThatAnnounceMoreThanTheySend() {
        try (var revision =
                worker(
                        """
                        while True:
                            next_call()
                            link.sendall((1 << 30).to_bytes(4, "big"))
                            time.sleep(60)
                        """)) {
            assertThatThrownBy(() -> call(revision))
                    .isInstanceOf(RialtoException.class)
                    .hasMessageContaining("a frame of 1073741824 bytes");
        }
    }

    @Test
    void passesOverFramesThatMakeNoSense() {
        try (var revision =
                worker(
                        """
                        while True:
                            call = next_call()
                            send({"type": 7})
                            send({"type": "result", "id": "x", "output": 1})
                            send({"type": "result", "id": 999999, "output": 1})
                            send({"type": "failed"})
                            send({"type": "ready", "slot": 9})
                            send({"type": "request", "ask": 1, "id": 999999, "op": "findObjects"})
                            send({"type": "request", "ask": {}, "id": call["id"], "op": []})
                            send({"type": "log", "id": [], "message": {}})
                            result(call, "fine")
                        """)) {
            assertThat(call(revision).asString("")).isEqualTo("fine");
            assertThat(call(revision).asString("")).isEqualTo("fine");
        }
    }

    /// Its caller is told at the deadline, and others are served.
    @Test
    void survivesWorkersThatIgnoreCancel() {
        try (var revision =
                worker(
                        """
                        next_call()
                        while True:
                            result(next_call(), "another")
                        """)) {
            assertThatThrownBy(() ->
                            call(
                                    revision,
                                    "cloud",
                                    Json.object(),
                                    Duration.ofMillis(300),
                                    new ListeningHost()))
                    .isInstanceOfSatisfying(
                            RialtoException.class,
                            told -> assertThat(told.code()).isEqualTo(ErrorCode.TIMEOUT));
            assertThat(call(revision).asString("")).isEqualTo("another");
        }
    }

    @Test
    void startsInItsFilesWithWhatIsPromised() {
        try (var revision =
                load(
                        "command",
                        PYTHON,
                        Map.of(
                                "app.py",
                                WORKER
                                        + """
                                        call = next_call()
                                        told = {"part": open("part/text.txt").read()}
                                        try:
                                            open("new.txt", "w")
                                        except OSError as refused:
                                            told["write"] = refused.strerror
                                        with open(os.environ["TMPDIR"] + "/x", "w") as out:
                                            told["scratch"] = out.write("ok")
                                        told["names"] = sorted(os.environ)
                                        result(call, told)
                                        next_call()
                                        """,
                                "part/text.txt",
                                "a part"))) {
            JsonNode told = call(revision);

            assertThat(told.path("part").asString("")).isEqualTo("a part");
            assertThat(told.path("write").asString("")).isEqualTo("Read-only file system");
            assertThat(told.path("scratch").asInt(0)).isEqualTo(2);
            assertThat(told.path("names"))
                    .extracting(each -> each.asString(""))
                    .contains("HOME", "LANG", "PATH", "RIALTO_SOCKET", "TMPDIR", "TZ")
                    .allMatch(each ->
                            each.matches("HOME|LANG|LC_CTYPE|PATH|RIALTO_SOCKET|TMPDIR|TZ"));
        }
    }

    @Test
    void runsProgramsThatTheMicroAppBrings() {
        try (var revision =
                load(
                        "command",
                        "[\"./bin/app\"]",
                        Map.of(
                                "bin/app",
                                "#!/usr/bin/env python3\n"
                                        + WORKER
                                        + "while True: result(next_call(), \"brought\")\n"))) {
            assertThat(call(revision).asString("")).isEqualTo("brought");
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
        try (var revision = server("def answer(request): " + code)) {
            assertThatThrownBy(() -> call(revision))
                    .isInstanceOf(RialtoException.class)
                    .hasMessageContaining(told);
        }
    }

    /// Another takes its place, since it may be in a loop.
    @Test
    void replacesProgramsThatNeverAnswer() throws InterruptedException {
        try (var revision =
                server(
                        """
                        def answer(request):
                            if request.path.startswith("/web"): return request.tell(200, b"web")
                            time.sleep(600)
                        """)) {
            assertThatThrownBy(() ->
                            call(
                                    revision,
                                    "cloud",
                                    Json.object(),
                                    Duration.ofMillis(300),
                                    new ListeningHost()))
                    .isInstanceOfSatisfying(
                            RialtoException.class,
                            told -> assertThat(told.code()).isEqualTo(ErrorCode.TIMEOUT));
            assertThat(bytes(page(revision, "/x", "/x"))).isEqualTo("web");
            for (int tries = 0; tries < 300 && !isLogged("the process is replaced"); tries++) {
                Thread.sleep(100);
            }
            assertThat(isLogged("the process is replaced")).isTrue();
            assertThat(bytes(page(revision, "/x", "/x"))).isEqualTo("web");
        }
    }

    private static boolean isLogged(String part) {
        return LOG.stream().anyMatch(each -> each.contains(part));
    }

    private static JsonNode page(LoadedRevision revision, String path, String url) {
        return call(
                        revision,
                        "web",
                        request(path, url),
                        Duration.ofSeconds(20),
                        new ListeningHost())
                .output();
    }

    private static String bytes(JsonNode output) {
        return new String(output.path("bytes").binaryValue(), StandardCharsets.UTF_8);
    }

    @Test
    void passesRequestsOfClientsOnWhole() {
        try (var revision =
                server(
                        """
                        def answer(request):
                            told = [request.path, request.headers["Accept"], request.headers.get_all("X-Rialto-Call")]
                            request.tell(207, json.dumps(told).encode(), X_Colour="red", Content_Type="text/x")
                        """)) {
            JsonNode output = page(revision, "/a b/../ö?", "http://x/v1/web/a?q=%20%zz&r=ü");

            assertThat(output.path("status").asInt(0)).isEqualTo(207);
            assertThat(output.at("/headers/x-colour").asString("")).isEqualTo("red");
            assertThat(output.at("/headers/content-type").asString("")).isEqualTo("text/x");
            JsonNode told = Json.read(bytes(output));
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
                server(
                        """
                        def answer(request):
                            request.send_response(200)
                            request.end_headers()
                            for i in range(3): request.wfile.write(b"piece ")
                        """)) {
            call(revision, "web", request("/x", "/x"), Duration.ofSeconds(20), host);

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
                server(
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
            call(revision, "cloud", Json.object(), Duration.ofSeconds(20), host);
            JsonNode told =
                    call(revision, "cloud", Json.object(), Duration.ofSeconds(20), host).output();

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
    void asksProgramsToEndBeforeItKillsThem() throws InterruptedException {
        String stop =
                """
                import signal
                def stop(*_):
                    print("good-bye from " + os.environ["PORT"], flush=True)
                    os._exit(0)
                signal.signal(signal.SIGTERM, stop)
                def answer(request): request.tell(200, b"1")
                """;
        String drain =
                """
                while True:
                    frame = read()
                    if frame["type"] == "load": send({"type": "ready"})
                    if frame["type"] == "drain":
                        print("good-bye from a worker", flush=True)
                        sys.exit()
                """;
        server(stop).close();
        worker(drain).close();
        for (int tries = 0;
                tries < 100 && LOG.stream().filter(each -> each.startsWith("good-bye")).count() < 2;
                tries++) {
            Thread.sleep(100);
        }
        assertThat(LOG)
                .anyMatch(each -> each.matches("good-bye from \\d+"))
                .contains("good-bye from a worker");
    }

    @Test
    void givesProgramsTheConfigurationTheyName() {
        Artifact silent =
                artifact(
                        "http",
                        PYTHON,
                        Map.of(
                                "app.py",
                                SERVER
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
                    runtime.load(
                            new Release(
                                    new App("shop", "app_shop"),
                                    "custom",
                                    1,
                                    Map.of("greeting", "hi")),
                            named ? new Artifact(files) : silent)) {
                JsonNode seen = call(revision);

                assertThat(seen.path("greeting").asString("")).isEqualTo(named ? "hi" : "");
                assertThat(seen.has("RIALTO_SOCKET")).isFalse();
            }
        }
    }
}

package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Programs that speak the worker protocol and misbehave, and micro apps that can't be run: whoever
/// deploys or calls them is told why.
final class CustomImageTest {
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

    private static void assertRefused(
            String why, String image, String command, Map<String, String> files) {
        assertThatThrownBy(() -> programs.load(image, command, files).close())
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
        assertRefused(path, "command", CustomPrograms.PYTHON, Map.of("app.py", "", path, "x"));
        assertRefused(path, "http", CustomPrograms.PYTHON, Map.of("app.py", "", path, "x"));
    }

    @Test
    void refusesFilesThatAreFoldersAsWell() {
        Map<String, String> files = Map.of("app.py", "", "app.py/b", "x");
        assertRefused("can't be written", "command", CustomPrograms.PYTHON, files);
        assertRefused("can't be written", "http", CustomPrograms.PYTHON, files);
    }

    @Test
    void keepsToTheProgramsThatTheOperatorAllows() {
        try (var strict = CustomPrograms.start(Map.of("functions.isolated.commands", "perl"))) {
            for (String command : List.of(CustomPrograms.PYTHON, "[\"./app.py\"]")) {
                assertThatThrownBy(() ->
                                strict.runtime()
                                        .load(
                                                RuntimeContract.RELEASE,
                                                CustomPrograms.artifact(
                                                        "command", command, Map.of("app.py", ""))))
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
                CustomPrograms.PYTHON,
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
        try (var hasty = CustomPrograms.start(Map.of("functions.isolated.start", start))) {
            assertThatThrownBy(() ->
                            hasty.runtime()
                                    .load(
                                            RuntimeContract.RELEASE,
                                            CustomPrograms.artifact(
                                                    image, CustomPrograms.PYTHON, files)))
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
        try (var revision =
                programs.worker("while True:\n    next_call()\n    send(" + sent + ")\n")) {
            assertThatThrownBy(() -> CustomPrograms.call(revision))
                    .isInstanceOf(RialtoException.class)
                    .hasMessageContaining(why);
        }
    }

    @Test
    void endsWorkersThatAnnounceMoreThanTheySend() {
        try (var revision =
                programs.worker(
                        """
                        while True:
                            next_call()
                            link.sendall((1 << 30).to_bytes(4, "big"))
                            time.sleep(60)
                        """)) {
            assertThatThrownBy(() -> CustomPrograms.call(revision))
                    .isInstanceOf(RialtoException.class)
                    .hasMessageContaining("a frame of 1073741824 bytes");
        }
    }

    @Test
    void passesOverFramesThatMakeNoSense() {
        try (var revision =
                programs.worker(
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
            assertThat(CustomPrograms.call(revision).asString("")).isEqualTo("fine");
            assertThat(CustomPrograms.call(revision).asString("")).isEqualTo("fine");
        }
    }

    /// Its caller is told at the deadline, and others are served.
    @Test
    void survivesWorkersThatIgnoreCancel() {
        try (var revision =
                programs.worker(
                        """
                        next_call()
                        while True:
                            result(next_call(), "another")
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
            assertThat(CustomPrograms.call(revision).asString("")).isEqualTo("another");
        }
    }

    @Test
    void startsInItsFilesWithWhatIsPromised() {
        try (var revision =
                programs.load(
                        "command",
                        CustomPrograms.PYTHON,
                        Map.of(
                                "app.py",
                                CustomPrograms.WORKER
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
            JsonNode told = CustomPrograms.call(revision);

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
                programs.load(
                        "command",
                        "[\"./bin/app\"]",
                        Map.of(
                                "bin/app",
                                "#!/usr/bin/env python3\n"
                                        + CustomPrograms.WORKER
                                        + "while True: result(next_call(), \"brought\")\n"))) {
            assertThat(CustomPrograms.call(revision).asString("")).isEqualTo("brought");
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
        programs.server(stop).close();
        programs.worker(drain).close();
        for (int tries = 0;
                tries < 100
                        && programs.log().stream()
                                        .filter(each -> each.startsWith("good-bye"))
                                        .count()
                                < 2;
                tries++) {
            Thread.sleep(100);
        }
        assertThat(programs.log())
                .anyMatch(each -> each.matches("good-bye from \\d+"))
                .contains("good-bye from a worker");
    }
}

package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LogsCommandTest {
    @TempDir private Path folder;

    @Test
    void printsLocalTimeLevelRequestAndAllLinesOfAMessage() {
        var text = new StringWriter();

        new LogPrinter(new PrintWriter(text, true), ZoneId.of("Asia/Tokyo"))
                .print(
                        Json.object()
                                .put("at", "2026-05-01T10:00:00.123456Z")
                                .put("level", "warn")
                                .put("requestId", "abc")
                                .put("message", "first\nsecond\u001b[31m"));

        assertThat(text.toString().lines())
                .containsExactly(
                        "2026-05-01 19:00:00.123 WARN  [abc] first", "    second\uFFFD[31m");
    }

    @Test
    void showsTheNewestLinesOfALevelAndWorse() throws Exception {
        try (var server = new StandInServer()) {
            server.answers(
                    "GET /micro-apps/greeter/log?after=0&limit=1000",
                    200,
                    "{'lines': ["
                            + line(1, "error", "a")
                            + ","
                            + line(2, "warn", "b")
                            + ","
                            + line(3, "info", "c")
                            + "]}");

            var run = CommandRun.on(server, "logs", "greeter", "--level", "warn", "-n", "1");

            assertThat(run.out()).hasLineCount(1).contains("WARN  b");
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void followsPastARestartOfTheServer() throws Exception {
        var out = new StringWriter();
        var error = new StringWriter();
        int port;
        Thread following;
        try (var server = new StandInServer()) {
            port = server.port();
            server.answers(
                            "GET /micro-apps/greeter/log?after=0&limit=100",
                            200,
                            "{'lines': [" + line(1, "info", "one") + "]}")
                    .answers(
                            "GET /micro-apps/greeter/log?after=1&limit=1000",
                            200,
                            "{'lines': [" + line(2, "info", "two") + "]}")
                    .answers(
                            "GET /micro-apps/greeter/log?after=2&limit=1000", 200, "{'lines': []}");
            following = follow(server, out, error);
            await(out, "two");
        }
        await(error, "the server is not reachable");

        try (var server = new StandInServer(port)) {
            server.answers(
                            "GET /micro-apps/greeter/log?after=2&limit=1000",
                            200,
                            "{'lines': [" + line(3, "info", "three") + "]}")
                    .answers(
                            "GET /micro-apps/greeter/log?after=0&limit=1",
                            200,
                            "{'lines': [" + line(3, "info", "three") + "]}")
                    .answers(
                            "GET /micro-apps/greeter/log?after=3&limit=1000", 200, "{'lines': []}");
            await(out, "three");
        }

        following.interrupt();
        following.join();
        assertThat(out.toString()).hasLineCount(3);
        assertThat(error.toString()).containsOnlyOnce("the server is not reachable");
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void startsOverWhenTheLogWasEmptiedWhileTheServerWasAway() throws Exception {
        var out = new StringWriter();
        var error = new StringWriter();
        int port;
        Thread following;
        try (var server = new StandInServer()) {
            port = server.port();
            server.answers(
                            "GET /micro-apps/greeter/log?after=0&limit=100",
                            200,
                            "{'lines': [" + line(70, "info", "before") + "]}")
                    .answers(
                            "GET /micro-apps/greeter/log?after=70&limit=1000",
                            200,
                            "{'lines': []}");
            following = follow(server, out, error);
            await(out, "before");
        }
        await(error, "the server is not reachable");

        String lines = "{'lines': [" + line(1, "info", "afterwards") + "]}";
        try (var server = new StandInServer(port)) {
            server.answers("GET /micro-apps/greeter/log?after=70&limit=1000", 200, "{'lines': []}")
                    .answers("GET /micro-apps/greeter/log?after=0&limit=1", 200, lines)
                    .answers("GET /micro-apps/greeter/log?after=0&limit=1000", 200, lines)
                    .answers(
                            "GET /micro-apps/greeter/log?after=1&limit=1000", 200, "{'lines': []}");
            await(out, "afterwards");
        }

        following.interrupt();
        following.join();
        assertThat(out.toString()).hasLineCount(2);
    }

    @Test
    void takesTheTimeZoneOfTheTerminal() throws Exception {
        Path link = folder.resolve("localtime");
        Files.createSymbolicLink(link, Path.of("/usr/share/zoneinfo/Europe/Berlin"));

        assertThat(LocalZone.find(Map.of("TZ", ":Asia/Tokyo"), link))
                .isEqualTo(ZoneId.of("Asia/Tokyo"));
        assertThat(LocalZone.find(Map.of("TZ", "nonsense"), link))
                .isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(LocalZone.find(Map.of(), folder.resolve("none")))
                .isEqualTo(ZoneId.systemDefault());
    }

    private static Thread follow(StandInServer server, StringWriter out, StringWriter error) {
        var line = RialtoCommand.line();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(error, true));
        return Thread.ofVirtual()
                .start(() ->
                        line.execute(
                                "logs",
                                "greeter",
                                "-f",
                                "--server",
                                server.url(),
                                "--master-key",
                                "secret"));
    }

    private static void await(StringWriter text, String wanted) throws Exception {
        while (!text.toString().contains(wanted)) {
            Thread.sleep(20);
        }
    }

    private static String line(int id, String level, String message) {
        return "{'id': "
                + id
                + ", 'at': '2026-05-01T10:00:00Z', 'level': '"
                + level
                + "', 'requestId': '', 'message': '"
                + message
                + "'}";
    }
}

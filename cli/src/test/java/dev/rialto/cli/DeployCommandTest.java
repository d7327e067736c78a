package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DeployCommandTest {
    private static final String DESCRIPTOR =
            """
            {'name': 'greeter', 'interfaces': [
              {'address': 'trade-greeting-orders-plain', 'bindings': []},
              {'address': 'trade-greeting-greeter-greet', 'bindings': [
                {'kind': 'cloudFunction', 'name': 'greet'},
                {'kind': 'endpoint', 'method': 'GET', 'path': '/greetings/{name}'}]},
              {'address': 'trade-greeting-orders-check', 'bindings': [
                {'kind': 'trigger', 'moment': 'beforeSave', 'className': 'Order'},
                {'kind': 'change', 'className': 'Order'},
                {'kind': 'event', 'topic': 'paid'}]},
              {'address': 'trade-greeting-orders-tidy', 'bindings': [
                {'kind': 'job', 'name': 'tidy'},
                {'kind': 'schedule', 'cron': '0 3 * * *', 'zone': 'Europe/Berlin'}]}]}\
            """;

    @TempDir private Path folder;

    @BeforeEach
    void writeProject() throws Exception {
        Files.writeString(folder.resolve("main.js"), "line 1\n\tlet x = = 1;\n");
    }

    @Test
    void sendsAZipAndShowsHowEachInterfaceIsReached() throws Exception {
        try (var server = new StandInServer()) {
            server.answers("POST /micro-apps?keep=true", 201, deployed("'live': 3, 'previous': 2"));

            var run = CommandRun.on(server, "deploy", folder.toString());

            assertThat(run.code()).isZero();
            assertThat(run.out().lines())
                    .element(0)
                    .asString()
                    .matches("greeter revision 3 is live, in \\d+ ms");
            assertThat(run.out().lines().skip(1).toList())
                    .containsExactly(
                            "  trade-greeting-orders-plain  "
                                    + " POST /v1/functions/trade-greeting-orders-plain",
                            "  trade-greeting-greeter-greet  POST /v1/functions/greet",
                            "                                GET /v1/web/greetings/{name}",
                            "  trade-greeting-orders-check   beforeSave of Order",
                            "                                changes of Order",
                            "                                events of paid",
                            "  trade-greeting-orders-tidy    POST /v1/jobs/tidy",
                            "                                at 0 3 * * * in Europe/Berlin",
                            "call it   ./rialto call greet '{}'",
                            "its log   ./rialto logs greeter -f");
            var request = server.only();
            assertThat(request.header("Content-Type")).isEqualTo("application/zip");
            assertThat(request.header("X-Parse-Application-Id")).isEqualTo("shop");
            assertThat(request.header("X-Parse-Master-Key")).isEqualTo("secret");
            assertThat(request.body()).isEqualTo(PackedProject.of(folder).bytes());
        }
    }

    @Test
    void asksBeforeItDropsWhatTheLiveRevisionHas() throws Exception {
        String refusal =
                "{'code': 1422, 'error': 'lacks', 'dropped': ['cloud function greet', 'job tidy']}";
        try (var server = new StandInServer()) {
            server.answers("POST /micro-apps?keep=true", 422, refusal)
                    .answers("POST /micro-apps", 201, deployed("'live': 3"));

            var run = CommandRun.on(server, "deploy", folder.toString());

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.error())
                    .isEqualTo(
                            """
                            the live revision has these, which this one lacks:
                              cloud function greet
                              job tidy
                            rialto: not deployed; use --yes to deploy anyway
                            """);
            assertThat(CommandRun.on(server, "deploy", folder.toString(), "--yes").code()).isZero();
        }
    }

    @Test
    void saysHowToReachAPreview() throws Exception {
        try (var server = new StandInServer()) {
            server.answers(
                    "POST /micro-apps?preview=true&name=my%20app", 201, deployed("'live': 2"));

            var run =
                    CommandRun.on(
                            server, "deploy", folder.toString(), "--preview", "--name", "my app");

            assertThat(run.out())
                    .contains("greeter revision 3 is a preview; revision 2 is live, in ")
                    .contains("X-Rialto-Preview: greeter@3")
                    .contains("./rialto call greet '{}' --preview greeter@3")
                    .contains("./rialto publish greeter 3");
        }
    }

    @Test
    void saysWhoGetsARevisionThatGetsSomeCalls() throws Exception {
        try (var server = new StandInServer()) {
            server.answers(
                    "POST /micro-apps?percent=10&keep=true",
                    201,
                    deployed("'live': 2, 'candidate': 3, 'percent': 10"));

            var run = CommandRun.on(server, "deploy", folder.toString(), "--percent", "10");

            assertThat(run.out())
                    .contains("greeter revision 3 gets 10% of the calls; revision 2 is live, in ")
                    .contains("./rialto publish greeter 3")
                    .contains("./rialto split greeter 3 0");
        }
    }

    @Test
    void showsProblemsWithTheirLineAndACaret() throws Exception {
        try (var server = new StandInServer()) {
            server.answers(
                    "POST /micro-apps?keep=true",
                    422,
                    """
                    {'code': 1422, 'error': 'two problems', 'problems': [
                      {'file': 'main.js', 'line': 2, 'column': 10,
                       'message': 'Unexpected token\\n=\\u001b[2J'},
                      {'file': '', 'line': 0, 'column': 0, 'message': 'no name'}]}\
                    """);

            var run = CommandRun.on(server, "deploy", folder.toString());

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.error().lines())
                    .containsExactly(
                            folder + "/main.js:2:10: Unexpected token",
                            "            let x = = 1;",
                            "                    ^",
                            "    =\uFFFD[2J",
                            "no name",
                            "rialto: not deployed: 2 problems");
        }
    }

    @Test
    void countsTheProblemsThatAreNotShown() throws Exception {
        try (var server = new StandInServer()) {
            server.answers(
                    "POST /micro-apps?keep=true",
                    422,
                    "{'problems': [{'message': 'one'}, {'message': 'two'}], 'more': 1234}");

            var run = CommandRun.on(server, "deploy", folder.toString());

            assertThat(run.error().lines())
                    .containsExactly(
                            "one",
                            "two",
                            "... and 1234 more",
                            "rialto: not deployed: 1236 problems");
        }
    }

    @Test
    void showsNoFilesOutsideOfTheProject() throws Exception {
        Files.writeString(folder.resolve("secret.txt"), "hunter2\n");
        Path project = Files.createDirectory(folder.resolve("project"));
        Files.writeString(project.resolve("main.js"), "");
        try (var server = new StandInServer()) {
            server.answers(
                    "POST /micro-apps?keep=true",
                    422,
                    "{'problems': [{'file': '../secret.txt', 'line': 1, 'message': 'look'}]}");

            var run = CommandRun.on(server, "deploy", project.toString());

            assertThat(run.error()).contains("../secret.txt:1: look").doesNotContain("hunter2");
        }
    }

    @Test
    void reportsErrorsInOneLineAndNeverTheKey() throws Exception {
        try (var server = new StandInServer()) {
            server.answers("POST /micro-apps?keep=true", 403, "{'error': 'unauthorized'}")
                    .answers(
                            "POST /micro-apps?percent=1&keep=true",
                            400,
                            "{'code': 130, 'error': 'big'}")
                    .answers("POST /micro-apps?percent=2&keep=true", 502, "<html>");

            var forbidden = CommandRun.on(server, "deploy", folder.toString());
            var large = CommandRun.on(server, "deploy", folder.toString(), "--percent", "1");
            var foreign = CommandRun.on(server, "deploy", folder.toString(), "--percent", "2");

            assertThat(forbidden.error())
                    .contains("does not accept this master key for the app shop")
                    .doesNotContain("secret")
                    .hasLineCount(1);
            assertThat(large.error()).isEqualTo("rialto: big (code 130)" + System.lineSeparator());
            assertThat(foreign.error()).contains("is not a Rialto server: status 502");
            assertThat(forbidden.code()).isEqualTo(1);
            assertThat(foreign.code()).isEqualTo(1);
        }
    }

    @Test
    void saysWhenNoServerIsThere() throws Exception {
        int port;
        try (var server = new StandInServer()) {
            port = server.port();
        }

        var run =
                CommandRun.of(
                        "deploy",
                        folder.toString(),
                        "--server",
                        "http://127.0.0.1:" + port,
                        "--master-key",
                        "secret");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.error())
                .contains("no server answers at http://127.0.0.1:" + port + "/v1")
                .contains("./rialto serve")
                .hasLineCount(1);
    }

    @Test
    void refusesOptionsThatMakeNoSense() throws Exception {
        try (var server = new StandInServer()) {
            var both =
                    CommandRun.on(
                            server, "deploy", folder.toString(), "--preview", "--percent", "1");
            var many = CommandRun.on(server, "deploy", folder.toString(), "--percent", "101");

            assertThat(both.code()).isEqualTo(2);
            assertThat(both.error()).contains("exclude each other");
            assertThat(many.code()).isEqualTo(2);
            assertThat(many.error()).contains("0 to 100, not 101");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void deploysAgainWhenAFileChanges() throws Exception {
        try (var server = new StandInServer()) {
            server.answers("POST /micro-apps?keep=true", 201, deployed("'live': 3"));
            Thread watching =
                    Thread.ofVirtual()
                            .start(() ->
                                    CommandRun.on(server, "deploy", folder.toString(), "--watch"));
            await(server, 1);

            Files.writeString(folder.resolve("main.js"), "changed");
            await(server, 2);

            assertThat(server.requests().get(1).body()).isEqualTo(PackedProject.of(folder).bytes());
            watching.interrupt();
            watching.join();
        }
    }

    private static void await(StandInServer server, int requests) throws Exception {
        while (server.requests().size() < requests) {
            Thread.sleep(20);
        }
    }

    private static String deployed(String traffic) {
        return "{'name': 'greeter', 'revision': 3, 'millis': 12, "
                + traffic
                + ", 'config': [], 'descriptor': "
                + DESCRIPTOR
                + "}";
    }
}

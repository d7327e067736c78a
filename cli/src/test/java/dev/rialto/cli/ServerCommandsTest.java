package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCommandsTest {
    @TempDir private Path folder;

    @Test
    void publishesSplitsAndRollsBack() throws Exception {
        String after = "{'name': 'greeter', 'live': 3, 'previous': 2, 'config': []}";
        try (var server = new StandInServer()) {
            server.answers("POST /micro-apps/greeter/publish", 200, after)
                    .answers("POST /micro-apps/greeter/rollback", 200, after)
                    .answers(
                            "POST /micro-apps/greeter/split",
                            200,
                            "{'name': 'greeter', 'live': 3, 'candidate': 4, 'percent': 5}");

            var newest = CommandRun.on(server, "publish", "greeter");
            CommandRun.on(server, "publish", "greeter", "3");
            CommandRun.on(server, "rollback", "greeter");
            var split = CommandRun.on(server, "split", "greeter", "4", "5");

            assertThat(newest.out().strip())
                    .isEqualTo("greeter: revision 3 is live, a rollback returns to 2");
            assertThat(split.out().strip())
                    .isEqualTo("greeter: revision 3 is live, revision 4 gets 5% of the calls");
            assertThat(server.requests())
                    .extracting(StandInServer.Request::text)
                    .containsExactly(
                            "{}", "{\"revision\":3}", "{}", "{\"revision\":4,\"percent\":5}");
        }
    }

    @Test
    void showsFunctionsWithHumanUnits() throws Exception {
        try (var server = new StandInServer()) {
            server.answers(
                    "GET /functions",
                    200,
                    """
                    {'results': [
                      {'address': 'a-b-c-d', 'microApp': 'm', 'revision': 7, 'calls': 12345,
                       'errors': 345, 'perSecond': 12.34, 'p50Micros': 850, 'p99Micros': 1200000,
                       'cpuMicros': 12000000, 'allocatedBytes': 18432000, 'suspended': false},
                      {'address': 'a-b-c-e', 'microApp': 'm', 'revision': 7, 'calls': 0,
                       'errors': 0, 'perSecond': 0, 'p50Micros': 0, 'p99Micros': 0,
                       'cpuMicros': 0, 'allocatedBytes': 0, 'suspended': true,
                       'suspendedUntil': 'soon'}]}\
                    """);

            var run = CommandRun.on(server, "functions");

            assertThat(run.out().lines())
                    .containsExactly(
                            "FUNCTION  CALLS/S   CALLS  ERRORS      P50     P99      CPU   MEMORY"
                                    + "  STATE",
                            "a-b-c-d      12.3  12,345     345  0.85 ms  1.20 s  1.00 ms  1.50 KB"
                                    + "  revision 7",
                            "a-b-c-e         0       0       0        -       -        -        -"
                                    + "  revision 7, SUSPENDED");
        }
    }

    @Test
    void sweepsFilesUntilNoneIsLeft() throws Exception {
        try (var server = new StandInServer()) {
            server.answers(
                    "POST /file-sweep",
                    200,
                    "{'files': 2, 'bytes': 2048, 'deleted': 0, 'names': ['a.png', 'b.png']}");
            var dry = CommandRun.on(server, "files", "sweep", "--older-than", "30d");
            assertThat(dry.out().lines())
                    .containsExactly(
                            "a.png",
                            "b.png",
                            "nothing mentions 2 files, 2.00 KB; --delete deletes them");
            assertThat(server.requests())
                    .extracting(StandInServer.Request::text)
                    .containsExactly("{\"olderThan\":2592000,\"delete\":false}");
            assertThat(CommandRun.on(server, "files", "sweep", "--older-than", "soon").error())
                    .contains("--older-than must be a length of time");
        }
        try (var server = new StandInServer()) {
            server.answers(
                            "POST /file-sweep",
                            200,
                            "{'files': 2, 'bytes': 2048, 'deleted': 2, 'names': ['a.png', 'b.png']}")
                    .answers(
                            "POST /file-sweep",
                            200,
                            "{'files': 0, 'bytes': 0, 'deleted': 0, 'names': []}");
            assertThat(CommandRun.on(server, "files", "sweep", "--delete").out().lines())
                    .endsWith("deleted 2 files, 2.00 KB");
        }
        try (var server = new StandInServer()) {
            server.answers(
                    "GET /file-usage",
                    200,
                    "{'files': 2, 'bytes': 2048, 'quota': 4096, 'damaged': ['a.png']}");
            assertThat(CommandRun.on(server, "files", "usage").out().lines())
                    .containsExactly("2 files, 2.00 KB of 4.00 KB", "missing or damaged: a.png");
        }
    }

    @Test
    void saysHowToComeByFunctionsAndMicroApps() throws Exception {
        try (var server = new StandInServer()) {
            server.answers("GET /functions", 200, "{'results': []}")
                    .answers("GET /micro-apps", 200, "{'results': []}");

            assertThat(CommandRun.on(server, "functions").out()).contains("./rialto deploy");
            assertThat(CommandRun.on(server, "micro-app", "list").out())
                    .contains("./rialto deploy");
            assertThat(CommandRun.on(server, "functions", "--json").out()).contains("\"results\"");
        }
    }

    @Test
    void saysHowToSendAMessageOnlyWhenThereIsNone() throws Exception {
        try (var server = new StandInServer()) {
            server.answers("GET /messages", 200, "{'results': []}")
                    .answers("GET /messages?state=failed", 200, "{'results': []}");

            assertThat(CommandRun.on(server, "messages").out()).contains("messages --test");
            assertThat(CommandRun.on(server, "messages", "--state", "failed").out().strip())
                    .isEqualTo("no failed messages");
        }
    }

    @Test
    void setsSettingsAndShowsThoseThatChanged() throws Exception {
        String after =
                """
                {'settings': [
                  {'key': 'pages.color', 'value': '#aa0000', 'own': true, 'secret': false},
                  {'key': 'pages.logo', 'value': '', 'own': false, 'secret': false}]}\
                """;
        try (var server = new StandInServer()) {
            server.answers("PUT /settings", 200, after).answers("GET /settings", 200, after);

            assertThat(CommandRun.on(server, "settings", "pages.color=#aa0000").out())
                    .contains("pages.color  #aa0000  app")
                    .doesNotContain("pages.logo");
            assertThat(CommandRun.on(server, "settings").out()).contains("pages.logo");
        }
    }

    @Test
    void showsWhatBecameOfMessages() throws Exception {
        try (var server = new StandInServer()) {
            server.answers(
                            "GET /messages",
                            200,
                            """
                            {'results': [
                              {'id': '1', 'createdAt': 'now', 'channel': 'sms', 'to': '+49',
                               'template': 'code', 'state': 'sent', 'provider': 'twilio'},
                              {'id': '2', 'createdAt': 'now', 'channel': 'mail', 'to': 'a@b.c',
                               'template': 'news', 'state': 'bounced', 'error': 'no user'},
                              {'id': '3', 'createdAt': 'now', 'channel': 'mail', 'to': 'a@b.c',
                               'template': 'code', 'state': 'kept', 'provider': 'kept'}]}\
                            """)
                    .answers(
                            "GET /messages/dkim",
                            200,
                            "{'name': 's._domainkey.example.com', 'value': 'v=DKIM1; p=x'}");

            assertThat(CommandRun.on(server, "messages").out().lines())
                    .containsExactly(
                            "MESSAGE  CREATED  BY    TO     TEMPLATE  STATE",
                            "1        now      sms   +49    code      sent (twilio)",
                            "2        now      mail  a@b.c  news      bounced: no user",
                            "3        now      mail  a@b.c  code      kept");
            assertThat(CommandRun.on(server, "messages", "--dkim").out().lines())
                    .containsExactly("s._domainkey.example.com. TXT", "v=DKIM1; p=x");
        }
    }

    @Test
    void listsMicroApps() throws Exception {
        try (var server = new StandInServer()) {
            server.answers(
                    "GET /micro-apps",
                    200,
                    """
                    {'results': [
                      {'name': 'greeter', 'live': 3, 'previous': 2, 'candidate': 4,
                       'percent': 5, 'runtime': 'native', 'config': ['apiKey', 'url'],
                       'description': 'Greets people'},
                      {'name': 'orders', 'live': 0, 'config': []}]}\
                    """);

            assertThat(CommandRun.on(server, "micro-app", "list").out().lines())
                    .containsExactly(
                            "MICRO APP  LIVE  BEFORE  CANDIDATE   RUNTIME  CONFIG       DESCRIPTION",
                            "greeter       3       2  4 gets 5 %  native   apiKey, url  Greets people",
                            "orders        -       -  -           -        -");
        }
    }

    @Test
    void showsTheRevisionsOfAMicroApp() throws Exception {
        try (var server = new StandInServer()) {
            server.answers(
                    "GET /micro-apps/greeter",
                    200,
                    """
                    {'name': 'greeter', 'live': 3, 'previous': 2, 'config': [],
                     'revisions': [
                       {'number': 3, 'createdAt': '2026-05-01T10:00:00Z', 'version': '1.1.0'},
                       {'number': 2, 'createdAt': 'x', 'version': '1.0.0'}],
                     'descriptor': {'description': 'Greets.', 'interfaces': [
                       {'address': 'a-b-c-d', 'bindings': [], 'access': 'master',
                        'errors': [{'code': 10042, 'when': 'It is sold out.'}],
                        'events': ['quote.made'], 'meter': 'quotes', 'cost': 3,
                        'deprecated': {'instead': 'Use offer.', 'sunset': '2027-07-31'}}]}}\
                    """);

            var run = CommandRun.on(server, "micro-app", "show", "greeter");

            assertThat(run.out())
                    .contains("greeter: revision 3 is live, a rollback returns to 2")
                    .contains("Greets.")
                    .contains("  a-b-c-d  POST /v1/functions/a-b-c-d")
                    .contains("  needs the master key")
                    .contains("  fails with 10042: It is sold out.")
                    .contains("  publishes quote.made")
                    .contains("  counts 3 for quotes")
                    .contains("  deprecated until 2027-07-31: Use offer.")
                    .containsPattern("3  1.1.0    2026-\\d\\d-\\d\\d \\d\\d:00:00  live")
                    .contains("was live before");
        }
    }

    @Test
    void setsAndRemovesValuesAndReadsSecretsFromFiles() throws Exception {
        Path secret = Files.writeString(folder.resolve("key"), "hunter2\n");
        try (var server = new StandInServer()) {
            server.answers(
                    "PUT /micro-apps/greeter/config", 200, "{'config': ['apiKey', 'at', 'url']}");

            var run =
                    CommandRun.on(
                            server,
                            "micro-app",
                            "config",
                            "greeter",
                            "url=https://x.test/?a=b",
                            "old=",
                            "apiKey=@" + secret,
                            "at=@@home");

            assertThat(server.only().text())
                    .isEqualTo(
                            "{\"url\":\"https://x.test/?a=b\",\"old\":null,\"apiKey\":\"hunter2\","
                                    + "\"at\":\"@home\"}");
            assertThat(run.out().strip()).isEqualTo("config: apiKey, at, url");
        }
    }

    @Test
    void refusesAConfigValueWithoutAKeyAndAnEmptyFile() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        try (var server = new StandInServer()) {
            assertThat(CommandRun.on(server, "micro-app", "config", "greeter", "=x").error())
                    .contains("must be like KEY=VALUE");
            assertThat(
                            CommandRun.on(server, "micro-app", "config", "greeter", "k=@" + empty)
                                    .error())
                    .contains("k: the value is empty");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void deletesAMicroAppOnlyWhenItsNameIsTyped() throws Exception {
        InputStream before = System.in;
        try (var server = new StandInServer()) {
            server.answers("GET /micro-apps/greeter", 200, "{}")
                    .answers("DELETE /micro-apps/greeter", 200, "{}");

            System.setIn(typed("yes\n"));
            var refused = CommandRun.on(server, "micro-app", "delete", "greeter");
            int afterRefusal = server.requests().size();
            System.setIn(typed("greeter\n"));
            var confirmed = CommandRun.on(server, "micro-app", "delete", "greeter");
            var unasked = CommandRun.on(server, "micro-app", "delete", "greeter", "--yes");

            assertThat(refused.code()).isEqualTo(1);
            assertThat(afterRefusal).isEqualTo(1);
            assertThat(confirmed.out()).endsWith("deleted greeter" + System.lineSeparator());
            assertThat(unasked.out().strip()).isEqualTo("deleted greeter");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void callsAFunctionAsAnyoneAndPrintsItsResult() throws Exception {
        try (var server = new StandInServer()) {
            server.answers("POST /functions/greet", 200, "{'result': {'text': 'Hello'}}");

            var run =
                    CommandRun.on(
                            server,
                            "call",
                            "greet",
                            "{\"name\": \"Ada\"}",
                            "--session",
                            "r:1",
                            "--preview",
                            "greeter@3");

            assertThat(run.code()).isZero();
            assertThat(run.out().replaceAll("\\s+", "")).isEqualTo("{\"text\":\"Hello\"}");
            assertThat(run.out()).hasLineCount(3);
            var request = server.only();
            assertThat(request.header("X-Parse-Master-Key")).isEmpty();
            assertThat(request.header("X-Parse-Session-Token")).isEqualTo("r:1");
            assertThat(request.header("X-Rialto-Preview")).isEqualTo("greeter@3");
            assertThat(request.text()).isEqualTo("{\"name\":\"Ada\"}");
        }
    }

    @Test
    void callsWithTheMasterKeyOnlyWhenTold() throws Exception {
        try (var server = new StandInServer()) {
            server.answers("POST /functions/greet", 200, "{}");

            var run = CommandRun.on(server, "call", "greet", "--as-master");

            assertThat(server.only().header("X-Parse-Master-Key")).isEqualTo("secret");
            assertThat(run.out().strip()).isEqualTo("null");
        }
    }

    @Test
    void reportsWhyACallFailed() throws Exception {
        try (var server = new StandInServer()) {
            server.answers("POST /functions/greet", 400, "{'code': 141, 'error': 'no name'}");

            var failed = CommandRun.on(server, "call", "greet");
            var noJson = CommandRun.on(server, "call", "greet", "{");
            var noObject = CommandRun.on(server, "call", "greet", "[1]");

            assertThat(failed.code()).isEqualTo(1);
            assertThat(failed.error().strip()).isEqualTo("141: no name");
            assertThat(noJson.error()).startsWith("rialto: the input is not valid JSON");
            assertThat(noObject.error()).contains("must be a JSON object");
        }
    }

    @Test
    void everyCommandHasAHelpText() {
        for (String command :
                new String[] {
                    "deploy", "publish", "split", "rollback", "functions", "logs", "call"
                }) {
            var help = CommandRun.of(command, "--help");
            assertThat(help.code()).isZero();
            assertThat(help.out()).contains("--server").contains("--master-key");
        }
        assertThat(CommandRun.of("micro-app", "--help").out())
                .contains("list", "show", "config", "delete");
    }

    private static InputStream typed(String line) {
        return new ByteArrayInputStream(line.getBytes(StandardCharsets.US_ASCII));
    }
}

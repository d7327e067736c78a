package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/// Requests and their answers, one line of the table each.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FrontDoorTest {
    private static final String OPEN = "X-Parse-Application-Id: open\n";
    private static final String KEYED = "X-Parse-Application-Id: keyed\n";
    private static final String MASTER = OPEN + "X-Parse-Master-Key: master\n";
    private static final String SESSION = "X-Parse-Session-Token: r:valid\n";
    private static final String STALE = "X-Parse-Session-Token: r:gone\n";
    private static final String UNAUTHORIZED = "{\"error\":\"unauthorized\"}";
    private static final String NO_MASTER = "{\"error\":\"unauthorized: master key is required\"}";

    private Fixture server;

    @BeforeAll
    void start() {
        server = new Fixture();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /// @param expected a part of the answer's body; `!` before it: must not be there
    private record Scenario(
            String claim,
            String method,
            String path,
            String headers,
            String body,
            int status,
            String... expected) {}

    private Stream<DynamicTest> run(Stream<Scenario> scenarios) {
        return scenarios.map(
                scenario -> DynamicTest.dynamicTest(scenario.claim(), () -> check(scenario)));
    }

    private void check(Scenario scenario) {
        var answer =
                server.send(
                        scenario.method(), scenario.path(), scenario.headers(), scenario.body());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(scenario.status());
        for (var part : scenario.expected()) {
            if (part.startsWith("!")) {
                assertThat(answer.body()).doesNotContain(part.substring(1));
            } else {
                assertThat(answer.body()).contains(part);
            }
        }
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    }

    @TestFactory
    Stream<DynamicTest> admits() {
        return run(
                Stream.of(
                        get("no app id", "/v1/classes/A", "", 403, UNAUTHORIZED),
                        get(
                                "unknown app",
                                "/v1/classes/A",
                                "X-Parse-Application-Id: x",
                                403,
                                UNAUTHORIZED),
                        get("app without keys", "/v1/classes/A", OPEN, 200, "\"anonymous\""),
                        get("missing client key", "/v1/classes/A", KEYED, 403, UNAUTHORIZED),
                        get(
                                "wrong client key",
                                "/v1/classes/A",
                                KEYED + "X-Parse-REST-API-Key: x",
                                403,
                                UNAUTHORIZED),
                        get(
                                "key of another kind",
                                "/v1/classes/A",
                                KEYED + "X-Parse-REST-API-Key: JAVASCRIPT",
                                403,
                                UNAUTHORIZED),
                        get(
                                "REST key",
                                "/v1/classes/A",
                                KEYED + "X-Parse-REST-API-Key: REST",
                                200,
                                "\"anonymous\""),
                        get(
                                "JavaScript key",
                                "/v1/classes/A",
                                KEYED + "X-Parse-Javascript-Key: JAVASCRIPT",
                                200),
                        get(
                                "client key",
                                "/v1/classes/A",
                                KEYED + "X-Parse-Client-Key: CLIENT",
                                200),
                        get(
                                "dotnet key",
                                "/v1/classes/A",
                                KEYED + "X-Parse-Windows-Key: DOTNET",
                                200),
                        get(
                                "master key needs no client key",
                                "/v1/classes/A",
                                KEYED + "X-Parse-Master-Key: master",
                                200,
                                "\"master\""),
                        get(
                                "wrong master key does not fall back",
                                "/v1/classes/A",
                                OPEN + "X-Parse-Master-Key: wrong",
                                403,
                                UNAUTHORIZED),
                        get(
                                "wrong maintenance key does not fall back",
                                "/v1/classes/A",
                                MASTER + "X-Parse-Maintenance-Key: wrong",
                                403,
                                UNAUTHORIZED),
                        get(
                                "maintenance key",
                                "/v1/classes/A",
                                OPEN + "X-Parse-Maintenance-Key: maintenance",
                                200,
                                "\"maintenance\""),
                        get(
                                "read-only master key",
                                "/v1/classes/A",
                                OPEN + "X-Parse-Master-Key: readonly",
                                200,
                                "\"readonly\""),
                        get(
                                "basic auth with the master key",
                                "/v1/classes/A",
                                basic("open:master"),
                                200,
                                "\"master\""),
                        get(
                                "basic auth with a JavaScript key",
                                "/v1/classes/A",
                                basic("keyed:javascript-key=JAVASCRIPT"),
                                200,
                                "\"anonymous\""),
                        get(
                                "basic auth with a wrong key",
                                "/v1/classes/A",
                                basic("open:nope"),
                                403,
                                UNAUTHORIZED),
                        get(
                                "basic auth that is no base64",
                                "/v1/classes/A",
                                "Authorization: Basic %%%",
                                400,
                                "base64"),
                        get("app id twice", "/v1/classes/A", OPEN + OPEN, 400, "more than one"),
                        get("public operations need no app", "/v1/health", "", 200)));
    }

    @TestFactory
    Stream<DynamicTest> guardsMasterOperations() {
        return run(
                Stream.of(
                        get("nobody", "/v1/schemas", OPEN, 403, NO_MASTER),
                        get("user", "/v1/schemas", OPEN + SESSION, 403, NO_MASTER),
                        get("master", "/v1/schemas", MASTER, 200),
                        get(
                                "read-only master reads",
                                "/v1/schemas",
                                OPEN + "X-Parse-Master-Key: readonly",
                                200),
                        post(
                                "read-only master writes not",
                                "/v1/schemas",
                                OPEN + "X-Parse-Master-Key: readonly",
                                "{}",
                                400,
                                "\"code\":119",
                                "read-only masterKey"),
                        post("master writes", "/v1/schemas", MASTER, "{}", 200),
                        post("nobody writes", "/v1/schemas", OPEN, "{}", 403, NO_MASTER)));
    }

    @TestFactory
    Stream<DynamicTest> authenticates() {
        return run(
                Stream.of(
                        get("session", "/v1/classes/A", OPEN + SESSION, 200, "\"user user1\""),
                        get(
                                "invalid session",
                                "/v1/classes/A",
                                OPEN + STALE,
                                400,
                                "{\"code\":209,\"error\":\"Invalid session token\"}"),
                        get(
                                "invalid session with the master key",
                                "/v1/classes/A",
                                MASTER + STALE,
                                200,
                                "\"master\"",
                                "\"session\":\"r:gone\""),
                        post(
                                "invalid session at a sessionless operation",
                                "/v1/login",
                                OPEN + STALE,
                                "{}",
                                200,
                                "\"anonymous\""),
                        get(
                                "session of a public operation is not looked at",
                                "/v1/health",
                                STALE,
                                200),
                        get(
                                "empty session is none",
                                "/v1/classes/A",
                                OPEN + "X-Parse-Session-Token:",
                                200,
                                "\"anonymous\"")));
    }

    @TestFactory
    Stream<DynamicTest> readsTheFormOfTheSdk() {
        var post = "Content-Type: text/plain";
        return run(
                Stream.of(
                        post(
                                "keys in the body",
                                "/v1/classes/A",
                                post,
                                """
                                {"a":1,"_ApplicationId":"keyed","_JavaScriptKey":"JAVASCRIPT",
                                 "_ClientVersion":"js9","_InstallationId":"i1","_method":"POST",
                                 "_SessionToken":"r:valid","_RevocableSession":"1"}\
                                """,
                                201,
                                "\"body\":{\"a\":1}",
                                "\"user user1\"",
                                "\"i1\"",
                                "\"js9\""),
                        post(
                                "master key in the body",
                                "/v1/classes/A",
                                post,
                                "{\"_ApplicationId\":\"open\",\"_MasterKey\":\"master\"}",
                                201,
                                "\"master\"",
                                "\"body\":{}"),
                        post(
                                "wrong master key in the body",
                                "/v1/classes/A",
                                post,
                                "{\"_ApplicationId\":\"open\",\"_MasterKey\":\"no\"}",
                                403,
                                UNAUTHORIZED),
                        post(
                                "maintenance key in the body",
                                "/v1/classes/A",
                                post,
                                "{\"_ApplicationId\":\"open\",\"_MaintenanceKey\":\"maintenance\"}",
                                201,
                                "\"maintenance\""),
                        post(
                                "invalid session in the body",
                                "/v1/classes/A",
                                post,
                                "{\"_ApplicationId\":\"open\",\"_SessionToken\":\"x\"}",
                                400,
                                "\"code\":209"),
                        post(
                                "no app id in the body",
                                "/v1/classes/A",
                                post,
                                "{\"a\":1}",
                                403,
                                UNAUTHORIZED),
                        post(
                                "_method GET",
                                "/v1/classes/A",
                                post,
                                "{\"_ApplicationId\":\"open\",\"_method\":\"GET\","
                                        + "\"where\":{\"a\":1},\"limit\":3}",
                                200,
                                "\"find\"",
                                "\"parameters\":{\"where\":{\"a\":1},\"limit\":3}"),
                        post(
                                "_method PUT",
                                "/v1/classes/A/x",
                                post,
                                "{\"_ApplicationId\":\"open\",\"_method\":\"PUT\",\"a\":2}",
                                200,
                                "\"update\"",
                                "\"body\":{\"a\":2}"),
                        post(
                                "_method DELETE",
                                "/v1/classes/A/x",
                                post,
                                "{\"_ApplicationId\":\"open\",\"_method\":\"DELETE\"}",
                                200,
                                "\"delete\""),
                        post(
                                "_method works with keys in headers",
                                "/v1/classes/A/x",
                                OPEN,
                                "{\"_method\":\"PUT\",\"a\":2}",
                                200,
                                "\"update\""),
                        post(
                                "_method to a master operation",
                                "/v1/schemas",
                                post,
                                "{\"_ApplicationId\":\"open\",\"_method\":\"GET\"}",
                                403,
                                NO_MASTER),
                        post(
                                "_method of another kind",
                                "/v1/classes/A",
                                post,
                                "{\"_ApplicationId\":\"open\",\"_method\":\"PATCH\"}",
                                405),
                        post(
                                "_method that is no text",
                                "/v1/classes/A",
                                post,
                                "{\"_ApplicationId\":\"open\",\"_method\":{}}",
                                400),
                        post(
                                "_noBody",
                                "/v1/classes/A",
                                post,
                                "{\"_ApplicationId\":\"open\",\"_noBody\":true,\"a\":1}",
                                201,
                                "\"body\":{}"),
                        post(
                                "the override header changes nothing",
                                "/v1/classes/A",
                                OPEN + "X-HTTP-Method-Override: GET",
                                "{\"a\":1}",
                                201,
                                "\"create\""),
                        new Scenario(
                                "_method of a PUT changes nothing",
                                "PUT",
                                "/v1/classes/A/x",
                                OPEN,
                                "{\"_method\":\"DELETE\"}",
                                200,
                                "\"update\""),
                        post(
                                "a body counts whatever its type",
                                "/v1/classes/A",
                                OPEN + "Content-Type: application/x-www-form-urlencoded",
                                "{\"a\":1}",
                                201,
                                "\"body\":{\"a\":1}"),
                        post(
                                "headers win over the body",
                                "/v1/classes/A",
                                OPEN + SESSION,
                                "{\"_SessionToken\":\"r:gone\",\"_ApplicationId\":\"x\"}",
                                201,
                                "\"user user1\"",
                                "\"body\":{}")));
    }

    @TestFactory
    Stream<DynamicTest> readsParameters() {
        return run(
                Stream.of(
                        get(
                                "escaped",
                                "/v1/classes/A?where=%7B%22a%22%3A%22b%2Bc%20d+e%22%7D",
                                OPEN,
                                200,
                                "{\"where\":\"{\\\"a\\\":\\\"b+c d e\\\"}\"}"),
                        get(
                                "empty and valueless",
                                "/v1/classes/A?a=&b&&c=1",
                                OPEN,
                                200,
                                "{\"a\":\"\",\"b\":\"\",\"c\":\"1\"}"),
                        get("twice", "/v1/classes/A?a=1&a=2", OPEN, 400, "\"code\":102"),
                        get("broken UTF-8", "/v1/classes/A?a=%ff", OPEN, 400, "percent"),
                        get("NUL", "/v1/classes/A?a=%00", OPEN, 400, "percent"),
                        new Scenario(
                                "GET with a body",
                                "GET",
                                "/v1/classes/A?limit=1",
                                OPEN,
                                "{\"limit\":2,\"where\":{}}",
                                200,
                                "\"parameters\":{\"limit\":2,\"where\":{}}"),
                        new Scenario(
                                "DELETE with a body",
                                "DELETE",
                                "/v1/classes/A/x",
                                OPEN,
                                "{\"where\":{}}",
                                200,
                                "\"parameters\":{\"where\":{}}"),
                        post(
                                "POST keeps its query apart",
                                "/v1/classes/A?x=1",
                                OPEN,
                                "{\"a\":1}",
                                201,
                                "\"parameters\":{\"x\":\"1\"}",
                                "\"body\":{\"a\":1}")));
    }

    @TestFactory
    Stream<DynamicTest> findsTheWay() {
        return run(
                Stream.of(
                        get("below the root only", "/classes/A", OPEN, 404, "{\"error\":"),
                        get("root", "/", "", 404, "{\"error\":"),
                        get("like the root", "/v1x", "", 404),
                        get("unknown", "/v1/nothing/here", OPEN, 404, "{\"error\":"),
                        new Scenario(
                                "wrong method",
                                "PUT",
                                "/v1/schemas",
                                MASTER,
                                "{}",
                                405,
                                "{\"error\":"),
                        new Scenario("unknown method", "PATCH", "/v1/schemas", MASTER, "{}", 405),
                        get("slash at the end", "/v1/classes/A/", OPEN, 200, "\"find\""),
                        get("empty segment", "/v1/classes//x", OPEN, 404),
                        get(
                                "escaped segment",
                                "/v1/classes/A%2FB/x%20y+z",
                                OPEN,
                                200,
                                "\"A/B\"",
                                "\"x y+z\""),
                        get("unicode segment", "/v1/classes/%E2%82%AC/x", OPEN, 200, "\"€\""),
                        get("broken escape in a segment", "/v1/classes/%E2/x", OPEN, 400),
                        get(
                                "rest of the path",
                                "/v1/files/app/a/b%20c/d",
                                "",
                                200,
                                "\"a/b c/d\"",
                                "\"app\""),
                        get("fixed before parameter", "/v1/users/me", OPEN, 200, "\"me\"")));
    }

    @TestFactory
    Stream<DynamicTest> refusesUnreadableBodies() {
        return run(
                Stream.of(
                        post(
                                "cut off",
                                "/v1/classes/A",
                                OPEN,
                                "{\"a\":",
                                400,
                                "{\"error\":\"malformed JSON",
                                "!code"),
                        post("no JSON", "/v1/classes/A", OPEN, "hello", 400, "!code"),
                        post("scalar", "/v1/classes/A", OPEN, "5", 400, "!code"),
                        post("null", "/v1/classes/A", OPEN, "null", 400, "!code"),
                        post("array", "/v1/classes/A", OPEN, "[1]", 400),
                        post(
                                "empty array is an empty object",
                                "/v1/classes/A",
                                OPEN,
                                "[]",
                                201,
                                "\"body\":{}"),
                        post(
                                "nothing is an empty object",
                                "/v1/classes/A",
                                OPEN,
                                "",
                                201,
                                "\"body\":{}"),
                        post("two values", "/v1/classes/A", OPEN, "{}{}", 400),
                        post(
                                "NUL in a text",
                                "/v1/classes/A",
                                OPEN,
                                "{\"a\":\"\\u0000\"}",
                                400,
                                "\"code\":107"),
                        post("lone surrogate", "/v1/classes/A", OPEN, "{\"a\":\"\\ud800\"}", 400),
                        post("not a number", "/v1/classes/A", OPEN, "{\"a\":NaN}", 400),
                        post(
                                "too deep",
                                "/v1/classes/A",
                                OPEN,
                                "{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}",
                                400)));
    }

    @TestFactory
    Stream<DynamicTest> answersFailures() {
        return run(
                Stream.of(
                        post(
                                "known",
                                "/v1/fail/known",
                                OPEN,
                                "{}",
                                404,
                                "{\"code\":101,\"error\":\"Object not found.\"}"),
                        post(
                                "unexpected",
                                "/v1/fail/odd",
                                OPEN,
                                "{}",
                                500,
                                "{\"code\":1,\"error\":\"Internal server error.\"}"),
                        post(
                                "while it is written",
                                "/v1/fail/late",
                                OPEN,
                                "{}",
                                500,
                                "{\"code\":1,\"error\":\"Internal server error.\"}"),
                        post(
                                "translated",
                                "/v1/fail/translated",
                                OPEN,
                                "{}",
                                400,
                                "{\"code\":124,\"error\":\"took too long\"}",
                                "!secret")));
    }

    private static Scenario get(
            String claim, String path, String headers, int status, String... expected) {
        return new Scenario(claim, "GET", path, headers, "", status, expected);
    }

    private static Scenario post(
            String claim,
            String path,
            String headers,
            String body,
            int status,
            String... expected) {
        return new Scenario(claim, "POST", path, headers, body, status, expected);
    }

    private static String basic(String userAndPassword) {
        return "Authorization: Basic "
                + java.util.Base64.getEncoder()
                        .encodeToString(
                                userAndPassword.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}

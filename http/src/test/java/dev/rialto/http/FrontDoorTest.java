package dev.rialto.http;

import static dev.rialto.http.Scenario.MASTER;
import static dev.rialto.http.Scenario.OPEN;
import static dev.rialto.http.Scenario.UNAUTHORIZED;
import static dev.rialto.http.Scenario.get;
import static dev.rialto.http.Scenario.post;
import static dev.rialto.http.Scenario.run;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FrontDoorTest {
    private Fixture server;

    @BeforeAll
    void start() {
        server = new Fixture();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> readsParameters() {
        return run(
                server,
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
                        "\"body\":{\"a\":1}"));
    }

    @TestFactory
    Stream<DynamicTest> findsTheWay() {
        return run(
                server,
                get("below the root only", "/classes/A", OPEN, 404, "{\"error\":"),
                get("root", "/", "", 200, "<h1>Rialto is running</h1>"),
                get("like the root", "/v1x", OPEN, 404),
                get("unknown", "/v1/nothing/here", OPEN, 404, "{\"error\":"),
                get("unknown, to a stranger", "/v1/nothing", "", 403, UNAUTHORIZED),
                new Scenario(
                        "wrong method", "PUT", "/v1/schemas", MASTER, "{}", 405, "{\"error\":"),
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
                get("fixed before parameter", "/v1/users/me", OPEN, 200, "\"me\""));
    }

    @TestFactory
    Stream<DynamicTest> refusesUnreadableBodies() {
        return run(
                server,
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
                post("nothing is an empty object", "/v1/classes/A", OPEN, "", 201, "\"body\":{}"),
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
                        400));
    }

    @TestFactory
    Stream<DynamicTest> answersFailures() {
        return run(
                server,
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
                        "!secret"));
    }
}

package dev.rialto.http;

import static dev.rialto.http.Scenario.KEYED;
import static dev.rialto.http.Scenario.MASTER;
import static dev.rialto.http.Scenario.NO_MASTER;
import static dev.rialto.http.Scenario.OPEN;
import static dev.rialto.http.Scenario.SESSION;
import static dev.rialto.http.Scenario.STALE;
import static dev.rialto.http.Scenario.UNAUTHORIZED;
import static dev.rialto.http.Scenario.basic;
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
final class AdmissionTest {
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
    Stream<DynamicTest> admits() {
        return run(
                server,
                get(
                        "no app id",
                        "/v1/classes/A",
                        "",
                        403,
                        "{\"error\":\"unauthorized\",\"hint\":\"the header X-Parse-Application-Id is missing\"}"),
                get(
                        "unknown app",
                        "/v1/classes/A",
                        "X-Parse-Application-Id: x",
                        403,
                        "{\"error\":\"unauthorized\",\"hint\":\"there is no app with this id\"}"),
                get("app without keys", "/v1/classes/A", OPEN, 200, "\"anonymous\""),
                get(
                        "missing client key",
                        "/v1/classes/A",
                        KEYED,
                        403,
                        "{\"error\":\"unauthorized\",\"hint\":\"this app requires a client key"),
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
                get("client key", "/v1/classes/A", KEYED + "X-Parse-Client-Key: CLIENT", 200),
                get("dotnet key", "/v1/classes/A", KEYED + "X-Parse-Windows-Key: DOTNET", 200),
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
                get("public operations need no app", "/v1/health", "", 200));
    }

    @TestFactory
    Stream<DynamicTest> guardsMasterOperations() {
        return run(
                server,
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
                post("nobody writes", "/v1/schemas", OPEN, "{}", 403, NO_MASTER));
    }

    @TestFactory
    Stream<DynamicTest> authenticates() {
        return run(
                server,
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
                get("session of a public operation is not looked at", "/v1/health", STALE, 200),
                get(
                        "empty session is none",
                        "/v1/classes/A",
                        OPEN + "X-Parse-Session-Token:",
                        200,
                        "\"anonymous\""));
    }
}

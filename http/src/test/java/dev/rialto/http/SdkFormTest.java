package dev.rialto.http;

import static dev.rialto.http.Scenario.NO_MASTER;
import static dev.rialto.http.Scenario.OPEN;
import static dev.rialto.http.Scenario.SESSION;
import static dev.rialto.http.Scenario.UNAUTHORIZED;
import static dev.rialto.http.Scenario.post;
import static dev.rialto.http.Scenario.run;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SdkFormTest {
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
    Stream<DynamicTest> readsTheFormOfTheSdk() {
        var post = "Content-Type: text/plain";
        return run(
                server,
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
                        "\"body\":{\"a\":1}"),
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
                        "a form counts",
                        "/v1/classes/A",
                        OPEN + "Content-Type: application/x-www-form-urlencoded",
                        "a=1&b=c+d",
                        201,
                        "\"body\":{\"a\":\"1\",\"b\":\"c d\"}"),
                post(
                        "a context that is no object",
                        "/v1/classes/A",
                        OPEN,
                        "{\"_context\":\"x\"}",
                        400,
                        "{\"code\":107,\"error\":\"Invalid object for context.\"}"),
                post(
                        "a context is taken out",
                        "/v1/classes/A",
                        OPEN,
                        "{\"_context\":{\"a\":1}}",
                        201,
                        "\"context\":{\"a\":1}",
                        "\"body\":{}"),
                post(
                        "a context in the header",
                        "/v1/classes/A",
                        OPEN + "X-Parse-Cloud-Context: {\"a\":2}",
                        "{}",
                        201,
                        "\"context\":{\"a\":2}"),
                post(
                        "the context of an SDK's body wins over that of the header",
                        "/v1/classes/A",
                        OPEN + "X-Parse-Cloud-Context: {\"a\":2,\"b\":3}",
                        "{\"_context\":{\"a\":1},\"_ApplicationId\":\"open\"}",
                        201,
                        "\"context\":{\"a\":1}"),
                post(
                        "the context of the header wins over that of another body",
                        "/v1/classes/A",
                        OPEN + "X-Parse-Cloud-Context: {\"a\":2,\"b\":3}",
                        "{\"_context\":{\"a\":1}}",
                        201,
                        "\"context\":{\"a\":2,\"b\":3}",
                        "\"body\":{}"),
                post(
                        "headers that prove nothing are open",
                        "/v1/classes/A",
                        Scenario.MASTER
                                + "X-Echo: 1\nUser-Agent: test\nCookie: c=hidden1\n"
                                + "Authorization: Bearer hidden2\n"
                                + "X-Parse-REST-API-Key: hidden3\n"
                                + "X-Parse-Javascript-Key: hidden4\n"
                                + SESSION,
                        "{}",
                        201,
                        "\"x-echo\":\"1\"",
                        "\"user-agent\":\"test\"",
                        "\"x-parse-application-id\":\"open\"",
                        "!hidden",
                        "!master-key",
                        "!session-token"),
                post(
                        "headers win over the body",
                        "/v1/classes/A",
                        OPEN + SESSION,
                        "{\"_SessionToken\":\"r:gone\",\"_ApplicationId\":\"x\"}",
                        201,
                        "\"user user1\"",
                        "\"body\":{}"));
    }
}

package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BatchOperationTest {
    private static final String OPEN = "X-Parse-Application-Id: open\n";
    private static final String MASTER = OPEN + "X-Parse-Master-Key: master\n";

    private final List<String> transactions = new ArrayList<>();
    private final Fixture server =
            new Fixture(
                    HttpSettings.of("127.0.0.1", 0)
                            .withPublicUrl("https://api.example.com/backend/api/"),
                    work -> {
                        transactions.add("begin");
                        try {
                            var answer = work.get();
                            transactions.add("commit");
                            return answer;
                        } catch (RuntimeException failure) {
                            transactions.add("rollback");
                            throw failure;
                        }
                    });

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersEachEntryInOrder() {
        var answer =
                batch(
                        OPEN,
                        """
                        {"requests":[
                          {"method":"POST","path":"/v1/classes/A","body":{"a":1}},
                          {"method":"POST","path":"/v1/fail/known"},
                          {"method":"GET","path":"/v1/classes/A?limit=1","body":{"skip":2}},
                          {"method":"PUT","path":"/v1/classes/A/x","body":{"b":1}},
                          {"method":"DELETE","path":"/v1/classes/A/y"}]}\
                        """);
        assertThat(answer).startsWith("[{\"success\":{\"operation\":\"create\"");
        assertThat(answer)
                .contains(
                        "{\"error\":{\"code\":101,\"error\":\"Object not found.\"}}",
                        "\"parameters\":{\"limit\":\"1\",\"skip\":2}",
                        "\"body\":{\"b\":1}",
                        "\"id\":\"y\"");
        assertThat(transactions).isEmpty();
    }

    @Test
    void takesPathsOfThePublicAddress() {
        assertThat(
                        batch(
                                OPEN,
                                """
                                {"requests":[{"method":"GET","path":"/backend/api/classes/A"}]}\
                                """))
                .contains("\"find\"");
    }

    @Test
    void checksAccessOfEachEntry() {
        var requests =
                """
                {"requests":[{"method":"GET","path":"/v1/schemas"},
                             {"method":"POST","path":"/v1/schemas","body":{}}]}\
                """;
        assertThat(batch(OPEN, requests))
                .contains("unauthorized: master key is required")
                .doesNotContain("success");
        assertThat(batch(OPEN + "X-Parse-Master-Key: readonly", requests))
                .startsWith("[{\"success\"")
                .contains("\"code\":119");
        assertThat(batch(MASTER, requests)).doesNotContain("\"error\"");
    }

    @Test
    void runsAsTheSameCaller() {
        assertThat(
                        batch(
                                "",
                                """
                                {"_ApplicationId":"open","_SessionToken":"r:valid",
                                 "requests":[{"method":"GET","path":"/v1/users/me"}]}\
                                """))
                .contains("\"user user1\"", "\"session\":\"r:valid\"");
        assertThat(
                        server.send(
                                        "POST",
                                        "/v1/batch",
                                        OPEN + "X-Parse-Session-Token: r:gone",
                                        "{\"requests\":[]}")
                                .body())
                .contains("209");
    }

    @Test
    void givesEachEntryARequestIdOfItsOwn() {
        assertThat(
                        batch(
                                OPEN + "X-Parse-Request-Id: once\n",
                                """
                                {"requests":[{"method":"GET","path":"/v1/classes/A"}]}\
                                """))
                .contains("once.0");
    }

    @Test
    void hidesWhatFailsWhileAnEntryIsWritten() {
        assertThat(
                        batch(
                                OPEN,
                                """
                                {"requests":[{"method":"POST","path":"/v1/fail/late"},
                                             {"method":"GET","path":"/v1/classes/A"}]}\
                                """))
                .startsWith(
                        "[{\"error\":{\"code\":1,\"error\":\"Internal server error.\"}},"
                                + "{\"success\":");
    }

    @Test
    void commitsATransactionOfSuccesses() {
        assertThat(
                        batch(
                                OPEN,
                                """
                                {"transaction":true,
                                 "requests":[{"method":"POST","path":"/v1/classes/A","body":{}}]}\
                                """))
                .startsWith("[{\"success\"");
        assertThat(transactions).containsExactly("begin", "commit");
    }

    @Test
    void failsATransactionAsAWhole() {
        var answer =
                server.send(
                        "POST",
                        "/v1/batch",
                        OPEN,
                        """
                        {"transaction":true,
                         "requests":[{"method":"POST","path":"/v1/classes/A","body":{}},
                                     {"method":"POST","path":"/v1/fail/known","body":{}}]}\
                        """);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("{\"code\":101,\"error\":\"Object not found.\"}");
        assertThat(transactions).containsExactly("begin", "rollback");
    }

    @Test
    void takesAnAnswerWithTheStatusOfAnErrorForAFailure() {
        var requests =
                """
                "requests":[{"method":"POST","path":"/v1/classes/A","body":{}},
                            {"method":"POST","path":"/v1/fail/status","body":{"n":1}},
                            {"method":"POST","path":"/v1/fail/text"}]}\
                """;
        assertThat(batch(OPEN, "{" + requests))
                .startsWith("[{\"success\":")
                .endsWith(
                        "{\"error\":{\"result\":{\"n\":1},\"code\":141,"
                                + "\"error\":\"answered with status 422\"}},"
                                + "{\"error\":{\"code\":141,\"error\":\"Not here.\"}}]");
        var answer = server.send("POST", "/v1/batch", OPEN, "{\"transaction\":true," + requests);
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).isEqualTo("{\"result\":{\"n\":1}}");
        assertThat(answer.headers().firstValue("X-Own")).contains("yes");
        assertThat(transactions).containsExactly("begin", "rollback");
    }

    @Test
    void refusesWhatIsNoBatch() {
        assertRefused("{}", "requests must be an array");
        assertRefused("{\"requests\":{}}", "requests must be an array");
        assertRefused("{\"requests\":[1]}", "batch request path must be a string");
        assertRefused("{\"requests\":[{\"method\":\"GET\"}]}", "path must be a string");
        assertRefused(
                "{\"requests\":[{\"method\":\"GET\",\"path\":\"/classes/A\"}]}",
                "cannot route batch path");
        assertRefused(
                "{\"requests\":[{\"method\":\"POST\",\"path\":\"/v1/classes/A\",\"body\":1}]}",
                "must be an object");
    }

    @Test
    void refusesNesting() {
        for (var path : List.of("/v1/batch", "/v1/batch/", "/v1/batch?a=b", "/v1/%62atch")) {
            assertThat(
                            batchAnswer(
                                    MASTER,
                                    "{\"requests\":[{\"method\":\"POST\",\"path\":\""
                                            + path
                                            + "\",\"body\":{\"requests\":[]}}]}"))
                    .as(path)
                    .doesNotContain("success");
        }
    }

    @Test
    void refusesTooManyEntries() {
        var entry = "{\"method\":\"GET\",\"path\":\"/v1/classes/A\"}";
        var many = IntStream.range(0, 1001).mapToObj(_ -> entry).collect(Collectors.joining(","));
        assertRefused("{\"requests\":[" + many + "]}", "exceeds the limit of 1000");
    }

    @Test
    void refusesEntriesThatLeadNowhere() {
        var entry = "{\"requests\":[{\"method\":\"%s\",\"path\":\"%s\"}]}";
        assertRefused(entry.formatted("GET", "/v1/nothing"), "cannot route GET /nothing");
        assertRefused(entry.formatted("get", "/v1/classes/A"), "cannot route get");
        assertRefused(entry.formatted("POST", "/v1/files/a"), "can't be batched");
        assertRefused(
                entry.formatted("GET", "https://evil.example/v1/classes/A"), "cannot route batch");
        assertThat(batch(OPEN, entry.formatted("GET", "/v1/download")))
                .contains("can't be batched");
    }

    private void assertRefused(String body, String message) {
        var answer = server.send("POST", "/v1/batch", OPEN, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":107", message);
    }

    private String batch(String headers, String body) {
        var answer = server.send("POST", "/v1/batch", headers, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private String batchAnswer(String headers, String body) {
        return server.send("POST", "/v1/batch", headers, body).body();
    }
}

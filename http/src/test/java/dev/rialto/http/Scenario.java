package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// A request and its answer.
///
/// @param expected parts of the answer's body; one after `!` must not be there
record Scenario(
        String claim,
        String method,
        String path,
        String headers,
        String body,
        int status,
        String... expected) {
    static final String OPEN = "X-Parse-Application-Id: open\n";
    static final String KEYED = "X-Parse-Application-Id: keyed\n";
    static final String MASTER = OPEN + "X-Parse-Master-Key: master\n";
    static final String SESSION = "X-Parse-Session-Token: r:valid\n";
    static final String STALE = "X-Parse-Session-Token: r:gone\n";
    static final String UNAUTHORIZED = "{\"error\":\"unauthorized\",\"hint\":\"";
    static final String NO_MASTER = "{\"error\":\"unauthorized: master key is required\"}";

    static Scenario get(String claim, String path, String headers, int status, String... expected) {
        return new Scenario(claim, "GET", path, headers, "", status, expected);
    }

    static Scenario post(
            String claim,
            String path,
            String headers,
            String body,
            int status,
            String... expected) {
        return new Scenario(claim, "POST", path, headers, body, status, expected);
    }

    static String basic(String userAndPassword) {
        var bytes = userAndPassword.getBytes(StandardCharsets.UTF_8);
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(bytes);
    }

    static Stream<DynamicTest> run(Fixture server, Scenario... scenarios) {
        return Stream.of(scenarios)
                .map(scenario ->
                        DynamicTest.dynamicTest(scenario.claim(), () -> scenario.check(server)));
    }

    private void check(Fixture server) {
        var answer = server.send(method, path, headers, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        for (var part : expected) {
            if (part.startsWith("!")) {
                assertThat(answer.body()).doesNotContain(part.substring(1));
            } else {
                assertThat(answer.body()).contains(part);
            }
        }
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    }
}

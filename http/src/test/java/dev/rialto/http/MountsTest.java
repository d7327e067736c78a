package dev.rialto.http;

import static dev.rialto.http.Scenario.MASTER;
import static dev.rialto.http.Scenario.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A listener whose operations are elsewhere, behind a proxy.
final class MountsTest {
    private static Fixture server;

    @BeforeAll
    static void start() {
        server =
                new Fixture(
                        HttpSettings.of("127.0.0.1", 0)
                                .withMounts(new Mounts(List.of("/parse", "/v1", "/v1/old")))
                                .withTrustedProxies(List.of("127.0.0.0/8", "10.0.0.1")),
                        work -> work.get());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/parse", "/v1", "/v1/old"})
    void answersAtEachMount(String mount) {
        assertThat(server.send("GET", mount + "/classes/A", OPEN, "").statusCode()).isEqualTo(200);
        var batch =
                server.send(
                        "POST",
                        mount + "/batch",
                        OPEN,
                        "{\"requests\":[{\"method\":\"GET\",\"path\":\"%s/classes/B\"}]}"
                                .formatted(mount));
        assertThat(batch.body()).contains("\"className\":\"B\"");
    }

    @Test
    void makesAddressesOfTheFirst() {
        var root = "http://127.0.0.1:" + server.listener.port() + "/parse";
        assertThat(server.listener.publicUrl()).isEqualTo(root);
        assertThat(
                        server.send("POST", "/v1/classes/A", OPEN, "{}")
                                .headers()
                                .firstValue("Location"))
                .contains(root + "/classes/A/1");
        assertThat(server.send("GET", "/v1/openapi.json", "", "").body())
                .contains("\"url\":\"" + root + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/classes/A", "/v1classes/A", "/parsed", "/favicon.ico"})
    void saysWhereTheApiIs(String path) {
        var answer = server.send("GET", path, MASTER, "");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body())
                .contains("nothing at this address; the API is below /parse and /v1 and /v1/old");
    }

    @Test
    void tellsBrowsersWhereToGo() {
        var page = server.send("GET", "/", "", "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("/parse/health", "/parse/openapi.json")
                .doesNotContain("<script");
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("default-src 'none'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "v1", "/v1/", "//v1", "/a b", "/..", "/v1/../x", "/{x}"})
    void refusesWhatIsNotAPath(String path) {
        assertThatThrownBy(() -> new Mounts(List.of(path)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http.mount-path");
    }

    @Test
    void believesTrustedProxiesOnly() {
        var all = new TrustedProxies(List.of("127.0.0.1", "10.0.0.0/8", "2001:db8::/32"));
        record Case(String peer, String forwarded, String client) {}
        for (var each :
                List.of(
                        new Case("192.0.2.9", "198.51.100.1", "192.0.2.9"),
                        new Case("127.0.0.1", "198.51.100.1", "198.51.100.1"),
                        new Case("127.0.0.1", "203.0.113.5, 198.51.100.1", "198.51.100.1"),
                        new Case("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),
                        new Case("2001:db8:0:0:0:0:0:1", "198.51.100.1", "198.51.100.1"),
                        new Case("127.0.0.1", "198.51.100.1, example.com", "127.0.0.1"),
                        new Case("127.0.0.1", "", "127.0.0.1"))) {
            assertThat(all.client(each.peer(), Optional.of(each.forwarded())))
                    .as(each.toString())
                    .isEqualTo(each.client());
        }
        assertThatThrownBy(() -> new TrustedProxies(List.of("10.0.0.0/33")))
                .hasMessageContaining("http.trusted-proxies");
        assertThatThrownBy(() -> new TrustedProxies(List.of("proxy.example.com")))
                .hasMessageContaining("http.trusted-proxies");
        assertThat(
                        server.send(
                                        "GET",
                                        "/v1/classes/A",
                                        OPEN + "X-Forwarded-For: 198.51.100.7",
                                        "")
                                .body())
                .contains("\"address\":\"198.51.100.7\"");
    }
}

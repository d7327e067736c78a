package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Layer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TransportTest {
    private static final String APP = "X-Parse-Application-Id";

    @Parameter private Layer layer = Layer.PLAIN;
    private Fixture server;

    @BeforeParameterizedClassInvocation
    void start() {
        server = new Fixture(layer);
    }

    @AfterParameterizedClassInvocation
    void stop() {
        server.close();
    }

    @Test
    void namesItsPublicAddress() {
        var answer = server.send("POST", "/v1/classes/A", APP + ": open", "{}");
        assertThat(answer.headers().firstValue("Location"))
                .contains(server.uri("/v1/classes/A/1").toString());
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/json; charset=utf-8");
        assertThat(answer.headers().firstValue("X-Rialto-Request-Id")).isPresent();
    }

    @Test
    void answersPreflights() {
        var answer =
                server.send(
                        "OPTIONS",
                        "/v1/classes/A",
                        "Origin: https://app.example.com\nAccess-Control-Request-Method: POST",
                        "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Methods"))
                .contains("GET,PUT,POST,PATCH,DELETE,OPTIONS");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
                .contains("X-Parse-Session-Token", "X-Parse-Request-Id", "Content-Type")
                .contains("X-Parse-Maintenance-Key", "Authorization", "Range", "X-Echo-Only")
                .contains("traceparent");
    }

    @Test
    void exposesParsesHeadersWithAndWithoutABrowser() {
        for (var headers : List.of("Origin: https://app.example.com", "")) {
            var answer = server.send("GET", "/v1/health", headers, "");
            assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
                    .contains("X-Parse-Job-Status-Id, X-Parse-Push-Status-Id");
        }
    }

    @Test
    void allowsListedOriginsOnly() {
        var settings =
                new HttpSettings(
                        "127.0.0.1",
                        0,
                        "",
                        List.of("https://a.example", "https://b.example"),
                        HttpSettings.Limits.DEFAULT,
                        SocketLimits.DEFAULT);
        try (var strict = new Fixture(settings, work -> work.get())) {
            assertThat(origin(strict, "https://b.example")).isEqualTo("https://b.example");
            assertThat(origin(strict, "https://evil.example")).isEqualTo("https://a.example");
        }
    }

    @Test
    void compressesLongAnswersWhenAsked() throws IOException {
        var request =
                HttpRequest.newBuilder(server.uri("/v1/big"))
                        .header("Accept-Encoding", "br, gzip;q=0.5")
                        .build();
        var answer = server.send(request, BodyHandlers.ofByteArray());
        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding");
        try (var text = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(text.readAllBytes()).hasSize(100_011);
        }
        assertThat(answer.body()).hasSizeLessThan(2000);
    }

    @Test
    void compressesNothingUnasked() {
        var plain = server.send("GET", "/v1/big", "", "");
        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(plain.body()).hasSize(100_011);
        var refused = server.send("GET", "/v1/big", "Accept-Encoding: gzip;q=0", "");
        assertThat(refused.headers().firstValue("Content-Encoding")).isEmpty();
        var small = server.send("GET", "/v1/health", "Accept-Encoding: gzip", "");
        assertThat(small.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @Test
    void takesCompressedBodies() throws IOException {
        var answer = postGzip(gzip("{\"a\":1}".getBytes(StandardCharsets.UTF_8)));
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).contains("\"body\":{\"a\":1}");
    }

    @Test
    void refusesBodiesThatInflateTooFar() throws IOException {
        var bomb =
                gzip(("{\"a\":\"" + "0".repeat(25 << 20) + "\"}").getBytes(StandardCharsets.UTF_8));
        assertThat(bomb).hasSizeLessThan(100_000);
        var answer = postGzip(bomb);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("{\"error\":\"request entity too large");
    }

    @Test
    void refusesBrokenCompression() throws IOException {
        assertThat(postGzip("{\"a\":1}".getBytes(StandardCharsets.UTF_8)).statusCode())
                .isEqualTo(400);
        var whole = gzip("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        var cut = java.util.Arrays.copyOf(whole, whole.length - 6);
        assertThat(postGzip(cut).statusCode()).isEqualTo(400);
    }

    @Test
    void refusesOtherEncodings() {
        var answer =
                server.send("POST", "/v1/classes/A", APP + ": open\nContent-Encoding: br", "{}");
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body())
                .isEqualTo("{\"error\":\"unsupported content encoding \\\"br\\\"\"}");
    }

    @Test
    void takesChunkedBodies() {
        var bytes = ("{\"a\":\"" + "b".repeat(50_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        var request =
                HttpRequest.newBuilder(server.uri("/v1/classes/A"))
                        .header(APP, "open")
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
                        .build();
        assertThat(server.send(request, BodyHandlers.ofString()).body()).contains("bbbb");
    }

    @Test
    void refusesBodiesThatAreTooLong() {
        var bytes = new byte[21 << 20];
        for (var publisher :
                List.of(
                        BodyPublishers.ofByteArray(bytes),
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))) {
            var request =
                    HttpRequest.newBuilder(server.uri("/v1/classes/A"))
                            .header(APP, "open")
                            .POST(publisher)
                            .build();
            var answer = server.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).startsWith("{\"error\":");
        }
    }

    @Test
    void turnsStrangersAwayBeforeTheirBodyIsParsed() {
        var answer = server.send("POST", "/v1/classes/A", APP + ": nobody", "no json");
        assertThat(answer.statusCode()).isEqualTo(403);
    }

    @Test
    void passesRawUploadsOn() {
        var json = "{\"base64\":\"aGk=\"}";
        var answer =
                server.send(
                        "POST",
                        "/v1/files/a.json",
                        APP + ": open\nContent-Type: application/json",
                        json);
        assertThat(answer.body())
                .contains("\"raw\":\"{\\\"base64", "\"form\":{}", "\"type\":\"application/json\"");
    }

    @Test
    void readsTheJsonFormOfUploads() {
        var answer =
                server.send(
                        "POST",
                        "/v1/files/a.txt",
                        "Content-Type: text/plain",
                        """
                        {"base64":"aGk=","_ApplicationId":"open","_ContentType":"text/x-a",
                         "fileData":{"tags":{}}}\
                        """);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .contains(
                        "\"raw\":\"\"",
                        "\"type\":\"text/x-a\"",
                        "\"form\":{\"base64\":\"aGk=\",\"fileData\":{\"tags\":{}}}");
    }

    @Test
    void givesTheJsonFormOfUploadsALimitOfItsOwn() {
        var limits = HttpSettings.Limits.DEFAULT;
        var small =
                new HttpSettings.Limits(
                        100_000,
                        1_000_000,
                        limits.batch(),
                        limits.concurrentRequests(),
                        limits.connections(),
                        limits.idle(),
                        limits.patience(),
                        limits.grace());
        try (var other =
                new Fixture(
                        HttpSettings.of("127.0.0.1", 0).withLimits(small), work -> work.get())) {
            var form = "{\"_ApplicationId\":\"open\",\"base64\":\"%s\"}";
            assertThat(other.send("POST", "/v1/files/a", "", form.formatted("a".repeat(1_300_000))))
                    .extracting(HttpResponse::statusCode)
                    .isEqualTo(200);
            var large =
                    other.send("POST", "/v1/files/a", "", form.formatted("a".repeat(1_500_000)));
            assertThat(large.statusCode()).isEqualTo(400);
            assertThat(large.body())
                    .contains("129", "File size exceeds maximum allowed: 1000000 bytes.");
            assertThat(other.send("POST", "/v1/classes/A", "", form.formatted("a".repeat(200_000))))
                    .extracting(HttpResponse::statusCode)
                    .isEqualTo(413);
        }
    }

    @Test
    void refusesStrangersUploads() {
        assertThat(server.send("POST", "/v1/files/a", "Content-Type: image/png", "x").statusCode())
                .isEqualTo(403);
        assertThat(server.send("POST", "/v1/files/a", "", "{\"a\":1}").statusCode()).isEqualTo(403);
    }

    @Test
    void answersHeadWithoutContent() {
        var answer = server.send("HEAD", "/v1/download", "", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValueAsLong("Content-Length"))
                .hasValue(Echo.DOWNLOAD.length());
        var json = server.send("HEAD", "/v1/health", "", "");
        assertThat(json.headers().firstValueAsLong("Content-Length")).hasValue(2);
        assertThat(server.send("GET", "/v1/download", "", "").body()).isEqualTo(Echo.DOWNLOAD);
    }

    @Test
    void describesItself() {
        var answer = server.send("GET", "/v1/openapi.json", "", "");
        assertThat(answer.body())
                .contains(
                        "\"openapi\":\"3.1.0\"",
                        "\"/classes/{className}/{id}\":{\"get\":",
                        "\"/files/{appId}/{name}\"",
                        "\"echo.update\"",
                        "\"http.batch\"");
    }

    private static String origin(Fixture server, String origin) {
        var answer = server.send("GET", "/v1/health", "Origin: " + origin, "");
        assertThat(answer.headers().allValues("Vary")).contains("Origin");
        return answer.headers().firstValue("Access-Control-Allow-Origin").orElse("");
    }

    private HttpResponse<String> postGzip(byte[] body) {
        var request =
                HttpRequest.newBuilder(server.uri("/v1/classes/A"))
                        .header(APP, "open")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build();
        return server.send(request, BodyHandlers.ofString());
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var target = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(target)) {
            gzip.write(bytes);
        }
        return target.toByteArray();
    }
}

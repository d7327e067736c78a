package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// HTTP endpoints as others call them: webhooks of services that know nothing of Rialto's keys.
final class EndpointTest {
    private static final Sender STRANGER = new Sender(Map.of());
    private static final String KEYLESS = "/apps/" + TestServer.APP + "/web";

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
        Reply deployed =
                server.upload(
                        Sender.master(),
                        "/micro-apps",
                        MicroAppSources.of("hooks")
                                .withClass(
                                        "Hooks",
                                        """
                                        @Function("hooks") public final class Hooks {
                                          public record Payment(String id, int amount) {}
                                          static Map<String, Object> seen(HttpRequest request) {
                                            return Map.of(
                                                "method", request.method(), "url", request.url(),
                                                "path", request.path(), "headers", request.headers(),
                                                "text", request.text());
                                          }
                                          @Endpoint(value = "/hook", method = "POST", keyless = true)
                                          public Map<String, Object> hook(HttpRequest request) {
                                            return seen(request);
                                          }
                                          @Endpoint(value = "/secured", method = "POST", keyless = true,
                                              credentials = {"Authorization", "Cookie"})
                                          public Map<String, Object> secured(HttpRequest request) {
                                            return seen(request);
                                          }
                                          @Endpoint(value = "/form", method = "POST", keyless = true)
                                          public Map<String, String> form(HttpRequest request) {
                                            return request.form();
                                          }
                                          @Endpoint(value = "/payment", method = "POST", keyless = true)
                                          public Payment payment(Payment payment) { return payment; }
                                          @Endpoint(value = "/page", keyless = true)
                                          public HttpResponse page() {
                                            return HttpResponse.text(200, "a page");
                                          }
                                          static int streams;
                                          @Endpoint(value = "/stream", keyless = true)
                                          public HttpResponse stream() {
                                            return HttpResponse.stream("text/plain", out -> {
                                              streams++;
                                              out.write(("stream " + streams).getBytes());
                                            });
                                          }
                                          @Endpoint(value = "/broken/{how}", keyless = true)
                                          public HttpResponse broken(HttpRequest request) {
                                            String how = request.parameters().get("how");
                                            return HttpResponse.stream("text/plain", out -> {
                                              out.write("begun".getBytes());
                                              out.flush();
                                              if (how.equals("thrown")) {
                                                throw new IllegalStateException("in the middle");
                                              }
                                              if (how.equals("refused")) {
                                                out.close();
                                                throw new FunctionException(141, "in the middle");
                                              }
                                              byte[] much = new byte[1_000_000];
                                              for (int i = 0; i < 3; i++) {
                                                out.write(much);
                                              }
                                              if (how.equals("deep")) {
                                                throw new StackOverflowError();
                                              }
                                            });
                                          }
                                          @Endpoint(value = "/order/{id}", method = "PATCH")
                                          public Map<String, Object> change(HttpRequest request) {
                                            return seen(request);
                                          }
                                        }
                                        """)
                                .zip());
        assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "X-Hub-Signature-256, sha256=5d5d",
        "X-Shopify-Hmac-Sha256, aGVsbG8=",
        "X-Slack-Signature, v0=a2114d",
        "X-Slack-Request-Timestamp, 1531420618",
        "X-Twilio-Signature, RSOYDt4T1cUTdK1PDd93",
        "X-Foo, bar"
    })
    void givesHeadersOfAllKinds(String header, String value) {
        Reply reply = post(STRANGER.with(header, value), KEYLESS + "/hook", "{}");

        assertThat(headers(reply).path(lower(header)).asString("")).isEqualTo(value);
    }

    @Test
    void givesTheBodyToTheByteAndTheAddressAsCalled() {
        String body = "{ \"b\" : 1,\n \"_method\":\"GET\", \"_ApplicationId\":\"x\", \"a\": [ ] }";

        for (String path : new String[] {KEYLESS + "/hook?b=2&a=%20", "/web/hook?b=2&a=%20"}) {
            Sender sender = path.startsWith("/web") ? Sender.client() : STRANGER;
            Reply reply = post(sender, path, body);
            assertThat(reply.text("text")).as("%s", reply).isEqualTo(body);
            assertThat(reply.text("method")).isEqualTo("POST");
            assertThat(reply.text("path")).isEqualTo("/hook");
            assertThat(reply.text("url")).startsWith("http://").endsWith("/v1" + path);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "Proxy-Authorization",
                "Cookie",
                "X-Parse-REST-API-Key",
                "X-Parse-Session-Token"
            })
    void keepsCredentialsFromEndpoints(String header) {
        Reply reply = post(STRANGER.with(header, "secret"), KEYLESS + "/hook", "{}");

        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.body().toString()).doesNotContain("secret");
    }

    @Test
    void keepsTheMasterKeyFromEndpoints() {
        Reply reply = post(Sender.master(), "/web/secured", "{}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body().toString()).doesNotContain(TestServer.MASTER_KEY);
    }

    @Test
    void givesCredentialsThatTheEndpointAsksFor() {
        Reply reply =
                post(
                        STRANGER.with("Authorization", "Bearer abc").with("Cookie", "a=b"),
                        KEYLESS + "/secured",
                        "{}");

        assertThat(headers(reply).path("authorization").asString("")).isEqualTo("Bearer abc");
        assertThat(headers(reply).path("cookie").asString("")).isEqualTo("a=b");
    }

    @Test
    void readsForms() {
        Sender form = STRANGER.with("Content-Type", "application/x-www-form-urlencoded");
        assertThat(post(form, KEYLESS + "/form", "From=%2B4930&Body=a+b").body().toString())
                .isEqualTo("{\"From\":\"+4930\",\"Body\":\"a b\"}");
        Reply payment = post(form, KEYLESS + "/payment", "id=p1&amount=7");
        assertThat(payment.body().toString()).isEqualTo("{\"id\":\"p1\",\"amount\":7}");
        Reply broken = post(form, KEYLESS + "/payment", "id=%zz");
        assertThat(broken.status()).as("%s", broken).isEqualTo(400);
    }

    @Test
    void answersPatchAndHead() {
        Reply patched =
                server.send(Sender.client(), "PATCH", "/web/order/a7", "{\"state\":\"paid\"}");
        assertThat(patched.text("method")).as("%s", patched).isEqualTo("PATCH");
        assertThat(patched.text("text")).isEqualTo("{\"state\":\"paid\"}");
        Reply head = server.send(STRANGER, "HEAD", KEYLESS + "/page", "");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.text("text")).isEmpty();
    }

    @Test
    void runsNoStreamThatNobodyReads() {
        for (int i = 0; i < 3; i++) {
            assertThat(server.send(STRANGER, "HEAD", KEYLESS + "/stream", "").status())
                    .isEqualTo(200);
        }

        assertThat(raw("/stream")).isEqualTo("stream 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"thrown", "refused", "deep"})
    void breaksOffAStreamThatFails(String how) {
        assertThatThrownBy(() -> raw("/broken/" + how)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void endsAStreamThatIsWhole() {
        assertThat(raw("/broken/not")).startsWith("begun").hasSize(3_000_005);
    }

    private static String raw(String path) {
        var request = HttpRequest.newBuilder(server.address(KEYLESS + path)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString()).body();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void showsStrangersNothingButKeylessEndpoints() {
        Reply closed = server.send(STRANGER, "PATCH", KEYLESS + "/order/a7", "{}");
        Reply missing = server.get(STRANGER, KEYLESS + "/nothing");
        Reply noApp = server.get(STRANGER, "/apps/nobody/web/page");
        Reply withoutApp = server.get(STRANGER, "/web/page");

        assertThat(closed.status()).as("%s", closed).isEqualTo(404);
        assertThat(missing.status()).isEqualTo(404);
        assertThat(noApp.status()).isEqualTo(404);
        assertThat(noApp.text("error")).isEqualTo("no endpoint at GET /page");
        assertThat(withoutApp.status()).isEqualTo(403);
    }

    @Test
    void refusesKeysAmongCredentials() {
        Reply refused =
                server.upload(
                        Sender.master(),
                        "/micro-apps",
                        MicroAppSources.of("greedy")
                                .withClass(
                                        "Greedy",
                                        """
                                        @Function("greedy") public final class Greedy {
                                          @Endpoint(value = "/greedy", credentials = "X-Parse-Master-Key")
                                          public String take(HttpRequest request) { return ""; }
                                        }
                                        """)
                                .zip());

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("error")).contains("must be Authorization or Cookie");
    }

    private static Reply post(Sender sender, String path, String body) {
        return server.upload(sender, path, body.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode headers(Reply reply) {
        return reply.body().path("headers");
    }

    private static String lower(String header) {
        return header.toLowerCase(Locale.ROOT);
    }
}

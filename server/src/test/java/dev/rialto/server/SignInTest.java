package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignInTest {
    private static final String VERIFIER = "v".repeat(43);
    private static final String REDIRECT = "https://app.example/in?from=acme";
    private static final SignInIssuer ISSUER = new SignInIssuer();
    private static final TestServer SERVER = server();
    private static final HttpClient BROWSER = HttpClient.newHttpClient();

    private static TestServer server() {
        try {
            return new TestServer(
                    Map.of(
                            "functions.outbound", "127.0.0.1",
                            "database.connections", "6",
                            "sign-in.providers", "acme,other",
                            "sign-in.acme.issuer", ISSUER.url(),
                            "sign-in.acme.client-id", "web",
                            "sign-in.acme.client-secret", "s",
                            "sign-in.other.issuer", ISSUER.url(),
                            "sign-in.other.client-id", "other",
                            "sign-in.redirects", REDIRECT + ",com.example.app:/in"));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @BeforeAll
    static void linkByEmailInTheOtherApp() {
        Reply set =
                SERVER.put(
                        Sender.of(TestServer.OTHER_APP, "second-master-key"),
                        "/settings",
                        "{\"settings\": {\"sign-in.link-by-email\": true}}");
        assertThat(set.status()).as(set.toString()).isEqualTo(200);
    }

    @AfterAll
    static void close() {
        SERVER.close();
        ISSUER.close();
    }

    private static String authData(String id, String more) {
        return "{\"authData\": {\"acme\": {\"id\": \"%s\", \"id_token\": \"%s\"}}}"
                .formatted(id, ISSUER.token("web", id, "", more));
    }

    private static Sender other() {
        return new Sender(Map.of("X-Parse-Application-Id", TestServer.OTHER_APP));
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static HttpResponse<String> open(String address) {
        URI there = address.startsWith("http") ? URI.create(address) : SERVER.address(address);
        try {
            return BROWSER.send(
                    HttpRequest.newBuilder(there).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    private static String location(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        return response.headers().firstValue("Location").orElseThrow();
    }

    private static Map<String, String> parameters(String address) {
        Map<String, String> all = new HashMap<>();
        for (String each : String.valueOf(URI.create(address).getQuery()).split("&", -1)) {
            all.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }
        return all;
    }

    private static String begin(String more) {
        return "/sign-in/acme?app="
                + TestServer.APP
                + "&redirect="
                + URLEncoder.encode(REDIRECT, StandardCharsets.UTF_8)
                + "&challenge="
                + challenge(VERIFIER)
                + more;
    }

    /// Begins, and lets the provider sign somebody in.
    ///
    /// @return where the provider sends the browser back to
    private static String callback(String begin, String subject) {
        Map<String, String> sent = parameters(location(open(begin)));
        String code = ISSUER.code(sent.getOrDefault("nonce", ""), subject);
        return sent.get("redirect_uri") + "?code=" + code + "&state=" + sent.get("state");
    }

    /// The code that the app is brought.
    private static String code(String subject) {
        return parameters(location(open(callback(begin(""), subject)))).getOrDefault("code", "");
    }

    private static Reply exchange(Sender as, String code, String verifier) {
        return SERVER.post(
                as,
                "/sign-in/exchange",
                "{\"code\": \"%s\", \"verifier\": \"%s\"}".formatted(code, verifier));
    }

    @Test
    void signsUpAndInByAuthDataAndKeepsNoToken() {
        Reply first = SERVER.post(Sender.client(), "/users", authData("ada", ""));
        Reply again = SERVER.post(Sender.client(), "/users", authData("ada", ""));

        assertThat(first.status()).as(first.toString()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text("objectId")).isEqualTo(first.text("objectId"));
        assertThat(again.body().path("authData").toString())
                .isEqualTo("{\"acme\":{\"id\":\"ada\"}}");
        assertThat(
                        SERVER.get(
                                        Sender.client().session(again.text("sessionToken")),
                                        "/sessions/me")
                                .body()
                                .path("createdWith")
                                .path("authProvider")
                                .asString(""))
                .isEqualTo("acme");
    }

    /// Parse Server's advisory "authData race".
    @Test
    void makesOneUserOfManyConcurrentSignInsWithANewIdentity() throws Exception {
        String body = authData("racer", "");

        List<Reply> replies = atOnce(20, _ -> SERVER.post(Sender.client(), "/users", body));

        assertThat(replies).allSatisfy(each -> assertThat(each.status()).isIn(200, 201));
        assertThat(ids(replies)).hasSize(1);
        assertThat(
                        SERVER.find(Sender.master(), "_User", "{\"authData.acme.id\": \"racer\"}")
                                .body()
                                .path("results"))
                .hasSize(1);
    }

    @Test
    void makesOneUserOfManyConcurrentExchangesForANewIdentity() throws Exception {
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            codes.add(code("hasty"));
        }

        List<Reply> replies =
                atOnce(codes.size(), i -> exchange(Sender.client(), codes.get(i), VERIFIER));

        assertThat(replies).allSatisfy(each -> assertThat(each.status()).isEqualTo(200));
        assertThat(ids(replies)).hasSize(1);
    }

    @Test
    void givesASessionForACodeOnceUnderARace() throws Exception {
        String code = code("one");

        List<Reply> replies = atOnce(10, _ -> exchange(Sender.client(), code, VERIFIER));

        assertThat(replies.stream().filter(each -> each.status() == 200)).hasSize(1);
        assertThat(replies.stream().filter(each -> each.code() == 101)).hasSize(9);
    }

    private interface Attempt {
        Reply make(int number);
    }

    private static List<Reply> atOnce(int count, Attempt attempt) throws Exception {
        var start = new CountDownLatch(1);
        List<Callable<Reply>> all =
                IntStream.range(0, count)
                        .mapToObj(i ->
                                (Callable<Reply>)
                                        () -> {
                                            start.await();
                                            return attempt.make(i);
                                        })
                        .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = all.stream().map(threads::submit).toList();
            start.countDown();
            List<Reply> replies = new ArrayList<>();
            for (var each : futures) {
                replies.add(each.get());
            }
            return replies;
        }
    }

    private static Set<String> ids(List<Reply> replies) {
        return replies.stream().map(each -> each.text("objectId")).collect(Collectors.toSet());
    }

    @Test
    void leadsABrowserToTheProviderAndBackToTheAppWithoutAToken() {
        Map<String, String> away = parameters(location(open(begin("&state=mine"))));
        assertThat(away)
                .containsEntry("client_id", "web")
                .containsEntry("code_challenge_method", "S256")
                .containsKeys("nonce", "state", "code_challenge");
        assertThat(away.getOrDefault("redirect_uri", "")).endsWith("/v1/sign-in/acme/callback");

        String back = location(open(callback(begin("&state=mine"), "browser")));
        assertThat(back).startsWith(REDIRECT + "&").doesNotContain("r:");
        assertThat(parameters(back)).containsEntry("state", "mine");
        Reply user = exchange(Sender.client(), parameters(back).getOrDefault("code", ""), VERIFIER);

        assertThat(user.status()).as(user.toString()).isEqualTo(200);
        assertThat(user.text("sessionToken")).startsWith("r:");
        Reply same = SERVER.post(Sender.client(), "/users", authData("browser", ""));
        assertThat(same.text("objectId")).isEqualTo(user.text("objectId"));
    }

    /// An attacker who makes a victim's browser open the attacker's callback must not sign it in.
    @Test
    void rejectsACodeThatAnotherBrowserHasBegunFor() {
        String code = code("attacker");

        assertThat(exchange(Sender.client(), code, "w".repeat(43)).code()).isEqualTo(101);
        assertThat(exchange(Sender.client(), code, VERIFIER).code()).isEqualTo(101);
        assertThat(exchange(other(), code("attacker"), VERIFIER).code()).isEqualTo(101);
    }

    @Test
    void takesEachStateOnceAndOnlyForItsProvider() {
        String callback = callback(begin(""), "s");
        String elsewhere = callback(begin(""), "s").replace("/acme/", "/other/");

        assertThat(open(callback).statusCode()).isEqualTo(303);
        for (String each : List.of(callback, elsewhere)) {
            HttpResponse<String> page = open(each);
            assertThat(page.statusCode()).isEqualTo(400);
            assertThat(page.body()).contains("<h1>Please sign in again</h1>");
        }
        assertThat(open("/sign-in/acme/callback?code=c&state=x").statusCode()).isEqualTo(400);
        assertThat(open("/sign-in/acme/callback").statusCode()).isEqualTo(400);
    }

    @Test
    void returnsToTheAppWithAnErrorWhenTheProviderRefuses() {
        Map<String, String> sent = parameters(location(open(begin(""))));
        String callback = sent.get("redirect_uri") + "?state=" + sent.get("state");
        assertThat(parameters(location(open(callback + "&error=access_denied"))))
                .containsEntry("error", "access_denied")
                .doesNotContainKey("code");

        Map<String, String> nonce = parameters(location(open(begin(""))));
        String code = ISSUER.code("another nonce", "eve");
        assertThat(
                        parameters(
                                location(
                                        open(
                                                nonce.get("redirect_uri")
                                                        + "?state="
                                                        + nonce.get("state")
                                                        + "&code="
                                                        + code))))
                .containsEntry("error", "sign_in_failed")
                .doesNotContainKey("code");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sign-in/acme?app=first&redirect=https://evil.example/in&challenge=C",
                "/sign-in/acme?app=first&redirect=https://app.example/in&challenge=C",
                "/sign-in/acme?app=first&redirect=R",
                "/sign-in/acme?app=first&redirect=R&challenge=short",
                "/sign-in/acme?app=nobody&redirect=R&challenge=C",
                "/sign-in/acme?redirect=R&challenge=C",
                "/sign-in/google?app=first&redirect=R&challenge=C",
                "/sign-in/exchange?app=first&redirect=R&challenge=C"
            })
    void sendsNoBrowserAwayForBadRequests(String address) {
        HttpResponse<String> refused =
                open(
                        address.replace(
                                        "=R",
                                        "=" + URLEncoder.encode(REDIRECT, StandardCharsets.UTF_8))
                                .replace("=C", "=" + challenge(VERIFIER)));

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.headers().firstValue("Location")).isEmpty();
    }

    @Test
    void linksToTheUserOfASessionAndUnlinks() {
        Reply user = SERVER.signUp("linker");
        Sender self = Sender.client().session(user.text("sessionToken"));

        Reply linked = exchange(self, code("linked"), VERIFIER);

        assertThat(linked.text("objectId")).isEqualTo(user.text("objectId"));
        assertThat(linked.text("sessionToken")).isEqualTo(user.text("sessionToken"));
        assertThat(SERVER.post(Sender.client(), "/users", authData("linked", "")).text("objectId"))
                .isEqualTo(user.text("objectId"));
        Reply stranger = SERVER.signUp("stranger");
        assertThat(
                        exchange(
                                        Sender.client().session(stranger.text("sessionToken")),
                                        code("linked"),
                                        VERIFIER)
                                .code())
                .isEqualTo(208);
        assertThat(
                        SERVER.put(
                                        self,
                                        "/users/" + user.text("objectId"),
                                        "{\"authData\": {\"acme\": null}}")
                                .status())
                .isEqualTo(200);
        assertThat(SERVER.post(Sender.client(), "/users", authData("linked", "")).text("objectId"))
                .isNotEqualTo(user.text("objectId"));
    }

    /// An account that was prepared with somebody's address must not become theirs, nor one of
    /// theirs become that of a provider's user who only claims the address.
    @Test
    void linksByEmailOnlyWhereBothHaveVerifiedItAndTheAppAsks() {
        Sender master = Sender.of(TestServer.OTHER_APP, "second-master-key");
        String verified = ", \"email\": \"%s@example.com\", \"email_verified\": true";
        String claimed = ", \"email\": \"%s@example.com\", \"email_verified\": false";
        Map<String, String> users = new HashMap<>();
        for (String name : List.of("both", "user", "provider", "first")) {
            Reply made =
                    SERVER.post(
                            master,
                            "/users",
                            "{\"username\":\"%1$s\",\"password\":\"p\",\"email\":\"%1$s@example.com\"}"
                                    .formatted(name));
            users.put(name, made.text("objectId"));
            if (!name.equals("provider")) {
                SERVER.put(master, "/users/" + made.text("objectId"), "{\"emailVerified\": true}");
            }
        }
        Reply both = SERVER.post(other(), "/users", authData("e-both", verified.formatted("both")));
        assertThat(both.status()).as(both.toString()).isEqualTo(200);
        assertThat(both.text("objectId")).isEqualTo(users.get("both"));
        for (String more : List.of(claimed.formatted("user"), verified.formatted("provider"))) {
            Reply apart = SERVER.post(other(), "/users", authData("e" + more.hashCode(), more));
            assertThat(apart.status()).as(apart.toString()).isEqualTo(201);
        }
        // The user has an identity there already: it is not replaced.
        assertThat(
                        SERVER.post(
                                        other(),
                                        "/users",
                                        authData("e-second", verified.formatted("both")))
                                .status())
                .isEqualTo(201);

        Reply off = SERVER.signUp("careful");
        SERVER.put(Sender.master(), "/users/" + off.text("objectId"), "{\"emailVerified\": true}");
        assertThat(
                        SERVER.post(
                                        Sender.client(),
                                        "/users",
                                        authData("e-off", verified.formatted("careful")))
                                .status())
                .isEqualTo(201);
    }

    @Test
    void holdsNoConnectionOfTheDatabaseWhileAProviderIsSlow() throws Exception {
        ISSUER.holdTokens();
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            waiting.add(
                    Thread.startVirtualThread(() ->
                            SERVER.post(
                                    Sender.client(),
                                    "/users",
                                    "{\"authData\": {\"acme\": {\"code\": \"slow\"}}}")));
        }
        try {
            ISSUER.awaitHeld(12);
            for (int i = 0; i < 3; i++) {
                assertThat(SERVER.get(Sender.client(), "/classes/Anything").status())
                        .isEqualTo(200);
            }
        } finally {
            ISSUER.releaseTokens();
        }
        for (Thread each : waiting) {
            each.join();
        }
    }

    @Test
    void showsTheOwnerThatAProviderNeedsAClientId() {
        Reply refused =
                SERVER.put(
                        Sender.of(TestServer.OTHER_APP, "second-master-key"),
                        "/settings",
                        "{\"settings\": {\"sign-in.providers\": \"google\"}}");

        assertThat(refused.code()).isEqualTo(162);
        assertThat(refused.text("error")).contains("sign-in.google.client-id must be set");
        assertThat(Json.write(refused.body())).doesNotContain("s3cret");
    }
}

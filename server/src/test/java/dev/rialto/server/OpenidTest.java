package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.RelyingParty.Browser;
import dev.rialto.server.RelyingParty.Code;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An app as an OpenID provider, attacked.
class OpenidTest {
    private static final int INVALID_SESSION = 209;
    private static final String ALL = "openid profile email offline_access api";
    private static final String API =
            ", \"scopes\": [\"openid\", \"profile\", \"email\", \"offline_access\", \"api\"]";
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static TestServer server;

    /// Of each test its own: failures of a client are limited.
    private RelyingParty client;

    private final String name = "user" + NAMES.incrementAndGet();
    private Reply user;

    @BeforeEach
    void signUp() {
        client = RelyingParty.register(server, Sender.master(), TestServer.APP, API);
        user = server.signUp(name);
    }

    @BeforeAll
    static void start() throws IOException {
        server =
                new TestServer(
                        Map.of(
                                "openid.enabled",
                                "true",
                                "http.public-url",
                                "http://id.test/v1",
                                "server.secret-key",
                                "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Sender bearer(String token) {
        return Sender.client().with("Authorization", "Bearer " + token);
    }

    private static int me(String token) {
        Reply reply = server.get(bearer(token), "/users/me");
        return reply.status() == 200 ? 0 : reply.code();
    }

    @Test
    void isNotThereUnlessItIsEnabled() {
        server.put(
                Sender.of(TestServer.OTHER_APP, "second-master-key"),
                "/settings",
                "{\"settings\": {\"openid.enabled\": false}}");
        String below = "/apps/" + TestServer.OTHER_APP + "/openid";
        for (String path : List.of("/.well-known/openid-configuration", "/jwks", "/authorize")) {
            assertThat(server.get(new Sender(Map.of()), below + path).status()).isEqualTo(404);
        }
        assertThat(server.post(new Sender(Map.of()), below + "/token", "{}").status())
                .isEqualTo(404);
        server.put(
                Sender.of(TestServer.OTHER_APP, "second-master-key"),
                "/settings",
                "{\"settings\": {\"openid.enabled\": null}}");
    }

    @Test
    void storesSecretsOnlyAsDigests() throws Exception {
        Reply made =
                server.post(
                        Sender.master(),
                        "/openid/clients",
                        "{\"name\": \"X\", \"redirectUris\": [\"https://x.example.com/\"]}");
        Reply tokens = client.tokens(name, ALL);
        String database = dump();
        assertThat(made.text("secret")).isNotEmpty();
        assertThat(database)
                .contains(made.text("id"))
                .doesNotContain(made.text("secret"))
                .doesNotContain(tokens.text("refresh_token"))
                .doesNotContain(tokens.text("access_token"))
                .doesNotContain("\"d\":");
        Reply listed = server.get(Sender.readOnlyMaster(), "/openid/clients");
        assertThat(listed.body().toString()).contains(made.text("id")).doesNotContain("secret");
    }

    private static String dump() throws Exception {
        var all = new StringBuilder();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet schemas =
                        statement.executeQuery(
                                "SELECT table_to_xml(format('%I.%I', schemaname, tablename)::regclass,"
                                        + " true, false, '')::text FROM pg_tables WHERE tablename LIKE"
                                        + " '\\_openid%'")) {
            while (schemas.next()) {
                all.append(schemas.getString(1));
            }
        }
        return all.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://rp.example.com/callback",
                "https://*.example.com/callback",
                "https://rp.example.com/#here",
                "https://user@rp.example.com/",
                "https:///callback",
                "javascript:alert(1)",
                "data:text/html,x",
                "myapp:/callback",
                "//rp.example.com/",
                "https://rp.example.com\\\\@evil.example.com/",
                "ftp://rp.example.com/"
            })
    void rejectsRedirectUrisThatOthersCouldReceive(String uri) {
        Reply made =
                server.post(
                        Sender.master(),
                        "/openid/clients",
                        "{\"name\": \"X\", \"redirectUris\": [\"" + uri + "\"]}");
        assertThat(made.code()).as(made.toString()).isEqualTo(162);
    }

    @ParameterizedTest
    @CsvSource({
        "client_id, unknown",
        "redirect_uri, https://evil.example.com/callback",
        "redirect_uri, https://rp.example.com/callback/",
        "redirect_uri, https://rp.example.com/callback?x=1",
        "redirect_uri, https://rp.example.com:443/callback",
        "redirect_uri, HTTPS://rp.example.com/callback"
    })
    void sendsNothingToAddressesThatAreNotRegistered(String parameter, String value) {
        Reply page = client.open(new Browser(), Map.of(parameter, value));
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.headers().firstValue("Location")).isEmpty();
        assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
    }

    @ParameterizedTest
    @CsvSource({
        "response_type, token, unsupported_response_type",
        "response_type, code id_token, unsupported_response_type",
        "code_challenge, '', invalid_request",
        "code_challenge_method, plain, invalid_request",
        "code_challenge_method, '', invalid_request",
        "scope, unknown, invalid_scope",
        "scope, '', invalid_scope",
        "max_age, -1, invalid_request",
        "prompt, none login, invalid_request",
        "response_mode, fragment, invalid_request",
        "request, e30.e30., request_not_supported",
        "request_uri, https://rp.example.com/r, request_uri_not_supported",
        "prompt, none, login_required"
    })
    void tellsClientsWhatTheyAskWrongly(String parameter, String value, String error) {
        Map<String, String> asked = new HashMap<>(Map.of("scope", "openid"));
        asked.put(parameter, value);
        Map<String, String> told = RelyingParty.parameters(client.open(new Browser(), asked));
        assertThat(told)
                .containsEntry("error", error)
                .containsEntry("state", "s")
                .containsEntry("iss", "http://id.test/v1/apps/first/openid");
    }

    @Test
    void takesFormsOnlyFromTheBrowserTheyWereMadeFor() {
        var browser = new Browser();
        Reply page = client.open(browser, Map.of("scope", "openid"));
        String ticket = RelyingParty.ticket(page);
        for (Browser stranger : List.of(new Browser(), opened())) {
            Reply refused =
                    client.submit(
                            stranger,
                            "/login",
                            ticket,
                            "username",
                            name,
                            "password",
                            "secret of " + name);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text("text")).doesNotContain("name=\"ticket\"");
        }
        Reply consent = client.logIn(browser, page, name);
        String decision = RelyingParty.ticket(consent);
        assertThat(client.submit(opened(), "/consent", decision, "decision", "allow").status())
                .isEqualTo(400);
        assertThat(client.submit(browser, "/consent", ticket, "decision", "allow").status())
                .isEqualTo(400);
        assertThat(
                        RelyingParty.parameters(
                                client.submit(browser, "/consent", decision, "decision", "allow")))
                .containsKey("code");
    }

    private Browser opened() {
        var browser = new Browser();
        client.open(browser, Map.of("scope", "openid"));
        return browser;
    }

    @Test
    void exchangesACodeOnlyOnItsConditions() {
        RelyingParty stranger = RelyingParty.register(server, Sender.master(), TestServer.APP, API);
        Code code = client.code(new Browser(), name, ALL);
        String verifier = code.verifier().getValue();
        assertThat(stranger.exchange(code).text("error")).isEqualTo("invalid_grant");
        assertThat(client.exchange(code.code(), "https://rp.example.com/x", verifier).text("error"))
                .isEqualTo("invalid_grant");
        String wrong = "x".repeat(verifier.length());
        assertThat(client.exchange(code.code(), RelyingParty.REDIRECT, wrong).text("error"))
                .isEqualTo("invalid_grant");
        assertThat(client.exchange(code).status()).isEqualTo(200);
    }

    @Test
    void exchangesACodeOnceUnderARaceAndEndsWhatItGave() throws Exception {
        Code code = client.code(new Browser(), name, ALL);
        List<Reply> replies = TestServer.together(20, () -> client.exchange(code));
        List<Reply> good = replies.stream().filter(each -> each.status() == 200).toList();
        assertThat(good).hasSizeLessThanOrEqualTo(1);
        for (Reply each : good) {
            assertThat(client.refresh(each.text("refresh_token")).text("error"))
                    .isEqualTo("invalid_grant");
            assertThat(me(each.text("access_token"))).isEqualTo(INVALID_SESSION);
        }
    }

    @Test
    void endsAllTokensWhenAnOldRefreshTokenIsUsedAgain() {
        String first = client.tokens(name, ALL).text("refresh_token");
        String second = client.refresh(first).text("refresh_token");
        Reply third = client.refresh(second);
        assertThat(client.refresh(first).text("error")).isEqualTo("invalid_grant");
        assertThat(client.refresh(third.text("refresh_token")).text("error"))
                .isEqualTo("invalid_grant");
        assertThat(me(third.text("access_token"))).isEqualTo(INVALID_SESSION);
        assertThat(client.userInfo(third.text("access_token")).status()).isEqualTo(401);
    }

    @Test
    void letsALostAnswerBeAskedForAgainAndNoticesWhoHasIt() {
        String first = client.tokens(name, ALL).text("refresh_token");
        String lost = client.refresh(first).text("refresh_token");
        Reply again = client.refresh(first);
        assertThat(again.status()).isEqualTo(200);
        assertThat(client.refresh(lost).text("error")).isEqualTo("invalid_grant");
        assertThat(client.refresh(again.text("refresh_token")).text("error"))
                .isEqualTo("invalid_grant");
    }

    @Test
    void keepsOneRefreshTokenUnderARace() throws Exception {
        String first = client.tokens(name, ALL).text("refresh_token");
        List<Reply> replies = TestServer.together(20, () -> client.refresh(first));
        long usable =
                replies.stream()
                        .filter(each -> each.status() == 200)
                        .map(each -> each.text("refresh_token"))
                        .distinct()
                        .filter(each ->
                                client.ask("/introspect", "token", each)
                                        .body()
                                        .path("active")
                                        .asBoolean())
                        .count();
        assertThat(usable).isLessThanOrEqualTo(1);
    }

    @Test
    void refusesRefreshTokensOfOtherClients() {
        RelyingParty stranger = RelyingParty.register(server, Sender.master(), TestServer.APP, API);
        String token = client.tokens(name, ALL).text("refresh_token");
        assertThat(stranger.refresh(token).text("error")).isEqualTo("invalid_grant");
        assertThat(client.refresh(token).status()).isEqualTo(200);
    }

    @Test
    void asksForTheSecondFactorOnThePage() throws Exception {
        server.put(
                Sender.master(),
                "/settings",
                "{\"settings\": {\"second-factor.options\": \"totp\"}}");
        Sender self = Sender.client().session(user.text("sessionToken"));
        String secret = server.post(self, "/second-factor/totp", "{}").text("secret");
        Reply confirmed =
                server.post(
                        self,
                        "/second-factor/totp/confirm",
                        "{\"token\": \"%s\"}"
                                .formatted(
                                        new AuthenticatorApp(secret, Duration.ofSeconds(30))
                                                .at(0)));
        String recovery = confirmed.body().path("recovery").path(0).asString("");
        assertThat(recovery).as(confirmed.toString()).isNotEmpty();

        var browser = new Browser();
        Reply page = client.logIn(browser, client.open(browser, Map.of("scope", "openid")), name);
        assertThat(page.text("text")).contains("name=\"code\"").doesNotContain("secret of");
        Reply wrong = client.submit(browser, "/login", RelyingParty.ticket(page), "code", "000000");
        assertThat(wrong.status()).isEqualTo(400);
        Reply consent =
                client.submit(browser, "/login", RelyingParty.ticket(wrong), "code", recovery);
        assertThat(consent.text("text")).contains("value=\"allow\"");
        server.put(
                Sender.master(), "/settings", "{\"settings\": {\"second-factor.options\": null}}");
    }

    @Test
    void asksPublicClientsEveryTimeWhereAnybodyCouldListen() {
        RelyingParty web =
                RelyingParty.register(
                        server, Sender.master(), TestServer.APP, ", \"trusted\": true");
        var browser = new Browser();
        Reply answer = client.logIn(browser, client.open(browser, Map.of("scope", "openid")), name);
        assertThat(answer.text("text")).contains("value=\"allow\"");
        assertThat(
                        RelyingParty.parameters(
                                web.open(browser, Map.of("scope", "openid", "prompt", "none"))))
                .containsKey("code");
        RelyingParty installed =
                RelyingParty.register(
                        server,
                        Sender.master(),
                        TestServer.APP,
                        ", \"public\": true, \"trusted\": true, \"redirectUris\":"
                                + " [\"http://127.0.0.1/cb\"]");
        Reply asked =
                installed.open(
                        browser,
                        Map.of("scope", "openid", "redirect_uri", "http://127.0.0.1:5123/cb"));
        assertThat(asked.text("text")).contains("value=\"allow\"");
    }

    @Test
    void tellsHostsDifferentSubjects() {
        Sender owner = Sender.of(TestServer.OTHER_APP, "second-master-key");
        server.post(
                Sender.of(TestServer.OTHER_APP, ""),
                "/users",
                "{\"username\": \"%s\", \"password\": \"secret of %s\"}".formatted(name, name));
        server.put(owner, "/settings", "{\"settings\": {\"openid.subject\": \"pairwise\"}}");
        List<String> subjects =
                List.of("", ", \"postLogoutRedirectUris\": []").stream()
                        .map(more ->
                                RelyingParty.register(server, owner, TestServer.OTHER_APP, more))
                        .map(each ->
                                each.userInfo(each.tokens(name, "openid").text("access_token")))
                        .map(each -> each.text("sub"))
                        .toList();
        assertThat(subjects.get(0)).isNotEmpty().isEqualTo(subjects.get(1));
        assertThat(subjects.get(0)).isNotEqualTo(user.text("objectId"));
        server.put(owner, "/settings", "{\"settings\": {\"openid.subject\": null}}");
    }

    @Test
    void limitsFailuresOfAClient() {
        RelyingParty guessed = RelyingParty.register(server, Sender.master(), TestServer.APP, "");
        Reply last = guessed.refresh("wrong");
        for (int i = 0; i < 30; i++) {
            last = guessed.refresh("wrong" + i);
        }
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.headers().firstValue("Retry-After")).isPresent();
        assertThat(client.tokens(name, "openid").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"grant_type\": 5}",
                "{\"grant_type\": \"password\", \"client_id\": \"x\"}",
                "{\"client_id\": \"\\u0001\", \"client_assertion\": \"e30.e30.e30\","
                        + " \"client_assertion_type\":"
                        + " \"urn:ietf:params:oauth:client-assertion-type:jwt-bearer\"}"
            })
    void answersNonsenseAsTheProtocolHasIt(String body) {
        for (String path : List.of("/token", "/introspect", "/revoke")) {
            Reply reply = server.post(new Sender(Map.of()), client.path(path), body);
            assertThat(reply.status()).as(path + reply).isBetween(400, 401);
            assertThat(reply.text("error")).as(path + reply).startsWith("invalid_");
        }
        for (String path : List.of("/login", "/consent", "/logout")) {
            Reply reply = server.post(new Sender(Map.of()), client.path(path), body);
            assertThat(reply.status()).as(path + reply).isIn(200, 400);
        }
    }
}

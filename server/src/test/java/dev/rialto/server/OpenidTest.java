package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.rialto.server.RelyingParty.Browser;
import dev.rialto.server.RelyingParty.Code;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An app as an OpenID provider, attacked.
class OpenidTest {
    private static final int INVALID_SESSION = 209;
    private static final int FORBIDDEN = 119;
    private static final String ALL = "openid profile email offline_access api";
    private static final String API =
            ", \"scopes\": [\"openid\", \"profile\", \"email\", \"offline_access\", \"api\"]";
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static TestServer server;
    private static RialtoServer other;

    /// Of each test its own: failures of a client are limited.
    private final RelyingParty client =
            RelyingParty.register(server, Sender.master(), TestServer.APP, API);

    private final String name = "user" + NAMES.incrementAndGet();
    private final Reply user = server.signUp(name);

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
        other = server.anotherNode();
    }

    @AfterAll
    static void stop() {
        other.close();
        server.close();
    }

    private static Sender bearer(String token) {
        return Sender.client().with("Authorization", "Bearer " + token);
    }

    private static int me(RialtoServer node, String token) {
        Reply reply = server.sendTo(node, bearer(token), "GET", "/users/me", "");
        return reply.status() == 200 ? 0 : reply.code();
    }

    private static int me(String token) {
        Reply reply = server.get(bearer(token), "/users/me");
        return reply.status() == 200 ? 0 : reply.code();
    }

    /// Waits until a token has ended on the other node, which messages tell in a moment.
    private static void awaitEnd(String token) throws InterruptedException {
        while (me(other, token) == 0) {
            Thread.sleep(20);
        }
        assertThat(me(other, token)).isEqualTo(INVALID_SESSION);
        assertThat(me(token)).isEqualTo(INVALID_SESSION);
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
    void rejectsTokensThatArePartlyOurs() throws Exception {
        Reply tokens = client.tokens(name, ALL);
        String access = tokens.text("access_token");
        assertThat(me(access)).isZero();
        var real = SignedJWT.parse(access);
        ECKey published =
                ECKey.parse(
                        server.get(new Sender(Map.of()), client.path("/jwks"))
                                .body()
                                .path("keys")
                                .path(0)
                                .toString());
        ECKey own = new ECKeyGenerator(Curve.P_256).generate();
        var none = new PlainJWT(real.getJWTClaimsSet());
        var hmac =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256)
                                .type(new JOSEObjectType("at+jwt"))
                                .keyID(published.getKeyID())
                                .build(),
                        real.getJWTClaimsSet());
        hmac.sign(new MACSigner(published.toJSONString().getBytes(StandardCharsets.UTF_8)));
        var embedded =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .type(new JOSEObjectType("at+jwt"))
                                .keyID(published.getKeyID())
                                .jwk(own.toPublicJWK())
                                .build(),
                        real.getJWTClaimsSet());
        embedded.sign(new ECDSASigner(own));
        String unsigned = access.substring(0, access.lastIndexOf('.') + 1);
        for (String forged :
                List.of(
                        none.serialize(),
                        hmac.serialize(),
                        embedded.serialize(),
                        unsigned,
                        unsigned + "A".repeat(86),
                        tokens.text("id_token"),
                        tokens.text("refresh_token"))) {
            Reply reply = server.get(Sender.client().session(forged), "/users/me");
            assertThat(reply.code()).as(forged).isEqualTo(INVALID_SESSION);
            assertThat(client.userInfo(forged).status()).as(forged).isEqualTo(401);
        }
    }

    @Test
    void rejectsTokensOfOtherAppsAndWithoutTheScope() {
        Sender owner = Sender.of(TestServer.OTHER_APP, "second-master-key");
        server.post(
                Sender.of(TestServer.OTHER_APP, ""),
                "/users",
                "{\"username\": \"%s\", \"password\": \"secret of %s\"}".formatted(name, name));
        RelyingParty elsewhere = RelyingParty.register(server, owner, TestServer.OTHER_APP, API);
        String foreign = elsewhere.tokens(name, ALL).text("access_token");
        assertThat(elsewhere.userInfo(foreign).status()).isEqualTo(200);
        assertThat(me(foreign)).isEqualTo(INVALID_SESSION);
        assertThat(client.userInfo(foreign).status()).isEqualTo(401);

        assertThat(me(client.tokens(name, "openid profile").text("access_token")))
                .isEqualTo(INVALID_SESSION);
        RelyingParty usual = RelyingParty.register(server, Sender.master(), TestServer.APP, "");
        Reply tokens = usual.tokens(name, ALL);
        assertThat(tokens.text("scope")).doesNotContain("api");
        assertThat(me(tokens.text("access_token"))).isEqualTo(INVALID_SESSION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "revocation",
                "consent",
                "password",
                "sessions",
                "disabling",
                "user",
                "client"
            })
    void endsOnEveryNode(String cause) throws Exception {
        Sender self = Sender.client().session(user.text("sessionToken"));
        RelyingParty used =
                cause.equals("client")
                        ? RelyingParty.register(server, Sender.master(), TestServer.APP, API)
                        : client;
        Reply tokens = used.tokens(name, ALL);
        String access = tokens.text("access_token");
        assertThat(me(other, access)).isZero();
        assertThat(me(access)).isZero();
        String userId = user.text("objectId");
        switch (cause) {
            case "revocation" -> used.ask("/revoke", "token", access);
            case "consent" -> server.delete(self, "/openid/consents/" + used.id());
            case "password" ->
                    server.put(self, "/users/" + userId, "{\"password\": \"another one\"}");
            case "sessions" ->
                    server.find(Sender.master(), "_Session", "{}")
                            .body()
                            .path("results")
                            .forEach(each ->
                                    server.delete(
                                            Sender.master(),
                                            "/sessions/" + each.path("objectId").asString("")));
            case "disabling" ->
                    server.put(
                            Sender.master(),
                            "/users/" + userId + "/disabled",
                            "{\"reason\": \"test\"}");
            case "user" -> server.delete(Sender.master(), "/users/" + userId);
            case "client" -> server.delete(Sender.master(), "/openid/clients/" + used.id());
            default -> throw new AssertionError(cause);
        }
        awaitEnd(access);
        assertThat(used.refresh(tokens.text("refresh_token")).status()).isGreaterThanOrEqualTo(400);
    }

    @Test
    void keepsProgramsFromBecomingTheUser() {
        String access = client.tokens(name, ALL).text("access_token");
        Sender program = bearer(access);
        String self = "/users/" + user.text("objectId");
        assertThat(server.put(program, self, "{\"nick\": \"Ada\"}").status()).isEqualTo(200);
        for (String fields :
                List.of(
                        "{\"password\": \"mine\"}",
                        "{\"email\": \"thief@example.com\"}",
                        "{\"authData\": {\"anonymous\": {\"id\": \"mine\"}}}")) {
            assertThat(server.put(program, self, fields).code()).as(fields).isEqualTo(FORBIDDEN);
        }
        assertThat(server.post(program, "/sessions", "{}").code()).isEqualTo(FORBIDDEN);
        assertThat(server.post(program, "/upgradeToRevocableSession", "{}").code())
                .isEqualTo(FORBIDDEN);
        Reply sessions = server.get(program, "/sessions");
        assertThat(sessions.body().path("results").size()).isGreaterThan(1);
        assertThat(sessions.body().toString()).doesNotContain("r:");
        assertThat(server.get(program, "/users/me").body().toString()).doesNotContain("\"r:");
        Reply guess = server.find(program, "_Session", "{\"sessionToken\": {\"$regex\": \"^r\"}}");
        assertThat(guess.body().path("results").size()).isZero();
        for (String signIn :
                List.of(
                        "/passkeys/registration/options",
                        "/second-factor/totp",
                        "/codes/verify",
                        "/openid/clients")) {
            Reply refused = server.post(program, signIn, "{}");
            assertThat(refused.status()).as(signIn).isIn(400, 403);
            assertThat(refused.code()).as(signIn + refused).isIn(0, FORBIDDEN);
        }
        assertThat(server.get(program, "/openid/consents").code()).isEqualTo(FORBIDDEN);
    }

    @Test
    void isTheUserByEveryWayThatRequestsCome() throws Exception {
        String access = client.tokens(name, ALL).text("access_token");
        Reply batch =
                server.post(
                        bearer(access),
                        "/batch",
                        "{\"requests\": [{\"method\": \"GET\", \"path\": \"/v1/users/me\"}]}");
        assertThat(batch.body().path(0).path("success").path("objectId").asString(""))
                .as(batch.toString())
                .isEqualTo(user.text("objectId"));
        String id =
                server.create(
                        Sender.master(),
                        name,
                        "{\"ACL\": {\"%s\": {\"read\": true}}}".formatted(user.text("objectId")));
        assertThat(server.get(bearer(access), "/classes/" + name + "/" + id).status())
                .isEqualTo(200);
        assertThat(server.get(Sender.client(), "/classes/" + name + "/" + id).status())
                .isEqualTo(404);
        try (var live = new LiveClient(server.port(), ",\"sessionToken\":\"" + access + "\"")) {
            assertThat(live.next().path("op").asString("")).isEqualTo("connected");
            live.subscribe(1, "{\"className\":\"" + name + "\",\"where\":{}}", "");
            server.put(Sender.master(), "/classes/" + name + "/" + id, "{\"n\": 1}");
            assertThat(live.next().path("object").path("objectId").asString("")).isEqualTo(id);
        }
        // A token of somebody else's is not one of ours, and not looked at.
        Sender other = Sender.client().with("Authorization", "Bearer opaque");
        assertThat(server.get(other, "/classes/" + name + "/" + id).status()).isEqualTo(404);
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
                        "{\"token\": \"%s\"}".formatted(totp(secret)));
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

    private static String totp(String secret) throws Exception {
        var bits = new StringBuilder();
        for (char each : secret.toCharArray()) {
            int value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(each);
            bits.append(Integer.toBinaryString(32 + value).substring(1));
        }
        byte[] key = new byte[bits.length() / 8];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) Integer.parseInt(bits.substring(8 * i, 8 * i + 8), 2);
        }
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        byte[] hash =
                mac.doFinal(
                        ByteBuffer.allocate(8)
                                .putLong(Instant.now().getEpochSecond() / 30)
                                .array());
        int offset = hash[hash.length - 1] & 0xf;
        int number = ByteBuffer.wrap(hash, offset, 4).getInt() & 0x7fffffff;
        return "%06d".formatted(number % 1_000_000);
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
    void publishesTheSameKeysOnAllNodes() {
        client.tokens(name, "openid");
        Sender anybody = new Sender(Map.of());
        Reply here = server.get(anybody, client.path("/jwks"));
        assertThat(here.body().path("keys").size()).isPositive();
        assertThat(here.body().toString()).doesNotContain("\"d\"");
        assertThat(server.sendTo(other, anybody, "GET", client.path("/jwks"), "").body())
                .isEqualTo(here.body());
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

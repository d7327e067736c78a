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
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Access tokens of programs, on several nodes.
class AccessTokensTest {
    private static final int INVALID_SESSION = 209;
    private static final int FORBIDDEN = 119;
    private static final String ALL = "openid profile email offline_access api";
    private static final String API =
            ", \"scopes\": [\"openid\", \"profile\", \"email\", \"offline_access\", \"api\"]";
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static TestServer server;
    private static RialtoServer other;

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
    @CsvSource({
        "revocation, opaque",
        "revocation, jwt",
        "consent, opaque",
        "consent, jwt",
        "password, opaque",
        "password, jwt",
        "sessions, opaque",
        "sessions, jwt",
        "disabling, opaque",
        "disabling, jwt",
        "user, opaque",
        "user, jwt",
        "client, opaque"
    })
    void endsOnEveryNode(String cause, String sessionTokens) throws Exception {
        server.put(
                Sender.master(),
                "/settings",
                "{\"settings\": {\"accounts.session-tokens\": \"" + sessionTokens + "\"}}");
        Reply tokens = client.tokens(name, ALL);
        String access = tokens.text("access_token");
        assertThat(me(other, access)).isZero();
        assertThat(me(access)).isZero();
        end(cause, access);
        awaitEnd(access);
        assertThat(client.refresh(tokens.text("refresh_token")).status())
                .isGreaterThanOrEqualTo(400);
    }

    private void end(String cause, String access) {
        Sender self = Sender.client().session(user.text("sessionToken"));
        String path = "/users/" + user.text("objectId");
        switch (cause) {
            case "revocation" -> client.ask("/revoke", "token", access);
            case "consent" -> server.delete(self, "/openid/consents/" + client.id());
            case "password" -> server.put(self, path, "{\"password\": \"another one\"}");
            case "sessions" ->
                    server.find(Sender.master(), "_Session", "{}")
                            .body()
                            .path("results")
                            .forEach(each ->
                                    server.delete(
                                            Sender.master(),
                                            "/sessions/" + each.path("objectId").asString("")));
            case "disabling" ->
                    server.put(Sender.master(), path + "/disabled", "{\"reason\": \"test\"}");
            case "user" -> server.delete(Sender.master(), path);
            case "client" -> server.delete(Sender.master(), "/openid/clients/" + client.id());
            default -> throw new AssertionError(cause);
        }
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
                        "{\"ACL\": {\"thief\": {\"write\": true}}}",
                        "{\"authData\": {\"anonymous\": {\"id\": \"mine\"}}}")) {
            assertThat(server.put(program, self, fields).code()).as(fields).isEqualTo(FORBIDDEN);
        }
        assertThat(server.delete(program, self).code()).isEqualTo(FORBIDDEN);
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
    void losesScopesThatAreTakenFromTheClient() {
        String refresh = client.tokens(name, ALL).text("refresh_token");
        server.put(
                Sender.master(),
                "/openid/clients/" + client.id(),
                "{\"scopes\": [\"openid\", \"offline_access\"]}");
        Reply tokens = client.refresh(refresh);
        assertThat(tokens.text("scope")).isEqualTo("offline_access openid");
        assertThat(me(tokens.text("access_token"))).isEqualTo(INVALID_SESSION);
    }
}

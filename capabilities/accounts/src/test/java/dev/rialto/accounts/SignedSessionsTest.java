package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.SecretBox;
import dev.rialto.store.Sql;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Session tokens that are signed, and that every node rejects within a second once they are
/// revoked.
final class SignedSessionsTest {
    private static TestServer server;

    /// A node that hears no invalidations.
    private static TestServer.Node deaf;

    @BeforeAll
    static void start() {
        server = new TestServer();
        deaf = server.deafNode();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void sign() {
        server.set("accounts.session-tokens", "jwt");
    }

    private static String token(Reply reply) {
        return reply.text("sessionToken");
    }

    private static Reply self(TestServer.Node node, String token) {
        return node.client().with(token).get("/users/me");
    }

    /// Whether a node accepts a token without asking the database for its session.
    private static boolean isTrusted(TestServer.Node node, String token) {
        return node.accounts().signed().trust(server.app(), token).isPresent();
    }

    private static void passHalfASecond() throws InterruptedException {
        Thread.sleep(510);
    }

    @Test
    void acceptsATokenWithoutLookingItUp() throws Exception {
        Reply user = server.signUp(server.freshName());
        // What the node has read is older than the token, perhaps.
        passHalfASecond();
        server.database()
                .update(
                        Sql.of(
                                "DELETE FROM app_test.\"_Session\" WHERE \"user\" = ?",
                                user.text("objectId")));

        Caller.User caller =
                deaf.accounts().authenticator().authenticate(server.app(), token(user));

        assertThat(caller.id()).isEqualTo(user.text("objectId"));
        server.clock.advance(Duration.ofMinutes(61));
        assertThat(self(deaf, token(user)).code())
                .as("it is looked up after an hour")
                .isEqualTo(209);
    }

    @Test
    void looksATokenUpAfterAnHour() {
        Reply user = server.signUp(server.freshName());
        server.clock.advance(Duration.ofHours(30));
        assertThat(isTrusted(deaf, token(user))).isFalse();
        assertThat(self(deaf, token(user)).status()).isEqualTo(200);
        server.clock.advance(Duration.ofDays(366));
        assertThat(self(deaf, token(user)).error()).isEqualTo("Session token is expired.");
    }

    @TestFactory
    Stream<DynamicTest> revokesWithinASecondOnANodeThatIsDeaf() {
        Map<String, BiConsumer<Reply, Reply>> ways = new LinkedHashMap<>();
        ways.put("log-out", (user, _) -> server.as(user).post("/logout", "{}"));
        ways.put(
                "the end of a session by another one",
                (user, other) -> {
                    String id = server.as(user).get("/sessions/me").text("objectId");
                    assertThat(server.as(other).delete("/sessions/" + id).status()).isEqualTo(200);
                });
        ways.put(
                "the end of all others", (_, other) -> server.as(other).delete("/sessions/others"));
        ways.put(
                "a new password",
                (user, _) ->
                        server.master()
                                .put(
                                        "/users/" + user.text("objectId"),
                                        "{\"password\": \"fresh\"}"));
        ways.put(
                "the deletion of the user",
                (user, _) -> server.master().delete("/users/" + user.text("objectId")));
        ways.put("a new token", (user, _) -> server.as(user).post("/sessions/me/token", "{}"));
        return ways.entrySet().stream()
                .map(way -> DynamicTest.dynamicTest(way.getKey(), () -> revokes(way.getValue())));
    }

    private static void revokes(BiConsumer<Reply, Reply> way) throws Exception {
        String name = server.freshName();
        Reply user = server.signUp(name);
        Reply other =
                server.client.post(
                        "/login",
                        "{\"username\": \"%s\", \"password\": \"secret\"}".formatted(name));
        passHalfASecond();
        assertThat(isTrusted(deaf, token(user))).isTrue();
        assertThat(self(deaf, token(user)).status()).isEqualTo(200);

        way.accept(user, other);

        passHalfASecond();
        assertThat(self(deaf, token(user)).code()).isEqualTo(209);
        assertThat(self(server.asNode(), token(user)).code()).isEqualTo(209);
    }

    /// A session that is cached because its token had to be looked up is revoked as fast.
    @Test
    void revokesWhatADeafNodeHasLookedUp() throws Exception {
        Reply user = server.signUp(server.freshName());
        server.clock.advance(Duration.ofHours(2));
        assertThat(self(deaf, token(user)).status()).isEqualTo(200);
        server.as(user).post("/logout", "{}");
        passHalfASecond();
        assertThat(self(deaf, token(user)).code()).isEqualTo(209);
    }

    @Test
    void endsOneSessionAndTrustsTheOthers() throws Exception {
        String name = server.freshName();
        Reply user = server.signUp(name);
        Reply other =
                server.client.post(
                        "/login",
                        "{\"username\": \"%s\", \"password\": \"secret\"}".formatted(name));
        server.as(user).post("/logout", "{}");
        passHalfASecond();
        assertThat(isTrusted(deaf, token(user))).isFalse();
        assertThat(isTrusted(deaf, token(other))).isTrue();
    }

    @Test
    void hasTheRolesOfNow() throws Exception {
        Reply user = server.signUp(server.freshName());
        Reply role =
                server.master()
                        .post(
                                "/roles",
                                """
                                {"name": "writers", "ACL": {}, "users": {"__op": "AddRelation", "objects":
                                [{"__type": "Pointer", "className": "_User", "objectId": "%s"}]}}
                                """
                                        .formatted(user.text("objectId")));
        assertThat(role.status()).as(role.toString()).isEqualTo(201);
        passHalfASecond();
        assertThat(roles(token(user))).containsExactly("writers");
        Reply renewed = server.as(user).post("/sessions/me/token", "{}");
        passHalfASecond();
        assertThat(isTrusted(deaf, token(renewed))).isTrue();
        assertThat(roles(token(renewed))).containsExactly("writers");

        server.master().delete("/roles/" + role.text("objectId"));

        passHalfASecond();
        assertThat(roles(token(renewed))).isEmpty();
    }

    private static Set<String> roles(String token) {
        return deaf.accounts().authenticator().authenticate(server.app(), token).roles();
    }

    @Test
    void renewsATokenOnce() {
        Reply user = server.signUp(server.freshName());
        Reply renewed = server.as(user).post("/sessions/me/token", "{}");
        assertThat(renewed.status()).as(renewed.toString()).isEqualTo(200);
        assertThat(server.as(user).post("/sessions/me/token", "{}").code()).isEqualTo(209);
        assertThat(self(server.asNode(), token(renewed)).status()).isEqualTo(200);
        server.set("accounts.session-tokens", "opaque");
        Reply opaque = server.as(renewed).post("/sessions/me/token", "{}");
        assertThat(token(opaque)).startsWith("r:");
        assertThat(self(server.asNode(), token(opaque)).status()).isEqualTo(200);
    }

    @Test
    void looksSignedTokensUpWhenTheAppNoLongerSigns() {
        Reply user = server.signUp(server.freshName());
        server.set("accounts.session-tokens", "opaque");
        assertThat(self(deaf, token(user)).status()).isEqualTo(200);
        server.as(user).post("/logout", "{}");
        assertThat(self(server.asNode(), token(user)).code()).isEqualTo(209);
        server.set("accounts.session-tokens", "jwt");
        assertThat(self(server.asNode(), token(user)).code()).isEqualTo(209);
    }

    @Test
    void signsWithANewKeyEachMonth() throws Exception {
        Reply before = server.signUp(server.freshName());
        server.clock.advance(Duration.ofDays(31));
        Reply after = server.signUp(server.freshName());
        assertThat(SignedJWT.parse(token(after)).getHeader().getKeyID())
                .isNotEqualTo(SignedJWT.parse(token(before)).getHeader().getKeyID());
        assertThat(self(deaf, token(before)).status()).isEqualTo(200);
        server.clock.advance(Duration.ofDays(33));
        server.accounts.forgetRevocations(server.app());
        assertThat(self(deaf, token(before)).status()).isEqualTo(200);
    }

    @Test
    void doesNotShowKeysToThoseWhoReadTheDatabase() throws Exception {
        server.signUp(server.freshName());
        byte[] sealed =
                server.database()
                        .queryFirst(
                                Sql.of("SELECT sealed FROM app_test.\"_session_key\" LIMIT 1"),
                                row -> row.getBytes(1))
                        .orElseThrow();
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("\"d\"");
        byte[] another = new byte[SecretBox.KEY_BYTES];
        another[0] = 1;
        assertThat(new SecretBox(List.of(another)).open(sealed, "accounts.session-key:app_test"))
                .isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> rejectsForgedTokens() throws Exception {
        Reply user = server.signUp(server.freshName());
        SignedJWT real = SignedJWT.parse(token(user));
        JWTClaimsSet claims = real.getJWTClaimsSet();
        String id = real.getHeader().getKeyID();
        var type = new JOSEObjectType("session+jwt");
        ECKey own = new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        Map<String, String> forged = new LinkedHashMap<>();

        forged.put("none", new PlainJWT(claims).serialize());
        String none = base64("{\"alg\":\"none\",\"typ\":\"session+jwt\",\"kid\":\"" + id + "\"}");
        String[] parts = token(user).split("\\.", -1);
        forged.put("none, with an empty signature", none + "." + parts[1] + ".");
        forged.put("none, with the signature", none + "." + parts[1] + "." + parts[2]);

        byte[] key = real(id).toPublicJWK().toECPublicKey().getEncoded();
        var mac =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256).type(type).keyID(id).build(),
                        claims);
        mac.sign(new MACSigner(key));
        forged.put("HS256 with the public key", mac.serialize());

        var rsa =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.RS256).type(type).keyID(id).build(),
                        claims);
        rsa.sign(new RSASSASigner(new RSAKeyGenerator(2048).generate()));
        forged.put("RS256", rsa.serialize());

        forged.put("ES256 with another key", signed(own, type, Optional.empty(), claims));
        forged.put("ES256 with a key in its header", signed(own, type, Optional.of(own), claims));
        forged.put(
                "other claims",
                parts[0]
                        + "."
                        + base64(claims.toString().replace("\"roles\":[]", "\"roles\":[\"a\"]"))
                        + "."
                        + parts[2]);
        forged.put("a signature of zeros", parts[0] + "." + parts[1] + "." + "A".repeat(86));
        forged.put(
                "another type",
                signed(real(id), new JOSEObjectType("at+jwt"), Optional.empty(), claims));
        forged.put(
                "another app",
                signed(
                        real(id),
                        type,
                        Optional.empty(),
                        new JWTClaimsSet.Builder(claims).issuer("other").build()));
        forged.put("no signature", parts[0] + "." + parts[1]);
        forged.put("nonsense", "ey.ey.ey");
        return forged.entrySet().stream()
                .map(each ->
                        DynamicTest.dynamicTest(
                                each.getKey(),
                                () -> {
                                    assertThat(isTrusted(deaf, each.getValue())).isFalse();
                                    assertThat(self(deaf, each.getValue()).code()).isEqualTo(209);
                                }));
    }

    private static ECKey real(String id) {
        return server.accounts.keys().find(server.app(), id).orElseThrow();
    }

    private static String signed(
            ECKey key, JOSEObjectType type, Optional<ECKey> shown, JWTClaimsSet claims)
            throws Exception {
        var header =
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(type)
                        .keyID(key.getKeyID())
                        .jwk(shown.map(ECKey::toPublicJWK).orElse(null))
                        .build();
        var token = new SignedJWT(header, claims);
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aTokenIsOfNoUseInAnotherApp() {
        Reply user = server.signUp(server.freshName());
        assertThat(server.client.in(server.otherApp()).with(token(user)).get("/users/me").code())
                .isEqualTo(209);
    }
}

package dev.rialto.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import dev.rialto.accounts.spi.AuthProvider.Identity;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class OpenIdProviderTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final long EXPIRY = NOW.plusSeconds(600).getEpochSecond();
    private static final Issuer ISSUER = new Issuer();

    private Instant now = NOW;
    private final AppProviders providers =
            Vendor.providers(
                    () -> now,
                    "providers = acme",
                    "acme.issuer = " + ISSUER.url(),
                    "acme.client-id = web, ios",
                    "acme.client-secret = s3cret");

    @AfterAll
    static void close() {
        ISSUER.close();
    }

    private static String claims(String more) {
        return """
        {"iss": "%s", "aud": "web", "sub": "ada", "exp": %d, "iat": %d %s}
        """
                .formatted(ISSUER.url(), EXPIRY, NOW.getEpochSecond(), more);
    }

    private Identity verify(String token) {
        return verify("ada", token, "");
    }

    private Identity verify(String id, String token, String more) {
        return Vendor.verify(
                providers,
                "acme",
                "{\"id\": \"%s\", \"id_token\": \"%s\" %s}".formatted(id, token, more));
    }

    private AbstractThrowableAssert<?, ?> refuses(String token) {
        return assertThatThrownBy(() -> verify(token))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        each -> assertThat(each.code()).isEqualTo(ErrorCode.OBJECT_NOT_FOUND));
    }

    @Test
    void acceptsATokenOfTheIssuerForTheApp() {
        Identity identity = verify(ISSUER.token(claims("")));

        assertThat(identity.id()).isEqualTo("ada");
        assertThat(identity.kept().toString()).isEqualTo("{\"id\":\"ada\"}");
        assertThat(identity.linkableEmail()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "another audience | \"aud\": \"other\" | jwt audience invalid. expected: web or ios",
                "no audience | \"aud\": null | jwt audience invalid",
                "several audiences | \"aud\": [\"web\", \"other\"] | jwt audience invalid",
                "an audience that is no string | \"aud\": [{\"web\": 1}] | jwt audience invalid",
                "another party | \"aud\": [\"web\", \"b\"], \"azp\": \"b\" | jwt audience invalid",
                "another issuer | \"iss\": \"https://evil.example\" | id token not issued by correct",
                "no expiry | \"exp\": null | jwt must have an expiry",
                "an expiry that is a string | \"exp\": \"9999999999\" | jwt must have an expiry",
                "an old expiry | \"exp\": 1000 | jwt expired",
                "a start in the future | \"nbf\": 99999999999 | jwt not active",
                "another subject | \"sub\": \"eve\" | auth data is invalid for this user.",
                "no subject | \"sub\": null | acme auth is invalid for this user.",
            })
    void rejectsATokenWith(String what, String claim, String message) {
        ObjectNode claims = (ObjectNode) Json.read(claims(""));
        claims.setAll((ObjectNode) Json.read("{" + claim + "}"));

        refuses(signed(claims.toString())).as(what).hasMessageContaining(message);
    }

    /// Signed as it is: libraries drop claims that are null.
    private static String signed(String claims) {
        try {
            var token =
                    new JWSObject(
                            new JWSHeader.Builder(JWSAlgorithm.RS256)
                                    .keyID(ISSUER.rsa.getKeyID())
                                    .build(),
                            new Payload(claims));
            token.sign(new RSASSASigner(ISSUER.rsa));
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void acceptsSeveralAudiencesWhenTheAppHasAskedForTheToken() {
        String both = claims("").replace("\"web\"", "[\"other\", \"ios\"]");

        assertThat(verify(ISSUER.token(both.replace("}", ", \"azp\": \"ios\"}"))).id())
                .isEqualTo("ada");
    }

    /// Parse Server's advisory: the public key, taken as the secret of HS256.
    @Test
    void rejectsATokenThatIsSignedWithThePublicKeyAsASecret() throws Exception {
        for (byte[] secret :
                new byte[][] {
                    ISSUER.rsa.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8),
                    ISSUER.rsa.toRSAPublicKey().getEncoded()
                }) {
            String token =
                    Issuer.signed(
                            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(),
                            claims(""),
                            new MACSigner(secret));

            refuses(token).hasMessage("invalid algorithm");
        }
    }

    @Test
    void rejectsATokenWithoutASignature() {
        String none = encoded("{\"alg\":\"none\"}") + "." + encoded(claims("")) + ".";

        refuses(none).hasMessage("provided token does not decode as JWT");
        refuses(none + "AAAA").hasMessage("provided token does not decode as JWT");
        refuses("x").hasMessage("provided token does not decode as JWT");
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void rejectsOtherTokensThatTheProviderSignsForTheApp() throws Exception {
        var signer = new RSASSASigner(ISSUER.rsa);
        var access =
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("rsa-1")
                        .type(new JOSEObjectType("at+jwt"))
                        .build();

        refuses(Issuer.signed(access, claims(""), signer))
                .hasMessage("the token is not an id token");
        refuses(ISSUER.token(claims(", \"events\": {}")))
                .hasMessage("the token is not an id token");
    }

    @Test
    void rejectsATokenWhoseContentWasChanged() {
        String[] parts = ISSUER.token(claims("")).split("\\.", -1);

        refuses(parts[0] + "." + encoded(claims(", \"admin\": true")) + "." + parts[2])
                .hasMessage("invalid signature");
    }

    @Test
    void rejectsAKeyThatTheTokenBringsAlong() {
        ECKey own = Issuer.ec("mine");
        String token;
        try {
            token =
                    Issuer.signed(
                            new JWSHeader.Builder(JWSAlgorithm.ES256)
                                    .keyID("mine")
                                    .jwk(own.toPublicJWK())
                                    .jwkURL(URI.create("https://evil.example/keys"))
                                    .build(),
                            claims(""),
                            new ECDSASigner(own));
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }

        refuses(token).hasMessage("Unable to find matching key for Key ID: mine");
    }

    @Test
    void findsANewKeyAndAsksForUnknownOnesAtABoundedRate() {
        try (var issuer = new Issuer()) {
            var own =
                    Vendor.providers(
                            () -> now,
                            "providers = acme",
                            "acme.issuer = " + issuer.url(),
                            "acme.client-id = web");
            String claims = claims("").replace(ISSUER.url(), issuer.url());
            String body = "{\"id\": \"ada\", \"id_token\": \"%s\"}";
            assertThat(Vendor.verify(own, "acme", body.formatted(issuer.token(claims))).id())
                    .isEqualTo("ada");
            ECKey next = Issuer.ec("next");
            String token = body.formatted(Issuer.token(claims, next));
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> Vendor.verify(own, "acme", token))
                        .hasMessage("Unable to find matching key for Key ID: next");
            }
            assertThat(issuer.vendor.asked("/keys")).hasSize(1);

            issuer.published.add(next);
            now = now.plus(Documents.BETWEEN_READS);
            assertThat(Vendor.verify(own, "acme", token).id()).isEqualTo("ada");
            assertThat(issuer.vendor.asked("/keys")).hasSize(2);

            issuer.published.remove(next);
            now = now.plus(Documents.FRESH);
            assertThatThrownBy(() -> Vendor.verify(own, "acme", token))
                    .hasMessage("Unable to find matching key for Key ID: next");
        }
    }

    @Test
    void goesOnWithKnownKeysWhileTheProviderIsDown() {
        var issuer = new Issuer();
        var own =
                Vendor.providers(
                        () -> now,
                        "providers = acme",
                        "acme.issuer = " + issuer.url(),
                        "acme.client-id = web");
        String claims =
                claims("")
                        .replace(ISSUER.url(), issuer.url())
                        .replace("" + EXPIRY, "" + (EXPIRY + 1_000_000));
        String body = "{\"id\": \"ada\", \"id_token\": \"%s\"}".formatted(issuer.token(claims));
        Vendor.verify(own, "acme", body);
        issuer.close();

        now = now.plus(Documents.USABLE).minusSeconds(1);
        assertThat(Vendor.verify(own, "acme", body).id()).isEqualTo("ada");
        now = now.plus(Duration.ofHours(2));
        assertThatThrownBy(() -> Vendor.verify(own, "acme", body))
                .hasMessage("acme can't be reached at present; try again later.");
    }

    @Test
    void checksTheNonceThatTheClientNames() {
        String token = ISSUER.token(claims(", \"nonce\": \"n-1\""));

        assertThat(verify("ada", token, ", \"nonce\": \"n-1\"").id()).isEqualTo("ada");
        assertThat(verify("ada", token, "").id()).isEqualTo("ada");
        assertThatThrownBy(() -> verify("ada", token, ", \"nonce\": \"n-2\""))
                .hasMessage("jwt nonce invalid");
        assertThatThrownBy(() -> verify("ada", ISSUER.token(claims("")), ", \"nonce\": \"n-1\""))
                .hasMessage("jwt nonce invalid");
    }

    @Test
    void needsAnIdThatIsTheSubject() {
        String token = ISSUER.token(claims(""));

        for (String id : new String[] {"eve", "ADA", ""}) {
            assertThatThrownBy(() -> verify(id, token, ""))
                    .hasMessage("auth data is invalid for this user.");
        }
        assertThatThrownBy(() -> Vendor.verify(providers, "acme", "{\"id\": \"ada\"}"))
                .hasMessage("id token is invalid for this user.");
        assertThatThrownBy(() ->
                        Vendor.verify(
                                providers, "acme", "{\"id\": \"ada\", \"id_token\": {\"$ne\": 1}}"))
                .hasMessage("id token is invalid for this user.");
    }

    @Test
    void exchangesACodeWithTheSecretOfTheApp() {
        ISSUER.vendor.on(
                "/token",
                seen ->
                        seen.said("code").equals("c-1")
                                ? "{\"id_token\": \"%s\"}".formatted(ISSUER.token(claims("")))
                                : "400 {\"error\": \"invalid_grant\"}");

        Identity identity =
                Vendor.verify(
                        providers,
                        "acme",
                        """
                        {"code": "c-1", "redirect_uri": "https://a.example/b", "code_verifier": "v"}
                        """);

        assertThat(identity.id()).isEqualTo("ada");
        Vendor.Seen seen = ISSUER.vendor.asked("/token").getLast();
        assertThat(seen.headers()).containsEntry("authorization", "Basic d2ViOnMzY3JldA==");
        assertThat(seen.parameters())
                .containsEntry("grant_type", "authorization_code")
                .containsEntry("redirect_uri", "https://a.example/b")
                .containsEntry("code_verifier", "v")
                .doesNotContainKey("client_secret");
        for (String body :
                new String[] {
                    "{\"code\": \"c-2\"}", "{\"code\": \"c-1\", \"client_id\": \"strange\"}",
                }) {
            assertThatThrownBy(() -> Vendor.verify(providers, "acme", body))
                    .hasMessage("acme auth is invalid for this user.");
        }
        assertThatThrownBy(() ->
                        Vendor.verify(providers, "acme", "{\"code\": \"c-1\", \"id\": \"x\"}"))
                .hasMessage("auth data is invalid for this user.");
    }

    /// A token that a user has given to another app says nothing about who shows it.
    @Test
    void rejectsAnAccessTokenOfAnotherApp() {
        ISSUER.vendor.on(
                "/introspect",
                seen ->
                        "{\"active\": %s, \"client_id\": \"%s\", \"sub\": \"ada\"}"
                                .formatted(!seen.said("token").equals("old"), seen.said("token")));
        String body = "{\"id\": \"ada\", \"access_token\": \"%s\"}";

        assertThat(Vendor.verify(providers, "acme", body.formatted("ios")).id()).isEqualTo("ada");
        assertThat(ISSUER.vendor.asked("/introspect").getLast().headers())
                .containsKey("authorization");
        for (String token : new String[] {"other", "old"}) {
            assertThatThrownBy(() -> Vendor.verify(providers, "acme", body.formatted(token)))
                    .hasMessage("OAuth2 access token is invalid for this user.");
        }
    }

    @Test
    void rejectsMetadataOfAnotherIssuer() {
        try (var issuer = new Issuer("https://good.example", "")) {
            var own =
                    Vendor.providers(
                            () -> now,
                            "providers = acme",
                            "acme.issuer = " + issuer.url(),
                            "acme.client-id = web");

            assertThatThrownBy(() ->
                            Vendor.verify(
                                    own,
                                    "acme",
                                    "{\"id\": \"ada\", \"id_token\": \"%s\"}"
                                            .formatted(issuer.token(claims("")))))
                    .hasMessageContaining("is of another issuer");
        }
    }

    @Test
    void sendsABrowserAwayWithStateNonceAndChallenge() {
        Provider provider = providers.provider(Vendor.APP, "acme").orElseThrow();
        String verifier = "v".repeat(43);

        String address =
                provider.authorization(
                                new Provider.Visit("https://r.example/cb", "s", "n", verifier))
                        .toString();

        assertThat(address)
                .startsWith(ISSUER.url() + "/authorize?")
                .contains("response_type=code", "client_id=web", "state=s", "nonce=n")
                .contains("redirect_uri=https%3A%2F%2Fr.example%2Fcb")
                .contains("scope=openid%20email%20profile", "code_challenge_method=S256")
                .contains("code_challenge=" + Secrets.challenge(verifier))
                .doesNotContain(verifier);
        assertThat(provider.isFrom(Optional.of("https://evil.example"))).isFalse();
        assertThat(provider.isFrom(Optional.of(ISSUER.url()))).isTrue();
        assertThat(provider.isFrom(Optional.empty())).isTrue();
    }
}

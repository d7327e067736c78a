package dev.rialto.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.accounts.spi.AuthProvider.Identity;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Tokens of providers that sign them, in the shapes of their public documentation.
class OpenIdPresetsTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final long EXPIRY = NOW.plusSeconds(600).getEpochSecond();

    private static void refuses(AppProviders providers, String name, String claims, String why) {
        assertThatThrownBy(() -> Vendor.verify(providers, name, claims)).hasMessage(why);
    }

    private static String claims(String issuer, String more) {
        return "{\"iss\": \"%s\", \"aud\": \"ours\", \"sub\": \"ada\", \"exp\": %d %s}"
                .formatted(issuer, EXPIRY, more);
    }

    @Test
    void googleSignsForEachOfTheAppsClients() {
        try (var issuer = new Issuer("https://accounts.google.com", "")) {
            var google =
                    Vendor.providers(
                            () -> NOW,
                            "providers = google",
                            "link-by-email = true",
                            "google.url = " + issuer.url(),
                            "google.client-id = android, ours");
            for (String name :
                    new String[] {"https://accounts.google.com", "accounts.google.com"}) {
                String token =
                        issuer.token(
                                claims(
                                        name,
                                        ", \"azp\": \"a\", \"email\": \"a@b.c\","
                                                + " \"email_verified\": true"));
                Identity identity =
                        Vendor.verify(
                                google,
                                "google",
                                "{\"id\": \"ada\", \"id_token\": \"%s\"}".formatted(token));
                assertThat(identity.linkableEmail()).hasValue("a@b.c");
            }
            refuses(
                    google,
                    "google",
                    "{\"id\": \"ada\", \"id_token\": \"%s\"}"
                            .formatted(issuer.token(claims("https://accounts.google.co", ""))),
                    "id token not issued by correct OpenID provider - expected:"
                            + " https://accounts.google.com or accounts.google.com | from:"
                            + " https://accounts.google.co");
        }
    }

    @Test
    void appleHashesTheNonceAndKnowsTheAppByASignedSecret() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        String key =
                "-----BEGIN PRIVATE KEY-----\\n"
                        + Base64.getEncoder()
                                .encodeToString(
                                        generator.generateKeyPair().getPrivate().getEncoded())
                        + "\\n-----END PRIVATE KEY-----";
        try (var issuer = new Issuer("https://appleid.apple.com", "")) {
            var apple =
                    Vendor.providers(
                            () -> NOW,
                            "providers = apple",
                            "apple.url = " + issuer.url(),
                            "apple.client-id = ours",
                            "apple.team-id = T",
                            "apple.key-id = K",
                            "apple.private-key = " + key);
            String hash =
                    HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256")
                                            .digest("raw".getBytes(StandardCharsets.UTF_8)));
            String token =
                    issuer.token(
                            claims("https://appleid.apple.com", ", \"nonce\": \"" + hash + "\""));
            issuer.vendor.on("/token", "{\"id_token\": \"" + token + "\"}");

            String body = "{\"id\": \"ada\", \"token\": \"%s\", \"nonce\": \"%s\"}";
            assertThat(Vendor.verify(apple, "apple", body.formatted(token, "raw")).id())
                    .isEqualTo("ada");
            refuses(apple, "apple", body.formatted(token, "other"), "jwt nonce invalid");
            assertThat(Vendor.verify(apple, "apple", "{\"code\": \"c\"}").id()).isEqualTo("ada");
            String secret =
                    String.valueOf(
                            issuer.vendor
                                    .asked("/token")
                                    .getLast()
                                    .parameters()
                                    .get("client_secret"));
            String[] parts = secret.split("\\.", -1);
            assertThat(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8))
                    .contains("\"kid\":\"K\"", "\"alg\":\"ES256\"");
            assertThat(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8))
                    .contains("\"iss\":\"T\"", "\"sub\":\"ours\"", "https://appleid.apple.com");
            assertThat(Vendor.away(apple, "apple")).contains("response_mode=form_post", "nonce=no");
        }
    }

    /// Any administrator of a tenant can give its users any address, and tenants share keys.
    @Test
    void microsoftAcceptsTenantsThatTheAppNamesAndNoAddressOfTheirs() {
        String ours = "11111111-1111-1111-1111-111111111111";
        String theirs = "22222222-2222-2222-2222-222222222222";
        String base = "https://login.microsoftonline.com/";
        String more = ", \"tid\": \"%s\", \"oid\": \"o-1\", \"email\": \"a@b.c\"";
        try (var issuer = new Issuer(base + "{tenantid}/v2.0", "/common/v2.0")) {
            issuer.vendor.on(
                    "/keys",
                    _ ->
                            issuer.keys()
                                    .replace(
                                            "\"kty\"",
                                            "\"issuer\": \""
                                                    + base
                                                    + "{tenantid}/v2.0\", \"kty\""));
            String[] lines = {
                "providers = microsoft",
                "link-by-email = true",
                "microsoft.url = " + issuer.vendor.url(),
                "microsoft.client-id = ours",
                "microsoft.tenants = " + ours
            };
            var one = Vendor.providers(() -> NOW, lines);
            lines[4] = "microsoft.scopes = openid, profile";
            var any = Vendor.providers(() -> NOW, lines);
            String body = "{\"id\": \"o-1\", \"id_token\": \"%s\"}";
            String token = issuer.token(claims(base + ours + "/v2.0", more.formatted(ours)));
            String foreign = issuer.token(claims(base + theirs + "/v2.0", more.formatted(theirs)));
            String mixed = issuer.token(claims(base + ours + "/v2.0", more.formatted(theirs)));

            Identity identity = Vendor.verify(one, "microsoft", body.formatted(token));
            assertThat(identity.id()).isEqualTo("o-1");
            assertThat(identity.linkableEmail()).isEmpty();
            assertThat(Vendor.verify(any, "microsoft", body.formatted(foreign)).id())
                    .isEqualTo("o-1");
            for (String each : new String[] {foreign, mixed}) {
                assertThatThrownBy(() -> Vendor.verify(one, "microsoft", body.formatted(each)))
                        .hasMessageContaining("id token not issued by correct OpenID provider");
            }
            assertThatThrownBy(() -> Vendor.verify(any, "microsoft", body.formatted(mixed)))
                    .hasMessageContaining("id token not issued by correct OpenID provider");
        }
    }

    @Test
    void facebookSignsTokensOfLimitedLogin() {
        try (var issuer = new Issuer()) {
            issuer.vendor.on("/.well-known/oauth/openid/jwks/", _ -> issuer.keys());
            var facebook =
                    Vendor.providers(
                            () -> NOW,
                            "providers = facebook",
                            "facebook.url = " + issuer.url(),
                            "facebook.client-id = ours",
                            "facebook.client-secret = s");
            String body = "{\"id\": \"ada\", \"token\": \"%s\"}";
            String good = issuer.token(claims("https://www.facebook.com", ""));

            assertThat(Vendor.verify(facebook, "facebook", body.formatted(good)).id())
                    .isEqualTo("ada");
            refuses(
                    facebook,
                    "facebook",
                    body.formatted(
                            issuer.token(
                                    claims("https://www.facebook.com", "")
                                            .replace("ours", "another-app"))),
                    "jwt audience invalid. expected: ours");
        }
    }
}

package dev.rialto.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyConverter;
import com.nimbusds.jwt.SignedJWT;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Sha256;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Checks ID tokens as OpenID Connect Core 3.1.3.7 asks: signature, issuer, audience, time and
/// nonce. The algorithm must be asymmetric, so that a public key never serves as a shared secret.
final class IdTokens {
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);

    private static final Duration LEEWAY = Duration.ofSeconds(60);
    private static final int MAX_KEYS = 10;
    private static final String UNDECODABLE = "provided token does not decode as JWT";

    private final InstantSource clock;

    IdTokens(InstantSource clock) {
        this.clock = clock;
    }

    /// What a token must say.
    ///
    /// @param issuers for the claims of a token, the issuers that it may have
    /// @param audience client ids of the app
    /// @param nonce empty when none was sent
    record Expected(
            Function<ObjectNode, List<String>> issuers,
            List<String> audience,
            Optional<String> nonce) {}

    /// Checks a token.
    ///
    /// @param keys where the provider publishes its keys
    /// @return its claims
    /// @throws RialtoException OBJECT_NOT_FOUND when it is not valid
    ObjectNode verify(String token, Expected expected, ProviderClient client, URI keys) {
        SignedJWT jwt = parsed(token);
        ObjectNode claims = claims(jwt);
        JWSHeader header = jwt.getHeader();
        if (!ALGORITHMS.contains(header.getAlgorithm())) {
            throw Refusal.of("invalid algorithm");
        }
        if (!isIdToken(header, claims)) {
            throw Refusal.of("the token is not an id token");
        }
        ObjectNode published = client.document(keys, each -> has(each, header));
        if (!isSigned(jwt, published)) {
            throw has(published, header)
                    ? Refusal.of("invalid signature")
                    : Refusal.of(
                            "Unable to find matching key for Key ID: " + shown(header.getKeyID()));
        }
        checkIssuer(claims, expected);
        checkKeyIssuer(claims, published, header);
        checkAudience(claims, expected.audience());
        checkTime(claims);
        expected.nonce().ifPresent(nonce -> checkNonce(claims, nonce));
        return claims;
    }

    /// A provider signs other tokens for the same client with the same key: access tokens (RFC
    /// 9068) and logout tokens (OpenID Connect Back-Channel Logout 1.0).
    private static boolean isIdToken(JWSHeader header, ObjectNode claims) {
        JOSEObjectType type = header.getType();
        return (type == null || type.equals(JOSEObjectType.JWT)) && !claims.has("events");
    }

    private static SignedJWT parsed(String token) {
        try {
            return SignedJWT.parse(token);
        } catch (ParseException | IllegalArgumentException _) {
            throw Refusal.of(UNDECODABLE);
        }
    }

    private static ObjectNode claims(SignedJWT jwt) {
        try {
            if (Json.read(jwt.getPayload().toBytes()) instanceof ObjectNode claims) {
                return claims;
            }
        } catch (JacksonException _) {
            // Told below.
        }
        throw Refusal.of(UNDECODABLE);
    }

    private static boolean has(ObjectNode published, JWSHeader header) {
        return !candidates(published, header).isEmpty();
    }

    private static List<JWK> candidates(ObjectNode published, JWSHeader header) {
        try {
            JWKSet set = JWKSet.parse(Json.write(published));
            JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
            return matcher == null
                    ? List.of()
                    : new JWKSelector(matcher).select(set).stream().limit(MAX_KEYS).toList();
        } catch (ParseException _) {
            return List.of();
        }
    }

    private static boolean isSigned(SignedJWT jwt, ObjectNode published) {
        JWSHeader header = jwt.getHeader();
        for (Key key : KeyConverter.toJavaKeys(candidates(published, header))) {
            try {
                if (jwt.verify(new DefaultJWSVerifierFactory().createJWSVerifier(header, key))) {
                    return true;
                }
            } catch (JOSEException _) {
                // A key of another kind; the next may do.
            }
        }
        return false;
    }

    private static void checkIssuer(ObjectNode claims, Expected expected) {
        List<String> issuers = expected.issuers().apply(claims);
        String issuer = claims.path("iss").asString("");
        if (!issuers.contains(issuer)) {
            throw Refusal.of(
                    "id token not issued by correct OpenID provider - expected: "
                            + String.join(" or ", issuers)
                            + " | from: "
                            + shown(issuer));
        }
    }

    /// Keys that are published for many issuers say whose they are, as those of Microsoft do.
    private static void checkKeyIssuer(ObjectNode claims, ObjectNode published, JWSHeader header) {
        for (JsonNode key : published.path("keys")) {
            String of = key.path("issuer").asString("");
            if (!of.isEmpty() && key.path("kid").asString("").equals(header.getKeyID())) {
                String tenant = claims.path("tid").asString("");
                if (!of.replace("{tenantid}", tenant).equals(claims.path("iss").asString(""))) {
                    throw Refusal.of("the id token is signed with a key of another issuer");
                }
            }
        }
    }

    /// A token for several audiences must have been asked for by the app.
    private static void checkAudience(ObjectNode claims, List<String> ours) {
        JsonNode said = claims.path("aud");
        List<String> audience =
                (said.isArray() ? said.valueStream() : Stream.of(said))
                        .map(each -> each.isString() ? each.stringValue() : "")
                        .toList();
        boolean meant = audience.stream().anyMatch(ours::contains);
        boolean alone = audience.size() == 1 || ours.contains(claims.path("azp").asString(""));
        if (!meant || !alone) {
            throw Refusal.of("jwt audience invalid. expected: " + String.join(" or ", ours));
        }
    }

    private void checkTime(ObjectNode claims) {
        Instant now = clock.instant();
        if (!claims.path("exp").isNumber()) {
            throw Refusal.of("jwt must have an expiry");
        }
        if (!now.minus(LEEWAY).isBefore(time(claims, "exp"))) {
            throw Refusal.of("jwt expired");
        }
        for (String each : List.of("nbf", "iat")) {
            if (claims.has(each) && time(claims, each).isAfter(now.plus(LEEWAY))) {
                throw Refusal.of("jwt not active");
            }
        }
    }

    private static Instant time(ObjectNode claims, String claim) {
        JsonNode value = claims.path(claim);
        if (!value.isNumber()) {
            throw Refusal.of("jwt " + claim + " must be a number");
        }
        double seconds = value.doubleValue();
        // Beyond the year 9999 it is not a time.
        return Instant.ofEpochSecond((long) Math.clamp(seconds, 0, 253_402_300_799d));
    }

    /// Clients of Apple send the provider the hash of their nonce.
    private static void checkNonce(ObjectNode claims, String nonce) {
        String said = claims.path("nonce").asString("");
        if (said.isEmpty() || !(isSame(said, nonce) || isSame(said, hashed(nonce)))) {
            throw Refusal.of("jwt nonce invalid");
        }
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static String hashed(String nonce) {
        return HexFormat.of().formatHex(Sha256.of(nonce));
    }

    /// What a client sent, in a message.
    private static String shown(@Nullable String said) {
        String text = said == null ? "undefined" : said;
        return text.length() > 100 ? text.substring(0, 100) : text;
    }
}

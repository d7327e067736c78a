package dev.rialto.openid;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.claims.AccessTokenHash;
import dev.rialto.kernel.App;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Signs and verifies the tokens of an app. A token is one of ours when its signature is by ES256
/// with one of the app's keys, its issuer is the app, and its type is the expected one: what an
/// attacker says in the header chooses among the app's keys and nothing else.
final class Jwts {
    private static final JOSEObjectType ACCESS = new JOSEObjectType("at+jwt");
    private static final String GRANT = "grant";
    private static final String SCOPE = "scope";
    private static final String CLIENT = "client_id";
    private static final int MAX_LENGTH = 8_000;

    private final SigningKeys keys;
    private final Function<App, String> issuers;
    private final InstantSource clock;

    Jwts(SigningKeys keys, Function<App, String> issuers, InstantSource clock) {
        this.keys = keys;
        this.issuers = issuers;
        this.clock = clock;
    }

    /// What an access token says.
    ///
    /// @param keyId the key that has signed it
    record Access(
            String keyId,
            String subject,
            String clientId,
            String grantId,
            Set<String> scopes,
            Instant issuedAt,
            Instant expiresAt) {}

    /// What an ID token says that a client sends back.
    record Hint(String subject, String clientId, String loginId) {}

    /// Signs an access token as in RFC 9068.
    String access(
            App app, Grants.Grant grant, String subject, Set<String> scopes, Duration length) {
        Instant now = clock.instant();
        String issuer = issuers.apply(app);
        return signed(
                app,
                ACCESS,
                new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .audience(issuer)
                        .subject(subject)
                        .claim(CLIENT, grant.clientId())
                        .claim(SCOPE, Scopes.text(scopes))
                        .claim(GRANT, grant.id())
                        .claim("auth_time", grant.authTime().getEpochSecond())
                        .jwtID(Tokens.random())
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(length)))
                        .build());
    }

    /// Signs an ID token.
    ///
    /// @param claims about the user, with its subject
    String id(
            App app,
            Grants.Grant grant,
            Map<String, Object> claims,
            Optional<String> nonce,
            String accessToken,
            Duration length) {
        Instant now = clock.instant();
        var builder = new JWTClaimsSet.Builder();
        claims.forEach(builder::claim);
        builder.issuer(issuers.apply(app))
                .audience(grant.clientId())
                .claim("auth_time", grant.authTime().getEpochSecond())
                .claim("sid", grant.loginId())
                .claim(
                        "at_hash",
                        AccessTokenHash.compute(
                                        new BearerAccessToken(accessToken),
                                        JWSAlgorithm.ES256,
                                        null)
                                .getValue())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(length)));
        nonce.ifPresent(value -> builder.claim("nonce", value));
        return signed(app, JOSEObjectType.JWT, builder.build());
    }

    private String signed(App app, JOSEObjectType type, JWTClaimsSet claims) {
        ECKey key = keys.signer(app);
        var jwt =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .type(type)
                                .keyID(key.getKeyID())
                                .build(),
                        claims);
        try {
            jwt.sign(new ECDSASigner(key));
        } catch (JOSEException failure) {
            throw new IllegalStateException("a token can't be signed", failure);
        }
        return jwt.serialize();
    }

    /// Whether a text has the form of an access token, of any issuer.
    static boolean looksLikeAccess(String token) {
        int dot = token.indexOf('.');
        if (dot < 0 || token.length() > MAX_LENGTH) {
            return false;
        }
        try {
            return ACCESS.equals(JWSHeader.parse(new Base64URL(token.substring(0, dot))).getType());
        } catch (ParseException | IllegalArgumentException _) {
            return false;
        }
    }

    /// What a token says, if it is an access token of this app that has not expired.
    Optional<Access> verifyAccess(App app, String token) {
        return parse(token)
                .filter(jwt -> isSigned(app, jwt, ACCESS))
                .flatMap(jwt -> access(app, jwt))
                .filter(access -> clock.instant().isBefore(access.expiresAt()));
    }

    private Optional<Access> access(App app, SignedJWT jwt) {
        try {
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            String issuer = issuers.apply(app);
            if (!issuer.equals(claims.getIssuer()) || !claims.getAudience().contains(issuer)) {
                return Optional.empty();
            }
            return Optional.of(
                    new Access(
                            jwt.getHeader().getKeyID(),
                            claims.getSubject(),
                            claims.getStringClaim(CLIENT),
                            claims.getStringClaim(GRANT),
                            Set.copyOf(Scopes.parse(claims.getStringClaim(SCOPE))),
                            claims.getIssueTime().toInstant(),
                            claims.getExpirationTime().toInstant()));
        } catch (ParseException | NullPointerException _) {
            return Optional.empty();
        }
    }

    /// What an ID token says, if it is one of this app, expired or not.
    Optional<Hint> verifyHint(App app, String token) {
        return parse(token)
                .filter(jwt -> isSigned(app, jwt, JOSEObjectType.JWT))
                .flatMap(jwt -> hint(app, jwt));
    }

    private Optional<Hint> hint(App app, SignedJWT jwt) {
        try {
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            if (!issuers.apply(app).equals(claims.getIssuer())
                    || claims.getAudience().size() != 1) {
                return Optional.empty();
            }
            return Optional.of(
                    new Hint(
                            claims.getSubject(),
                            claims.getAudience().getFirst(),
                            claims.getStringClaim("sid")));
        } catch (ParseException | NullPointerException _) {
            return Optional.empty();
        }
    }

    private static Optional<SignedJWT> parse(String token) {
        if (token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            return Optional.of(SignedJWT.parse(token));
        } catch (ParseException _) {
            return Optional.empty();
        }
    }

    private boolean isSigned(App app, SignedJWT jwt, JOSEObjectType type) {
        JWSHeader header = jwt.getHeader();
        if (!JWSAlgorithm.ES256.equals(header.getAlgorithm())
                || !type.equals(header.getType())
                || header.getKeyID() == null) {
            return false;
        }
        try {
            Optional<ECKey> key = keys.find(app, header.getKeyID());
            return key.isPresent() && jwt.verify(new ECDSAVerifier(key.get()));
        } catch (JOSEException _) {
            return false;
        }
    }

    /// Whether the key that has signed a token is still one of the app's.
    boolean isKnown(App app, String keyId) {
        return keys.find(app, keyId).isPresent();
    }
}

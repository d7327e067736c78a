package dev.rialto.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Ids;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Session tokens that are signed (JWT, ES256), so that they can be checked without the database
/// for a while after they were issued. They are stored in their sessions as other tokens are: what
/// is not trusted because of its signature is looked up.
final class SessionTokens {
    /// How long after its issue a token can be trusted without a look-up.
    static final Duration TRUSTED_FOR = Duration.ofHours(1);

    /// A longer one is not issued: it goes along with each request, and into an index.
    static final int MAX_LENGTH = 2_000;

    private static final JOSEObjectType TYPE = new JOSEObjectType("session+jwt");
    private static final Duration VERIFIED_FOR = Duration.ofMinutes(5);
    private static final String ROLES = "roles";
    private static final String ENDED = "xmin";

    private final SessionKeys keys;
    private final Revocations revocations;
    private final InstantSource clock;
    private final Ids ids = new Ids();

    /// Tokens whose signature was right.
    private final Cache<Signed, Content> verified;

    private record Signed(String schema, String token) {}

    /// What a token says.
    ///
    /// @param ended below it, all transactions had ended when it was issued
    private record Content(
            String key,
            String userId,
            Set<String> roles,
            long ended,
            Instant issuedAt,
            Optional<Instant> expiresAt,
            String subject) {}

    /// A session that a token proves.
    record Proven(Caller.User user, Instant issuedAt) {}

    /// @param cached how many tokens whose signatures were right are cached
    SessionTokens(SessionKeys keys, Revocations revocations, int cached, InstantSource clock) {
        this.keys = keys;
        this.revocations = revocations;
        this.clock = clock;
        this.verified =
                Caffeine.newBuilder().maximumSize(cached).expireAfterWrite(VERIFIED_FOR).build();
    }

    /// The id below which all transactions have ended: to be read before the roles of a token are.
    long ended() {
        return revocations.ended();
    }

    /// Signs a token.
    ///
    /// @param ended what [#ended] was
    /// @return empty when it would be too long
    Optional<String> issue(
            App app, String userId, Set<String> roles, long ended, Optional<Instant> expiresAt) {
        ECKey key = keys.signing(app);
        var header =
                new JWSHeader.Builder(JWSAlgorithm.ES256).type(TYPE).keyID(key.getKeyID()).build();
        var claims =
                new JWTClaimsSet.Builder()
                        .issuer(app.id())
                        .subject(userId)
                        .jwtID(ids.hex(16))
                        .issueTime(Date.from(clock.instant()))
                        .claim(ROLES, List.copyOf(roles))
                        .claim(ENDED, Long.toUnsignedString(ended));
        expiresAt.ifPresent(time -> claims.expirationTime(Date.from(time)));
        var token = new SignedJWT(header, claims.build());
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException failure) {
            throw new IllegalStateException("can't sign a session token", failure);
        }
        return Optional.of(token.serialize()).filter(text -> text.length() <= MAX_LENGTH);
    }

    /// Whether a token is of this kind by its shape.
    static boolean looksSigned(String token) {
        return token.startsWith("ey")
                && token.length() <= MAX_LENGTH
                && token.chars().filter(c -> c == '.').count() == 2;
    }

    /// The session of a token, if the token alone proves it.
    ///
    /// @return empty when it must be looked up
    Optional<Proven> trust(App app, String token) {
        if (!looksSigned(token)) {
            return Optional.empty();
        }
        Revocations.Known known = revocations.known(app);
        var signed = new Signed(app.schema(), token);
        Content content = verified.getIfPresent(signed);
        if (content == null) {
            content = verify(app, token, known.keys()).orElse(null);
            if (content == null) {
                return Optional.empty();
            }
            verified.put(signed, content);
        }
        return isCurrent(content, known)
                ? Optional.of(
                        new Proven(
                                new Caller.User(content.userId(), token, content.roles()),
                                content.issuedAt()))
                : Optional.empty();
    }

    private boolean isCurrent(Content content, Revocations.Known known) {
        Instant now = clock.instant();
        return known.keys().contains(content.key())
                && now.isBefore(content.issuedAt().plus(TRUSTED_FOR))
                && content.expiresAt().filter(time -> !now.isBefore(time)).isEmpty()
                && !known.affects(
                        content.ended(),
                        List.of(
                                Revocations.all(),
                                Revocations.ofUser(content.userId()),
                                content.subject()));
    }

    private Optional<Content> verify(App app, String token, Set<String> known) {
        try {
            SignedJWT signed = SignedJWT.parse(token);
            JWSHeader header = signed.getHeader();
            boolean ours =
                    JWSAlgorithm.ES256.equals(header.getAlgorithm())
                            && TYPE.equals(header.getType())
                            && header.getKeyID() != null
                            && known.contains(header.getKeyID());
            if (!ours) {
                return Optional.empty();
            }
            Optional<ECKey> key = keys.find(app, header.getKeyID());
            if (key.isEmpty() || !signed.verify(new ECDSAVerifier(key.get().toPublicJWK()))) {
                return Optional.empty();
            }
            return content(app, header.getKeyID(), token, signed.getJWTClaimsSet());
        } catch (ParseException | JOSEException | NumberFormatException _) {
            // It is looked up, and not found.
            return Optional.empty();
        }
    }

    private static Optional<Content> content(App app, String key, String token, JWTClaimsSet claims)
            throws ParseException {
        List<String> roles = claims.getStringListClaim(ROLES);
        if (!app.id().equals(claims.getIssuer())
                || claims.getSubject() == null
                || claims.getIssueTime() == null
                || roles == null) {
            return Optional.empty();
        }
        return Optional.of(
                new Content(
                        key,
                        claims.getSubject(),
                        Set.copyOf(roles),
                        Long.parseUnsignedLong(claims.getStringClaim(ENDED)),
                        claims.getIssueTime().toInstant(),
                        Optional.ofNullable(claims.getExpirationTime()).map(Date::toInstant),
                        Revocations.ofToken(token)));
    }
}

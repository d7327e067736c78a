package dev.rialto.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;

/// Makes the secret by which Apple knows an app: a token that the app signs itself.
final class AppleSecret {
    private static final Duration VALID = Duration.ofMinutes(5);

    private final InstantSource clock;

    AppleSecret(InstantSource clock) {
        this.clock = clock;
    }

    /// @return empty when the app has set no key
    Optional<String> make(ProviderSettings settings, String clientId) {
        if (settings.more("private-key").isEmpty()
                || !(Keys.privateKey(settings.more("private-key")) instanceof ECPrivateKey key)) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        var token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .keyID(settings.more("key-id"))
                                .build(),
                        new JWTClaimsSet.Builder()
                                .issuer(settings.more("team-id"))
                                .subject(clientId)
                                .audience("https://appleid.apple.com")
                                .issueTime(Date.from(now))
                                .expirationTime(Date.from(now.plus(VALID)))
                                .build());
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException unusable) {
            throw new IllegalStateException("the key of Apple can't sign", unusable);
        }
        return Optional.of(token.serialize());
    }
}

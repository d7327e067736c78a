package dev.rialto.accounts;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.spi.AppSettings.PerApp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/// Issues the tokens of sessions in the form that each app has chosen, and tells which of them
/// prove a session alone.
final class SessionIssuer {
    private final SessionTokens signed;
    private final AccountStore store;
    private final PerApp<AccountPolicy> policies;
    private final InstantSource clock;
    private final Ids ids = new Ids();

    SessionIssuer(
            SessionTokens signed,
            AccountStore store,
            PerApp<AccountPolicy> policies,
            InstantSource clock) {
        this.signed = signed;
        this.store = store;
        this.policies = policies;
        this.clock = clock;
    }

    SessionPolicy policy(App app) {
        return policies.of(app).sessions();
    }

    /// A new token for a session.
    ///
    /// @param expiresAt when the session ends, if it does
    String issue(App app, String userId, Optional<Instant> expiresAt) {
        return isSigning(app)
                ? sign(app, userId, expiresAt).orElseGet(ids::sessionToken)
                : ids.sessionToken();
    }

    private Optional<String> sign(App app, String userId, Optional<Instant> expiresAt) {
        long ended = signed.ended();
        Set<String> roles = store.roles(app, userId).orElseGet(Set::of);
        return signed.issue(app, userId, roles, ended, expiresAt);
    }

    /// The session of a token, if the token alone proves it.
    Optional<SessionTokens.Proven> trust(App app, String token) {
        if (!isSigning(app) || !SessionTokens.looksSigned(token)) {
            return Optional.empty();
        }
        Duration idle = policy(app).idle();
        return signed.trust(app, token)
                .filter(proven ->
                        idle.isZero() || clock.instant().isBefore(proven.issuedAt().plus(idle)));
    }

    private boolean isSigning(App app) {
        return policy(app).tokens() == SessionPolicy.Tokens.JWT;
    }
}

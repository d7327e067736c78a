package dev.rialto.openid;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rialto.accounts.spi.TokenSource;
import dev.rialto.accounts.spi.UserSessions;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Optional;

/// Accepts access tokens. That one was signed for a grant never changes, so it is remembered; that
/// the grant has not ended is what its session says, which every node knows within a moment.
final class AccessTokens implements TokenSource {
    /// How the header of each JWT begins.
    private static final String JWT = "eyJ";

    private static final int MAX_REMEMBERED = 50_000;

    private final Provider provider;
    private final Grants grants;
    private final UserSessions sessions;
    private final Cache<Key, Valid> known =
            Caffeine.newBuilder()
                    .maximumSize(MAX_REMEMBERED)
                    .expireAfterWrite(OpenidSettings.Lengths.MAX_ACCESS)
                    .build();

    AccessTokens(Provider provider, Grants grants, UserSessions sessions) {
        this.provider = provider;
        this.grants = grants;
        this.sessions = sessions;
    }

    /// A digest, so that memory holds no tokens.
    private record Key(String schema, String hash) {}

    /// A token that was found to be valid, and the grant it is of.
    record Valid(Jwts.Access access, Grants.Grant grant) {}

    /// What a token is, if it is valid now.
    Optional<Valid> find(App app, String token) {
        return found(app, token).filter(each -> user(app, each).isPresent());
    }

    private Optional<Valid> found(App app, String token) {
        if (!provider.settings(app).enabled() || !token.startsWith(JWT)) {
            return Optional.empty();
        }
        var key = new Key(app.schema(), Tokens.hash(token));
        Valid remembered = known.getIfPresent(key);
        if (remembered == null) {
            Optional<Valid> fresh =
                    provider.jwts()
                            .verifyAccess(app, token)
                            .flatMap(access ->
                                    grants.find(app, access.grantId())
                                            .map(grant -> new Valid(access, grant)));
            fresh.ifPresent(each -> known.put(key, each));
            return fresh;
        }
        return Optional.of(remembered)
                .filter(each ->
                        provider.clock().instant().isBefore(each.access().expiresAt())
                                && provider.jwts().isKnown(app, each.access().keyId()));
    }

    /// The user of the session of a token's grant.
    private Optional<Caller.User> user(App app, Valid valid) {
        try {
            return Optional.of(
                    sessions.authenticator().authenticate(app, valid.grant().sessionToken()));
        } catch (RialtoException over) {
            if (over.code() == ErrorCode.INVALID_SESSION_TOKEN) {
                return Optional.empty();
            }
            throw over;
        }
    }

    @Override
    public Optional<Caller.User> authenticate(App app, String token) {
        Optional<Valid> found = found(app, token);
        if (found.isEmpty()) {
            if (provider.settings(app).enabled() && Jwts.looksLikeAccess(token)) {
                throw invalid();
            }
            return Optional.empty();
        }
        Valid valid = found.get();
        if (!valid.access().scopes().contains(Scopes.API)) {
            throw new RialtoException(
                    ErrorCode.INVALID_SESSION_TOKEN,
                    "Invalid session token",
                    "the access token does not have the scope api");
        }
        Caller.User user = user(app, valid).orElseThrow(AccessTokens::invalid);
        return Optional.of(new Caller.User(user.id(), token, user.roles(), true));
    }

    private static RialtoException invalid() {
        return new RialtoException(ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token");
    }
}

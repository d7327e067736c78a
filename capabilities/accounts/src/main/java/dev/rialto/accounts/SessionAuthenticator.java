package dev.rialto.accounts;

import dev.rialto.accounts.spi.TokenSource;
import dev.rialto.http.Authenticator;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Finds the user of a session token, with its roles.
final class SessionAuthenticator implements Authenticator {
    private static final int MAX_TOKEN_LENGTH = 200;
    private static final int MAX_OTHER_TOKEN_LENGTH = 8_000;

    private final Sessions sessions;
    private final AccountStore store;
    private final SessionCache cache;
    private final SessionUses uses;
    private final Clock clock;
    private final List<TokenSource> others;

    /// @param others tokens beside session tokens
    SessionAuthenticator(
            Sessions sessions,
            AccountStore store,
            SessionCache cache,
            SessionUses uses,
            Clock clock,
            List<TokenSource> others) {
        this.sessions = sessions;
        this.store = store;
        this.cache = cache;
        this.uses = uses;
        this.clock = clock;
        this.others = others;
    }

    @Override
    public Caller.User authenticate(App app, String sessionToken) {
        Optional<SessionTokens.Proven> proven = sessions.trust(app, sessionToken);
        if (proven.isPresent()) {
            uses.note(app, sessionToken, proven.get().issuedAt());
            return proven.get().user();
        }
        return running(
                app,
                sessionToken,
                () -> {
                    Optional<SessionCache.Known> known =
                            cache.find(app, sessionToken, () -> load(app, sessionToken));
                    // It may have been used on another node.
                    return known.filter(this::isExpired).isPresent()
                            ? load(app, sessionToken)
                            : known;
                });
    }

    /// The same, but queries the database, because this node's cache may be slightly stale.
    Caller.User authenticateAnew(App app, String sessionToken) {
        return running(app, sessionToken, () -> load(app, sessionToken));
    }

    private Caller.User running(
            App app, String token, Supplier<Optional<SessionCache.Known>> find) {
        if (token.length() > MAX_OTHER_TOKEN_LENGTH || token.indexOf('\0') >= 0) {
            throw invalid();
        }
        for (TokenSource each : others) {
            Optional<Caller.User> user = each.authenticate(app, token);
            if (user.isPresent()) {
                return user.get();
            }
        }
        if (token.length() > MAX_TOKEN_LENGTH && !SessionTokens.looksSigned(token)) {
            throw invalid();
        }
        SessionCache.Known known = find.get().orElseThrow(SessionAuthenticator::invalid);
        if (isExpired(known)) {
            throw new RialtoException(ErrorCode.INVALID_SESSION_TOKEN, "Session token is expired.");
        }
        uses.note(app, token, known.lastUse());
        return known.user();
    }

    private boolean isExpired(SessionCache.Known known) {
        return !clock.instant().isBefore(known.expiresAt());
    }

    private Optional<SessionCache.Known> load(App app, String token) {
        return sessions.find(app, token)
                .flatMap(session -> {
                    String userId = Sessions.userId(session);
                    return store.roles(app, userId)
                            .map(roles ->
                                    new SessionCache.Known(
                                            new Caller.User(userId, token, roles),
                                            sessions.expiry(app, session),
                                            Sessions.lastUse(session)));
                });
    }

    private static RialtoException invalid() {
        return new RialtoException(ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token");
    }
}

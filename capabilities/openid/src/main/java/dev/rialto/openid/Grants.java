package dev.rialto.openid;

import dev.rialto.accounts.spi.UserSessions;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What users let clients do: codes, and the grants they are exchanged for.
///
/// Each grant has a session of its user, which nobody learns the token of. So whatever ends the
/// user's sessions, such as a new password, ends it, on all nodes at once; and users find it among
/// their sessions. Ending a grant ends its session.
final class Grants {
    static final Duration CODE_LENGTH = Duration.ofSeconds(60);

    private final Database database;
    private final GrantStore store;
    private final UserSessions sessions;
    private final InstantSource clock;
    private final Ids ids = new Ids();

    Grants(Database database, GrantStore store, UserSessions sessions, InstantSource clock) {
        this.database = database;
        this.store = store;
        this.sessions = sessions;
        this.clock = clock;
    }

    /// What a client may do for a user now.
    ///
    /// @param loginId the log-in in a browser that it goes back to
    record Grant(
            String id,
            String clientId,
            String userId,
            Set<String> scopes,
            String loginId,
            Instant authTime,
            String sessionToken) {
        /// Doesn't show the token.
        @Override
        public String toString() {
            return "grant " + id;
        }
    }

    /// What a code is exchanged for, and on what conditions.
    ///
    /// @param challenge of PKCE, by S256
    /// @param loginToken the session of the browser, which must not have ended
    record Details(
            String redirectUri,
            String challenge,
            Optional<String> nonce,
            Set<String> scopes,
            String loginId,
            String loginToken,
            Instant authTime) {
        ObjectNode json() {
            ObjectNode json =
                    Json.object()
                            .put("redirectUri", redirectUri)
                            .put("challenge", challenge)
                            .put("scopes", Scopes.text(scopes))
                            .put("loginId", loginId)
                            .put("loginToken", loginToken)
                            .put("authTime", authTime.getEpochSecond());
            nonce.ifPresent(value -> json.put("nonce", value));
            return json;
        }

        static Details of(JsonNode json) {
            return new Details(
                    json.path("redirectUri").asString(""),
                    json.path("challenge").asString(""),
                    Optional.ofNullable(json.path("nonce").asString(null)),
                    Scopes.parse(json.path("scopes").asString("")),
                    json.path("loginId").asString(""),
                    json.path("loginToken").asString(""),
                    Instant.ofEpochSecond(json.path("authTime").asLong(0)));
        }

        @Override
        public String toString() {
            return "details of a code";
        }
    }

    /// A code as it is stored.
    ///
    /// @param grantId of what it was exchanged for
    record Code(
            String hash,
            String clientId,
            String userId,
            Details details,
            Instant expiresAt,
            Optional<String> grantId) {}

    /// What a code or a refresh token was exchanged for.
    record Exchanged(Grant grant, Optional<String> nonce, Optional<String> refreshToken) {
        @Override
        public String toString() {
            return grant.toString();
        }
    }

    /// Makes a code.
    ///
    /// @return the code itself, of which only the digest is stored
    String code(App app, String clientId, String userId, Details details) {
        String code = Tokens.random();
        store.add(
                app,
                new Code(
                        Tokens.hash(code),
                        clientId,
                        userId,
                        details,
                        clock.instant().plus(CODE_LENGTH),
                        Optional.empty()));
        return code;
    }

    /// Exchanges a code, which is good for once. A second use ends what the first one gave, because
    /// one of the two is a thief's.
    ///
    /// @param challenge of PKCE, computed from the verifier that the client sent
    /// @return empty when it is not good, or not for this client
    Optional<Exchanged> exchange(
            App app,
            Client client,
            String code,
            String redirectUri,
            String challenge,
            OpenidSettings.Lengths lengths) {
        Optional<Code> found =
                store.code(app, Tokens.hash(code))
                        .filter(each -> each.clientId().equals(client.id()));
        if (found.isEmpty()
                || !found.get().details().redirectUri().equals(redirectUri)
                || !found.get().details().challenge().equals(challenge)) {
            return Optional.empty();
        }
        Code known = found.get();
        Optional<Exchanged> exchanged =
                known.grantId().isPresent()
                                || !clock.instant().isBefore(known.expiresAt())
                                || !isRunning(app, known.details().loginToken())
                        ? Optional.empty()
                        : begin(app, known, lengths);
        if (exchanged.isEmpty()) {
            store.code(app, known.hash())
                    .flatMap(Code::grantId)
                    .ifPresent(grantId -> end(app, grantId));
        }
        return exchanged;
    }

    private Optional<Exchanged> begin(App app, Code code, OpenidSettings.Lengths lengths) {
        return database.inTransaction(() -> {
            String id = ids.hex(16);
            if (!store.use(app, code.hash(), id)) {
                return Optional.empty();
            }
            Details details = code.details();
            var grant =
                    new Grant(
                            id,
                            code.clientId(),
                            code.userId(),
                            details.scopes(),
                            details.loginId(),
                            details.authTime(),
                            sessions.open(app, code.userId(), "openid:" + code.clientId()));
            boolean offline = details.scopes().contains(Scopes.OFFLINE);
            Instant now = clock.instant();
            store.add(app, grant, now.plus(offline ? lengths.refresh() : lengths.access()));
            Optional<String> refresh = Optional.empty();
            if (offline) {
                refresh = Optional.of(Tokens.random());
                store.addRefresh(app, Tokens.hash(refresh.get()), id, now.plus(lengths.refresh()));
            }
            return Optional.of(new Exchanged(grant, details.nonce(), refresh));
        });
    }

    /// Exchanges a refresh token for the next one. A token that was used before ends the grant,
    /// because one of the two who have it is a thief; unless its successor has not been used and it
    /// was used a moment ago: then the answer was lost, and the successor is replaced.
    ///
    /// @return empty when it is not good, or not for this client
    Optional<Exchanged> refresh(
            App app, Client client, String token, OpenidSettings.Lengths lengths) {
        String hash = Tokens.hash(token);
        Optional<Grant> grant =
                store.grantOf(app, hash).filter(each -> each.clientId().equals(client.id()));
        if (grant.isEmpty()) {
            return Optional.empty();
        }
        if (!isRunning(app, grant.get().sessionToken())) {
            end(app, grant.get().id());
            return Optional.empty();
        }
        Optional<String> next =
                database.inTransaction(() -> {
                    store.lock(app, grant.get().id());
                    return store.refresh(app, hash)
                            .filter(each -> mayUse(app, each, lengths.grace()))
                            .map(each -> replace(app, each, lengths.refresh()));
                });
        if (next.isEmpty()) {
            end(app, grant.get().id());
        }
        return next.map(each -> new Exchanged(grant.get(), Optional.empty(), Optional.of(each)));
    }

    private boolean mayUse(App app, GrantStore.Refresh token, Duration grace) {
        Instant now = clock.instant();
        if (!now.isBefore(token.expiresAt())) {
            return false;
        }
        if (token.usedAt().isEmpty()) {
            return true;
        }
        return now.isBefore(token.usedAt().get().plus(grace))
                && token.successor()
                        .flatMap(hash -> store.refresh(app, hash))
                        .filter(next -> next.usedAt().isEmpty())
                        .isPresent();
    }

    /// @return the next token
    private String replace(App app, GrantStore.Refresh token, Duration length) {
        Instant now = clock.instant();
        String next = Tokens.random();
        // Nobody may use the one that was lost, and whoever does is noticed.
        token.successor().ifPresent(lost -> store.use(app, lost, Instant.EPOCH, Optional.empty()));
        store.use(app, token.hash(), token.usedAt().orElse(now), Optional.of(Tokens.hash(next)));
        store.addRefresh(app, Tokens.hash(next), token.grantId(), now.plus(length));
        store.prolong(app, token.grantId(), now.plus(length));
        return next;
    }

    private boolean isRunning(App app, String sessionToken) {
        try {
            sessions.uncachedAuthenticator().authenticate(app, sessionToken);
            return true;
        } catch (RialtoException over) {
            if (over.code() == ErrorCode.INVALID_SESSION_TOKEN) {
                return false;
            }
            throw over;
        }
    }

    Optional<Grant> find(App app, String id) {
        return store.find(app, id);
    }

    /// The grant of a refresh token that has not been used.
    Optional<Grant> ofRefreshToken(App app, String token) {
        String hash = Tokens.hash(token);
        return store.refresh(app, hash)
                .filter(each ->
                        each.usedAt().isEmpty() && clock.instant().isBefore(each.expiresAt()))
                .flatMap(_ -> store.grantOf(app, hash))
                .filter(grant -> isRunning(app, grant.sessionToken()));
    }

    /// The grant that a refresh token belongs to, used or not.
    Optional<Grant> everOfRefreshToken(App app, String token) {
        return store.grantOf(app, Tokens.hash(token));
    }

    /// Ends a grant, if it has not ended.
    void end(App app, String id) {
        store.find(app, id).ifPresent(grant -> end(app, grant));
    }

    private void end(App app, Grant grant) {
        database.inTransaction(() -> {
            store.remove(app, grant.id());
            sessions.end(app, grant.sessionToken());
            return true;
        });
    }

    /// Ends what a user lets a client do.
    void endOf(App app, String userId, String clientId) {
        store.of(app, userId, clientId).forEach(grant -> end(app, grant));
    }

    /// Ends what any user lets a client do.
    void endAllOf(App app, String clientId) {
        List<Grant> some = store.ofClient(app, clientId);
        while (!some.isEmpty()) {
            some.forEach(grant -> end(app, grant));
            some = store.ofClient(app, clientId);
        }
    }

    /// Ends what goes back to a log-in, except what was to outlast it.
    void endLogIn(App app, String loginId) {
        store.ofLogIn(app, loginId).stream()
                .filter(grant -> !grant.scopes().contains(Scopes.OFFLINE))
                .forEach(grant -> end(app, grant));
    }

    /// Ends grants that nothing can be done with any more.
    void tidy(App app) {
        List<Grant> over = store.over(app, clock.instant());
        while (!over.isEmpty() && !Thread.currentThread().isInterrupted()) {
            over.forEach(grant -> end(app, grant));
            over = store.over(app, clock.instant());
        }
        store.removeExpired(app, clock.instant());
    }
}

package dev.rialto.accounts;

import dev.rialto.accounts.spi.SignInCheck;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.spi.Objects;
import dev.rialto.store.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Opens, finds and ends sessions.
final class Sessions {
    static final String CLASS = "_Session";

    /// A digest of the network that a session was opened from.
    static final String NETWORK = "_network";

    private static final String MASTER = "masterkey";
    private static final int MAX_REPLACED = 100;

    private final Database database;
    private final Supplier<Objects> objects;
    private final AccountStore store;
    private final SessionCache cache;
    private final Devices devices;
    private final SessionIssuer issuer;
    private final Clock clock;
    private final List<SignInCheck> checks = new CopyOnWriteArrayList<>();

    /// The circumstances of a new session.
    ///
    /// @param action `signup`, `login`, `create` or `upgrade`
    /// @param provider how the user authenticated: `password`, `anonymous`, ...
    /// @param installationId the device; each device has one session per user
    /// @param call the user's request, if it is one
    /// @param more the developer's own fields
    record Opening(
            String userId,
            String action,
            Optional<String> provider,
            Optional<String> installationId,
            Optional<Call> call,
            ObjectNode more) {
        static Opening of(String userId, String action, String provider, Optional<Call> call) {
            return new Opening(
                    userId,
                    action,
                    Optional.of(provider),
                    call.flatMap(Call::installationId),
                    call,
                    Json.object());
        }

        boolean isByMaster() {
            return provider.equals(Optional.of(MASTER));
        }

        /// A log-in as a user by the holder of the master key.
        static Opening byMaster(String userId, Optional<String> installationId) {
            return new Opening(
                    userId,
                    "login",
                    Optional.of(MASTER),
                    installationId,
                    Optional.empty(),
                    Json.object());
        }
    }

    Sessions(
            Database database,
            Supplier<Objects> objects,
            AccountStore store,
            SessionCache cache,
            Devices devices,
            SessionIssuer issuer,
            Clock clock) {
        this.database = database;
        this.objects = objects;
        this.store = store;
        this.cache = cache;
        this.devices = devices;
        this.issuer = issuer;
        this.clock = clock;
    }

    /// Adds a check of whose sessions are opened.
    void require(SignInCheck check) {
        checks.add(check);
    }

    /// Opens a session; an older one of the same user on the same installation ends, and the user's
    /// expired sessions are removed.
    ///
    /// @return the session with its token and object id
    ObjectNode open(App app, Opening opening) {
        return open(app, opening, () -> {});
    }

    /// The same, if what it is opened for still holds.
    ///
    /// @param proof throws when it doesn't; called once nobody can end the user's sessions before
    ///   this one is there
    ObjectNode open(App app, Opening opening, Runnable proof) {
        ObjectNode session = Json.object();
        session.set("user", pointer(opening.userId()));
        ObjectNode createdWith = session.putObject("createdWith").put("action", opening.action());
        opening.provider().ifPresent(provider -> createdWith.put("authProvider", provider));
        SessionPolicy policy = issuer.policy(app);
        Instant now = clock.instant();
        Optional<Instant> expiresAt =
                policy.expire() ? Optional.of(now.plus(policy.length())) : Optional.empty();
        expiresAt.ifPresent(time -> session.set("expiresAt", date(time)));
        session.set("lastUsedAt", date(now));
        opening.installationId().ifPresent(id -> session.put("installationId", id));
        opening.call().ifPresent(call -> note(session, call, policy));
        opening.more()
                .properties()
                .forEach(each -> {
                    if (!session.has(each.getKey())) {
                        session.set(each.getKey(), each.getValue());
                    }
                });
        return database.inTransaction(() -> {
            store.lockForOpening(app, opening.userId());
            proof.run();
            if (!opening.isByMaster()) {
                checks.forEach(each -> each.confirm(app, opening.userId()));
            }
            session.put("sessionToken", issuer.issue(app, opening.userId(), expiresAt));
            opening.installationId().ifPresent(id -> replace(app, opening.userId(), id));
            ObjectNode written =
                    objects.get()
                            .create(
                                    app,
                                    new Caller.Master(),
                                    Optional.empty(),
                                    CLASS,
                                    session.deepCopy());
            session.setAll(written);
            session.remove(NETWORK);
            devices.opened(app, opening);
            deleteExpired(app, Optional.of(opening.userId()));
            return session;
        });
    }

    private static void note(ObjectNode session, Call call, SessionPolicy policy) {
        if (call.clientAddress().isEmpty()) {
            return;
        }
        session.put(NETWORK, AttemptLimits.network(call.app(), call.clientAddress()));
        putText(session, "device", ClientNote.device(call.header("User-Agent").orElse("")));
        putText(session, "address", ClientNote.address(call.clientAddress(), policy.address()));
    }

    private static void putText(ObjectNode session, String field, String text) {
        if (!text.isEmpty()) {
            session.put(field, text);
        }
    }

    /// The session with this token, expired or not.
    Optional<ObjectNode> find(App app, String token) {
        return objects.get().findHidden(app, CLASS, text("sessionToken", token), 1).stream()
                .findFirst();
    }

    /// The session with this token.
    ///
    /// @throws RialtoException INVALID_SESSION_TOKEN if there is none
    ObjectNode require(App app, String token) {
        return find(app, token)
                .orElseThrow(() ->
                        new RialtoException(
                                ErrorCode.INVALID_SESSION_TOKEN, "Session token not found."));
    }

    /// Refuses a caller whose session has ended, although a node may not have heard of it.
    ///
    /// @throws RialtoException INVALID_SESSION_TOKEN
    void requireRunning(App app, Caller.User caller) {
        if (find(app, caller.sessionToken()).isEmpty()) {
            throw new RialtoException(ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token");
        }
    }

    /// The same, and lets nobody end the session before the transaction does.
    void holdRunning(App app, Caller.User caller) {
        store.lockForEnding(app, caller.id());
        requireRunning(app, caller);
    }

    /// Sets the installation of a session.
    void pair(App app, ObjectNode session, String installationId) {
        objects.get()
                .update(
                        app,
                        new Caller.Master(),
                        Optional.empty(),
                        CLASS,
                        session.path("objectId").asString(""),
                        Json.object().put("installationId", installationId));
    }

    /// Ends one session.
    void end(App app, ObjectNode session) {
        objects.get()
                .delete(app, new Caller.Master(), CLASS, session.path("objectId").stringValue(""));
    }

    /// Ends all sessions of a user.
    void endAll(App app, String userId) {
        database.inTransaction(() -> {
            store.lockForEnding(app, userId);
            int ended = objects.get().deleteWhere(app, CLASS, ofUser(userId));
            cache.dropUser(app, userId);
            return ended;
        });
    }

    /// Ends all sessions of a user but one.
    ///
    /// @return how many there were
    int endOthers(App app, String userId, String token) {
        Where others =
                new Where.And(
                        List.of(
                                ofUser(userId),
                                new Where.On(
                                        FieldPath.of("sessionToken"),
                                        new Predicate.NotEqual(new Value.Text(token)))));
        return database.inTransaction(() -> {
            store.lockForEnding(app, userId);
            int ended = objects.get().deleteWhere(app, CLASS, others);
            cache.dropUser(app, userId);
            return ended;
        });
    }

    /// Ends all sessions of all users.
    void endAll(App app) {
        database.inTransaction(() -> {
            int ended = objects.get().deleteWhere(app, CLASS, new Where.And(List.of()));
            forgetAll(app);
            return ended;
        });
    }

    /// Gives a session a new token; the old one is no longer valid.
    ///
    /// @return the new token
    /// @throws RialtoException INVALID_SESSION_TOKEN if it has another one meanwhile, or has ended
    String renew(App app, ObjectNode session) {
        String old = session.path("sessionToken").asString("");
        return database.inTransaction(() -> {
            String fresh = issuer.issue(app, userId(session), time(session, "expiresAt"));
            boolean renewed =
                    objects.get()
                            .updateIf(
                                    app,
                                    CLASS,
                                    session.path("objectId").asString(""),
                                    Json.object().put("sessionToken", old),
                                    Json.object().put("sessionToken", fresh));
            if (!renewed) {
                throw new RialtoException(
                        ErrorCode.INVALID_SESSION_TOKEN, "Session token not found.");
            }
            cache.dropToken(app, userId(session), old);
            return fresh;
        });
    }

    /// The session of a token, if the token alone proves it.
    Optional<SessionTokens.Proven> trust(App app, String token) {
        return issuer.trust(app, token);
    }

    /// Removes expired sessions, which are rejected already.
    ///
    /// @return how many there were
    int removeExpired(App app) {
        int removed = 0;
        int last;
        do {
            last = deleteExpired(app, Optional.empty());
            removed += last;
        } while (last == AccountStore.MAX_SESSIONS_AT_ONCE
                && !Thread.currentThread().isInterrupted());
        return removed;
    }

    private int deleteExpired(App app, Optional<String> userId) {
        SessionPolicy policy = issuer.policy(app);
        Instant now = clock.instant();
        Optional<Instant> unusedSince =
                policy.idle().isZero()
                        ? Optional.empty()
                        : Optional.of(now.minus(policy.idle()).minus(policy.grain()));
        return store.deleteExpiredSessions(app, userId, now, unusedSince);
    }

    /// Drops all sessions from the cache.
    void forgetAll(App app) {
        cache.dropAll(app);
    }

    /// Drops a user's sessions from the cache, because one of them has changed.
    void forget(App app, ObjectNode session) {
        cache.dropToken(app, userId(session), session.path("sessionToken").asString(""));
    }

    /// When a session ends unless it is used.
    Instant expiry(App app, ObjectNode session) {
        SessionPolicy policy = issuer.policy(app);
        Instant expires = time(session, "expiresAt").orElse(Instant.MAX);
        if (policy.idle().isZero()) {
            return expires;
        }
        // The last use may be later than what is written, but never by more than the grain.
        Instant idle = lastUse(session).plus(policy.idle()).plus(policy.grain());
        return idle.isBefore(expires) ? idle : expires;
    }

    static Instant lastUse(ObjectNode session) {
        return time(session, "lastUsedAt")
                .or(() -> time(session, "createdAt"))
                .orElse(Instant.EPOCH);
    }

    private static Optional<Instant> time(ObjectNode session, String field) {
        JsonNode value = session.path(field);
        String iso = value.isString() ? value.stringValue() : value.path("iso").asString("");
        return iso.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(iso));
    }

    private void replace(App app, String userId, String installationId) {
        List<Where> both = new ArrayList<>();
        both.add(ofUser(userId));
        both.add(text("installationId", installationId));
        var older = new Where.And(both);
        List<ObjectNode> replaced = objects.get().findHidden(app, CLASS, older, MAX_REPLACED);
        if (!replaced.isEmpty()) {
            objects.get().deleteWhere(app, CLASS, older);
            if (replaced.size() == MAX_REPLACED) {
                cache.dropUser(app, userId);
            } else {
                replaced.forEach(each -> forget(app, each));
            }
        }
    }

    static String userId(ObjectNode session) {
        return session.path("user").path("objectId").stringValue("");
    }

    static ObjectNode pointer(String userId) {
        return Json.object()
                .put("__type", "Pointer")
                .put("className", UserRules.CLASS)
                .put("objectId", userId);
    }

    static ObjectNode date(Instant time) {
        return Json.object().put("__type", "Date").put("iso", DateText.write(time));
    }

    static Where ofUser(String userId) {
        return new Where.On(
                FieldPath.of("user"),
                new Predicate.Equal(new Value.Pointer(UserRules.CLASS, userId)));
    }

    static Where text(String field, String value) {
        return new Where.On(FieldPath.of(field), new Predicate.Equal(new Value.Text(value)));
    }
}

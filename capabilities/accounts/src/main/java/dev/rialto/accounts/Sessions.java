package dev.rialto.accounts;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Opens, finds and ends sessions.
final class Sessions {
    static final String CLASS = "_Session";
    private static final int MAX_REPLACED = 100;

    private final Database database;
    private final Supplier<Objects> objects;
    private final AccountStore store;
    private final SessionCache cache;
    private final Ids ids = new Ids();
    private final Clock clock;
    private final Duration length;

    /// The circumstances of a new session.
    ///
    /// @param action `signup`, `login`, `create` or `upgrade`
    /// @param provider how the user authenticated: `password`, `anonymous`, ...
    /// @param installationId the device; each device has one session per user
    /// @param more the developer's own fields
    record Opening(
            String userId,
            String action,
            Optional<String> provider,
            Optional<String> installationId,
            ObjectNode more) {
        static Opening of(
                String userId, String action, String provider, Optional<String> installationId) {
            return new Opening(
                    userId, action, Optional.of(provider), installationId, Json.object());
        }
    }

    Sessions(
            Database database,
            Supplier<Objects> objects,
            AccountStore store,
            SessionCache cache,
            Clock clock,
            Duration length) {
        this.database = database;
        this.objects = objects;
        this.store = store;
        this.cache = cache;
        this.clock = clock;
        this.length = length;
    }

    /// Opens a session; an older one of the same user on the same installation ends, and the user's
    /// expired sessions are removed.
    ///
    /// @return the session with its token and object id
    ObjectNode open(App app, Opening opening) {
        ObjectNode session = Json.object();
        session.put("sessionToken", ids.sessionToken());
        session.set("user", pointer(opening.userId()));
        ObjectNode createdWith = session.putObject("createdWith").put("action", opening.action());
        opening.provider().ifPresent(provider -> createdWith.put("authProvider", provider));
        session.set("expiresAt", date(clock.instant().plus(length)));
        opening.installationId().ifPresent(id -> session.put("installationId", id));
        opening.more()
                .properties()
                .forEach(each -> {
                    if (!session.has(each.getKey())) {
                        session.set(each.getKey(), each.getValue());
                    }
                });
        return database.inTransaction(() -> {
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
            store.deleteExpiredSessions(app, Optional.of(opening.userId()), clock.instant());
            return session;
        });
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
        objects.get().deleteWhere(app, CLASS, ofUser(userId));
        cache.dropUser(app, userId);
    }

    /// Ends all sessions of all users.
    void endAll(App app) {
        objects.get().deleteWhere(app, CLASS, new Where.And(List.of()));
        forgetAll(app);
    }

    /// Removes expired sessions, which are rejected already.
    ///
    /// @return how many there were
    int removeExpired(App app) {
        int removed = 0;
        int last;
        do {
            last = store.deleteExpiredSessions(app, Optional.empty(), clock.instant());
            removed += last;
        } while (last == AccountStore.MAX_SESSIONS_AT_ONCE
                && !Thread.currentThread().isInterrupted());
        return removed;
    }

    /// Drops all sessions from the cache.
    void forgetAll(App app) {
        cache.dropAll(app);
    }

    /// Drops a user's sessions from the cache, because one of them has changed.
    void forget(App app, ObjectNode session) {
        cache.dropUser(app, userId(session));
    }

    Instant expiry(ObjectNode session) {
        String iso = session.path("expiresAt").path("iso").stringValue("");
        return iso.isEmpty() ? Instant.MAX : Instant.parse(iso);
    }

    private void replace(App app, String userId, String installationId) {
        List<Where> both = new ArrayList<>();
        both.add(ofUser(userId));
        both.add(text("installationId", installationId));
        var older = new Where.And(both);
        if (!objects.get().findHidden(app, CLASS, older, MAX_REPLACED).isEmpty()) {
            objects.get().deleteWhere(app, CLASS, older);
            cache.dropUser(app, userId);
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

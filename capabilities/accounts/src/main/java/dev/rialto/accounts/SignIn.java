package dev.rialto.accounts;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Logs users in and out: authenticates them, opens a session, and returns the user.
final class SignIn {
    private final Supplier<Objects> objects;
    private final AccountStore store;
    private final Credentials credentials;
    private final Identities identities;
    private final Sessions sessions;
    private final LogInTriggers triggers;

    SignIn(
            Supplier<Objects> objects,
            AccountStore store,
            Credentials credentials,
            Identities identities,
            Sessions sessions,
            LogInTriggers triggers) {
        this.objects = objects;
        this.store = store;
        this.credentials = credentials;
        this.identities = identities;
        this.sessions = sessions;
        this.triggers = triggers;
    }

    /// Logs in with a password.
    ///
    /// @param said `username` or `email`, and `password`
    ObjectNode withPassword(Call call, JsonNode said) {
        ObjectNode user = credentials.check(call, said);
        var subject = LogInTriggers.Subject.of(call);
        triggers.beforeLogIn(subject, user);
        return admit(
                subject,
                user,
                Sessions.Opening.of(id(user), "login", "password", call.installationId()));
    }

    /// Returns a user if the password is correct.
    ObjectNode verifyPassword(Call call, JsonNode said) {
        ObjectNode user = credentials.check(call, said);
        return shown(call.app(), user, "");
    }

    /// Logs in as any user, for the holder of the master key. No trigger is called, because it is
    /// not the user who logs in.
    ObjectNode as(App app, String userId, Optional<String> installationId) {
        ObjectNode user =
                find(app, userId)
                        .orElseThrow(() ->
                                new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "user not found"));
        return shown(
                app,
                user,
                open(app, Sessions.Opening.of(userId, "login", "masterkey", installationId)));
    }

    /// Logs in with an identity of another provider.
    ///
    /// @return empty when the identity is new
    /// @throws RialtoException ACCOUNT_ALREADY_LINKED if it is not the caller's
    Optional<Answer> withIdentity(
            App app, Caller caller, Optional<Call> call, Identities.Claims claims) {
        Optional<String> owner = identities.owner(app, claims);
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        Optional<ObjectNode> user = find(app, owner.get());
        if (user.isEmpty()) {
            identities.releaseDangling(app, claims);
            return Optional.empty();
        }
        if (caller instanceof Caller.User current && !current.id().equals(owner.get())) {
            throw Identities.alreadyLinked();
        }
        if (Credentials.isLockedOut(user.get())) {
            throw Credentials.wrong();
        }
        var subject = new LogInTriggers.Subject(app, caller, call);
        if (caller instanceof Caller.Anonymous) {
            triggers.beforeLogIn(subject, user.get());
        }
        ObjectNode known = renewed(app, user.get(), claims);
        ObjectNode answer =
                switch (caller) {
                    case Caller.User current -> shown(app, known, current.sessionToken());
                    case Caller.Anonymous _ ->
                            admit(
                                    subject,
                                    known,
                                    Sessions.Opening.of(
                                            id(known),
                                            "login",
                                            claims.providerNames(),
                                            call.flatMap(Call::installationId)));
                    case Caller.Master _, Caller.ReadOnlyMaster _, Caller.Maintenance _ ->
                            objects.get().shown(app, caller, UserRules.CLASS, known);
                };
        answer.putObject("authDataResponse");
        String location = "/users/" + id(known);
        return Optional.of(
                call.map(Call::publicUrl)
                        .map(url -> Answer.ok(answer).withHeader("Location", url + location))
                        .orElseGet(() -> Answer.ok(answer)));
    }

    /// Ends the session of a request, if it has one.
    void end(Call call) {
        App app = call.app();
        call.sessionToken()
                .flatMap(token -> sessions.find(app, token))
                .ifPresent(session -> {
                    sessions.end(app, session);
                    triggers.afterLogOut(LogInTriggers.Subject.of(call), session);
                });
    }

    /// The user of a session, as it may see itself.
    ObjectNode self(App app, Caller.User caller) {
        ObjectNode user =
                find(app, caller.id())
                        .orElseThrow(() ->
                                new RialtoException(
                                        ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token"));
        return shown(app, user, caller);
    }

    /// Stores the provider's current data, and links further identities that the client proved.
    private ObjectNode renewed(App app, ObjectNode user, Identities.Claims claims) {
        if (claims.areIn(user.path("authData"))) {
            return user;
        }
        ObjectNode fields = Json.object();
        fields.set("authData", Json.nodes().pojoNode(claims));
        objects.get()
                .update(
                        app,
                        new Caller.Master(),
                        Optional.empty(),
                        UserRules.CLASS,
                        id(user),
                        fields);
        return find(app, id(user)).orElse(user);
    }

    private ObjectNode admit(
            LogInTriggers.Subject subject, ObjectNode user, Sessions.Opening opening) {
        Caller.User self = self(subject.app(), user, open(subject.app(), opening));
        triggers.afterLogIn(subject.as(self), user);
        return shown(subject.app(), user, self);
    }

    /// Opens a session.
    ///
    /// @return its token
    private String open(App app, Sessions.Opening opening) {
        return sessions.open(app, opening).path("sessionToken").asString("");
    }

    private ObjectNode shown(App app, ObjectNode user, String token) {
        return shown(app, user, self(app, user, token));
    }

    private Caller.User self(App app, ObjectNode user, String token) {
        return new Caller.User(id(user), token, store.roles(app, id(user)).orElseGet(Set::of));
    }

    private ObjectNode shown(App app, ObjectNode user, Caller.User self) {
        ObjectNode answer = objects.get().shown(app, self, UserRules.CLASS, user);
        if (!self.sessionToken().isEmpty()) {
            answer.put("sessionToken", self.sessionToken());
        }
        return answer;
    }

    private Optional<ObjectNode> find(App app, String userId) {
        return objects
                .get()
                .findHidden(app, UserRules.CLASS, Sessions.text("objectId", userId), 1)
                .stream()
                .findFirst();
    }

    private static String id(ObjectNode user) {
        return user.path("objectId").asString("");
    }
}

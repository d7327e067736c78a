package dev.rialto.accounts;

import dev.rialto.http.Answer;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ClassRoutes;
import dev.rialto.spi.ClassShapes;
import dev.rialto.spi.ObjectSchemas;
import dev.rialto.spi.Objects;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations of accounts: users, sessions and roles as objects, and signing in and out.
final class AccountRoutes {
    private static final String CAPABILITY = "accounts";

    private static final ClassShapes USER = new ClassShapes(UserRules.CLASS);
    private static final ClassShapes SESSION = new ClassShapes(Sessions.CLASS);

    private static final JsonSchema SIGNED_IN =
            JsonSchema.allOf(
                    USER.object(),
                    JsonSchema.object().requiring("sessionToken", JsonSchema.string()));

    private static final JsonSchema CREDENTIALS =
            JsonSchema.object()
                    .with("username", JsonSchema.string())
                    .with("email", JsonSchema.string("email"))
                    .requiring("password", JsonSchema.string("password"));

    private final ClassRoutes classes;
    private final Supplier<Objects> objects;
    private final SignIn signIn;
    private final Sessions sessions;
    private final Authenticator authenticator;

    AccountRoutes(
            ClassRoutes classes,
            Supplier<Objects> objects,
            SignIn signIn,
            Sessions sessions,
            Authenticator authenticator) {
        this.classes = classes;
        this.objects = objects;
        this.signIn = signIn;
        this.sessions = sessions;
        this.authenticator = authenticator;
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        all.addAll(classes.operations(CAPABILITY, "/users", UserRules.CLASS));
        all.addAll(classes.operations(CAPABILITY, "/sessions", Sessions.CLASS));
        all.addAll(classes.operations(CAPABILITY, "/roles", RoleRules.CLASS));
        all.addAll(signingIn());
        all.addAll(ownSession());
        return all;
    }

    private List<Operation> signingIn() {
        return List.of(
                inAddress(credentials(Operation.get("accounts.log-in-by-get", "/login")))
                        .summary("Logs in with a password.")
                        .deprecated("POST /login keeps passwords out of addresses and logs.")
                        .output(SIGNED_IN)
                        .traits(Trait.SESSIONLESS, Trait.WRITES, Trait.DONE_WHEN_FULL)
                        .handle(this::logIn),
                credentials(Operation.post("accounts.log-in", "/login"))
                        .summary("Logs in with a password.")
                        .input(CREDENTIALS)
                        .output(SIGNED_IN)
                        .traits(Trait.SESSIONLESS, Trait.DONE_WHEN_FULL)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::logIn),
                Operation.post("accounts.log-in-as", "/loginAs")
                        .summary("Logs in as any user, for holders of the master key.")
                        .deed("login as another user")
                        .input(
                                JsonSchema.object()
                                        .requiring("userId", JsonSchema.string())
                                        .with("actor", JsonSchema.string())
                                        .with("reason", JsonSchema.string()))
                        .output(SIGNED_IN)
                        .errors(ErrorCode.OBJECT_NOT_FOUND, ErrorCode.OPERATION_FORBIDDEN)
                        .traits(Trait.DONE_WHEN_FULL)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::logInAs),
                Operation.post("accounts.log-out", "/logout")
                        .summary("Ends the session.")
                        .output(ObjectSchemas.NOTHING)
                        .traits(Trait.DONE_WHEN_FULL)
                        .requestIds(RequestIds.REMEMBERED_WHEN_WRITING)
                        .handle(this::logOut),
                // Too many wrong passwords lock the account, so a check writes.
                inAddress(
                                credentials(
                                        Operation.get(
                                                "accounts.verify-password-by-get",
                                                "/verifyPassword")))
                        .summary("Checks a password without opening a session.")
                        .deprecated("POST /verifyPassword keeps passwords out of addresses.")
                        .output(USER.object())
                        .traits(Trait.WRITES, Trait.DONE_WHEN_FULL)
                        .handle(this::verifyPassword),
                credentials(Operation.post("accounts.verify-password", "/verifyPassword"))
                        .summary("Checks a password without opening a session.")
                        .input(CREDENTIALS)
                        .output(USER.object())
                        .traits(Trait.DONE_WHEN_FULL)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::verifyPassword));
    }

    private List<Operation> ownSession() {
        return List.of(
                Operation.get("accounts.self", "/users/me")
                        .summary("Returns the user of the session.")
                        .output(SIGNED_IN)
                        .errors(ErrorCode.INVALID_SESSION_TOKEN)
                        .handle(this::self),
                Operation.get("accounts.own-session", "/sessions/me")
                        .summary("Returns the session.")
                        .output(SESSION.object())
                        .errors(ErrorCode.INVALID_SESSION_TOKEN)
                        .handle(this::session),
                Operation.put("accounts.update-own-session", "/sessions/me")
                        .summary("Changes the session.")
                        .input(SESSION.update())
                        .output(SESSION.updated())
                        .errors(ErrorCode.INVALID_SESSION_TOKEN)
                        .handle(this::updateSession),
                Operation.delete("accounts.end-own-session", "/sessions/me")
                        .summary("Ends the session.")
                        .output(ObjectSchemas.NOTHING)
                        .handle(this::logOut),
                Operation.delete("accounts.end-other-sessions", "/sessions/others")
                        .summary("Ends all other sessions of the user.")
                        .output(JsonSchema.object().requiring("ended", JsonSchema.integer()))
                        .errors(ErrorCode.INVALID_SESSION_TOKEN)
                        .handle(this::endOthers),
                Operation.post("accounts.renew-session", "/sessions/me/token")
                        .summary("Gives the session a new token; the old one is no longer valid.")
                        .output(JsonSchema.object().requiring("sessionToken", JsonSchema.string()))
                        .errors(ErrorCode.INVALID_SESSION_TOKEN)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::renew),
                Operation.post("accounts.upgrade-session", "/upgradeToRevocableSession")
                        .summary("Opens another session of the same user.")
                        .output(SESSION.object())
                        .errors(ErrorCode.INVALID_SESSION_TOKEN)
                        .handle(this::upgrade));
    }

    private static Operation.Builder credentials(Operation.Builder operation) {
        return operation.errors(
                ErrorCode.OBJECT_NOT_FOUND, ErrorCode.USERNAME_MISSING, ErrorCode.PASSWORD_MISSING);
    }

    private static Operation.Builder inAddress(Operation.Builder operation) {
        return operation
                .query("username", JsonSchema.string(), "The user's name, unless `email` is sent.")
                .query("email", JsonSchema.string("email"), "The user's email address.")
                .query("password", JsonSchema.string("password"), "The user's password.");
    }

    private Answer logIn(Call call) {
        return Answer.ok(signIn.withPassword(call, said(call)));
    }

    private Answer verifyPassword(Call call) {
        return Answer.ok(signIn.verifyPassword(call, said(call)));
    }

    private Answer logInAs(Call call) {
        switch (call.caller()) {
            case Caller.Master _ -> {}
            case Caller.ReadOnlyMaster _ ->
                    throw new RialtoException(
                            ErrorCode.OPERATION_FORBIDDEN,
                            "read-only masterKey isn't allowed to login as another user.");
            case Caller.Anonymous _, Caller.User _, Caller.Maintenance _ ->
                    throw new RialtoException(
                            ErrorCode.OPERATION_FORBIDDEN, "master key is required");
        }
        JsonNode userId = said(call).path("userId");
        if (!userId.isString() || userId.stringValue().isEmpty()) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, "userId must not be empty, null, or undefined");
        }
        return Answer.ok(signIn.as(call.app(), userId.stringValue(), call.installationId()));
    }

    private Answer logOut(Call call) {
        signIn.end(call);
        return Answer.ok(Json.object());
    }

    private Answer self(Call call) {
        ObjectNode self = signIn.self(call.app(), requireUser(call, "Invalid session token"));
        ObjectNode told =
                objects.get()
                        .told(call, UserRules.CLASS, self)
                        .orElseThrow(() ->
                                new RialtoException(
                                        ErrorCode.OBJECT_NOT_FOUND, "Object not found."));
        return Answer.ok(told.set("sessionToken", self.path("sessionToken")));
    }

    private Answer session(Call call) {
        Caller.User user = requireUser(call, "Session token required.");
        return Answer.ok(
                objects.get()
                        .shown(
                                call.app(),
                                user,
                                Sessions.CLASS,
                                sessions.require(call.app(), user.sessionToken())));
    }

    /// Sets the developer's own fields. A session without an installation gets that of the request.
    private Answer updateSession(Call call) {
        Caller.User user = requireUser(call, "Session token required.");
        ObjectNode session = sessions.require(call.app(), user.sessionToken());
        ObjectNode answer =
                objects.get()
                        .update(
                                call.app(),
                                user,
                                Optional.of(call),
                                Sessions.CLASS,
                                session.path("objectId").asString(""),
                                call.body());
        Optional<String> installation = call.installationId();
        if (installation.isPresent() && !session.has("installationId")) {
            sessions.pair(call.app(), session, installation.get());
        }
        return Answer.ok(answer);
    }

    private Answer endOthers(Call call) {
        Caller.User user = requireUser(call, "Session token required.");
        SessionRules.requireOwn(user);
        int ended = sessions.endOthers(call.app(), user.id(), user.sessionToken());
        return Answer.ok(Json.object().put("ended", ended));
    }

    private Answer renew(Call call) {
        Caller.User user = requireUser(call, "Session token required.");
        SessionRules.requireOwn(user);
        ObjectNode session = sessions.require(call.app(), user.sessionToken());
        return Answer.ok(Json.object().put("sessionToken", sessions.renew(call.app(), session)));
    }

    private Answer upgrade(Call call) {
        Caller.User user = requireUser(call, "Session token required.");
        SessionRules.requireOwn(user);
        return Answer.ok(
                sessions.open(
                        call.app(),
                        new Sessions.Opening(
                                user.id(),
                                "upgrade",
                                Optional.empty(),
                                call.installationId(),
                                Optional.of(call),
                                Json.object()),
                        () -> sessions.requireRunning(call.app(), user)));
    }

    /// The user of the request's session, also when the request has the master key.
    private Caller.User requireUser(Call call, String otherwise) {
        if (call.caller() instanceof Caller.User user) {
            return user;
        }
        return call.sessionToken()
                .map(token -> authenticator.authenticate(call.app(), token))
                .orElseThrow(() -> new RialtoException(ErrorCode.INVALID_SESSION_TOKEN, otherwise));
    }

    /// The parameters of the query string, otherwise of the body.
    private static ObjectNode said(Call call) {
        ObjectNode said = call.parameters().deepCopy();
        if (call.operation().method() != Method.GET) {
            call.body()
                    .properties()
                    .forEach(each -> {
                        if (!said.has(each.getKey())) {
                            said.set(each.getKey(), each.getValue());
                        }
                    });
        }
        return said;
    }
}

package dev.rialto.accounts;

import dev.rialto.http.Answer;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.objects.spi.ClassRoutes;
import dev.rialto.objects.spi.Objects;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations of accounts: users, sessions and roles as objects, and signing in and out.
final class AccountRoutes {
    private static final String CAPABILITY = "accounts";

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
        all.addAll(
                List.of(
                        get("/login", "logInByGet", "Logs in with a password.", this::logIn)
                                .with(Trait.SESSIONLESS, Trait.WRITES),
                        post("/login", "logIn", "Logs in with a password.", this::logIn)
                                .with(Trait.SESSIONLESS, Trait.REPEATABLE),
                        post("/loginAs", "logInAs", "Logs in as any user.", this::logInAs)
                                .with(Trait.REPEATABLE),
                        post("/logout", "logOut", "Ends the session.", this::logOut),
                        get("/users/me", "self", "The user of the session.", this::self),
                        // It counts: too many wrong passwords lock the account.
                        get(
                                        "/verifyPassword",
                                        "verifyPasswordByGet",
                                        "Checks a password without opening a session.",
                                        this::verifyPassword)
                                .with(Trait.WRITES),
                        post(
                                        "/verifyPassword",
                                        "verifyPassword",
                                        "Checks a password without opening a session.",
                                        this::verifyPassword)
                                .with(Trait.REPEATABLE),
                        get("/sessions/me", "ownSession", "The session.", this::session),
                        put("/sessions/me", "updateOwnSession", this::updateSession),
                        operation(
                                Method.DELETE,
                                "/sessions/me",
                                "endOwnSession",
                                "Ends the session.",
                                this::logOut),
                        post(
                                "/upgradeToRevocableSession",
                                "upgradeSession",
                                "Opens another session of the same user.",
                                this::upgrade),
                        post(
                                        "/requestPasswordReset",
                                        "requestPasswordReset",
                                        "Sends an email to set a new password by.",
                                        AccountRoutes::needsEmail)
                                .with(Trait.REPEATABLE),
                        post(
                                        "/verificationEmailRequest",
                                        "requestEmailVerification",
                                        "Sends an email to verify an address by.",
                                        AccountRoutes::needsEmail)
                                .with(Trait.REPEATABLE)));
        return all;
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

    /// Sets fields of the developer's own. A session that has no installation yet gets the one the
    /// request comes from.
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

    private Answer upgrade(Call call) {
        Caller.User user = requireUser(call, "Session token required.");
        return Answer.ok(
                sessions.open(
                        call.app(),
                        new Sessions.Opening(
                                user.id(),
                                "upgrade",
                                Optional.empty(),
                                call.installationId(),
                                Json.object())));
    }

    private static Answer needsEmail(Call call) {
        throw new RialtoException(
                ErrorCode.COMMAND_UNAVAILABLE,
                "An appName, publicServerURL, and emailAdapter are required for password reset and"
                        + " email verification functionality.");
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

    /// What the query string says and, where it says nothing, the body.
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

    private static Operation get(String path, String name, String summary, Handler handler) {
        return operation(Method.GET, path, name, summary, handler);
    }

    private static Operation post(String path, String name, String summary, Handler handler) {
        return operation(Method.POST, path, name, summary, handler);
    }

    private static Operation put(String path, String name, Handler handler) {
        return operation(Method.PUT, path, name, "Changes the session.", handler);
    }

    private static Operation operation(
            Method method, String path, String name, String summary, Handler handler) {
        return new Operation(CAPABILITY, name, method, path, Access.APP, summary, handler);
    }
}

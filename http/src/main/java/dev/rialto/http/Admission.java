package dev.rialto.http;

import dev.rialto.http.Envelope.Part;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import org.jspecify.annotations.Nullable;

/// Finds out who calls: the app by its id, the key, the session. What a caller may then do is
/// decided by [#authorize], by the handler and by the permissions of classes and objects.
public final class Admission {
    /// Who calls which app.
    ///
    /// @param app null for PUBLIC operations
    record Admitted(@Nullable App app, Caller caller) {}

    private static final Caller ANONYMOUS = new Caller.Anonymous();
    private static final Caller MASTER = new Caller.Master();
    private static final Admitted PUBLIC = new Admitted(null, ANONYMOUS);

    private final AppDirectory apps;
    private final Authenticator authenticator;

    public Admission(AppDirectory apps, Authenticator authenticator) {
        this.apps = apps;
        this.authenticator = authenticator;
    }

    /// The holder of a key, by app and keys alone.
    ///
    /// @param app the app and who holds the keys that were sent
    public record KeyHolder(App app, Caller caller) {}

    /// Checks the app's id and the keys; nobody's session is looked at.
    ///
    /// @throws RialtoException UNAUTHORIZED
    public KeyHolder checkKeys(@Nullable String appId, SentKeys sent) {
        if (appId == null) {
            throw unauthorized("the header X-Parse-Application-Id is missing");
        }
        var keys = apps.find(appId).orElseThrow(() -> unauthorized("there is no app with this id"));
        return sent.holder(keys)
                .map(holder -> new KeyHolder(keys.app(), holder))
                .orElseThrow(() ->
                        unauthorized(
                                sent.isEmpty()
                                        ? "this app requires a client key, such as"
                                                + " X-Parse-REST-API-Key"
                                        : "the keys do not belong to this app"));
    }

    /// The user of a session.
    ///
    /// @throws RialtoException INVALID_SESSION_TOKEN
    public Caller authenticate(App app, String sessionToken) {
        return authenticator.authenticate(app, sessionToken);
    }

    /// Checks what a request says about its app and keys.
    ///
    /// @throws RialtoException UNAUTHORIZED
    KeyHolder checkKeys(Envelope envelope) {
        return checkKeys(envelope.get(Part.APP_ID), envelope.keys());
    }

    /// Finds out who sent a request.
    ///
    /// @throws RialtoException UNAUTHORIZED or INVALID_SESSION_TOKEN
    Admitted admit(Operation operation, Envelope envelope) {
        return operation.access() == Access.PUBLIC
                ? PUBLIC
                : withSession(operation, envelope, checkKeys(envelope));
    }

    /// Finds out as whom code of the server's own calls, which needs no key.
    ///
    /// @throws RialtoException INVALID_SESSION_TOKEN
    Admitted admit(Operation operation, Envelope envelope, App app, boolean asMaster) {
        return operation.access() == Access.PUBLIC
                ? PUBLIC
                : withSession(
                        operation, envelope, new KeyHolder(app, asMaster ? MASTER : ANONYMOUS));
    }

    /// Admits a caller who is known already.
    static Admitted admit(Operation operation, App app, Caller caller) {
        return operation.access() == Access.PUBLIC ? PUBLIC : new Admitted(app, caller);
    }

    /// A key holder's session is not looked at, and no session opens what needs a key.
    private Admitted withSession(Operation operation, Envelope envelope, KeyHolder holder) {
        var token = envelope.get(Part.SESSION_TOKEN);
        if (token == null
                || operation.access() != Access.APP
                || operation.has(Trait.SESSIONLESS)
                || holder.caller().seesEverything()) {
            return new Admitted(holder.app(), holder.caller());
        }
        return new Admitted(holder.app(), authenticate(holder.app(), token));
    }

    /// Checks that a caller may use an operation at all.
    ///
    /// @throws RialtoException UNAUTHORIZED or OPERATION_FORBIDDEN
    static void authorize(Operation operation, Caller caller) {
        switch (operation.access()) {
            case PUBLIC, APP -> {}
            case MASTER_READ -> requireKey(caller);
            case MASTER -> {
                requireKey(caller);
                caller.requireWriterTo(operation.deed());
            }
        }
        if (operation.writes()) {
            caller.requireWriterTo(operation.deed());
        }
    }

    private static void requireKey(Caller caller) {
        switch (caller) {
            case Caller.Master _, Caller.ReadOnlyMaster _, Caller.Maintenance _ -> {}
            case Caller.Anonymous _, Caller.User _ ->
                    throw new RialtoException(
                            ErrorCode.UNAUTHORIZED, "unauthorized: master key is required");
        }
    }

    /// Says what is missing. Whether one of several keys is right is not told.
    private static RialtoException unauthorized(String hint) {
        return new RialtoException(ErrorCode.UNAUTHORIZED, "unauthorized", hint);
    }
}

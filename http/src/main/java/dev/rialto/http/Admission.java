package dev.rialto.http;

import dev.rialto.http.Envelope.Part;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import org.jspecify.annotations.Nullable;

/// The rule of who may come in: first the app by its id, then the key, then the operation's
/// [Access], then the session.
final class Admission {
    /// Who came in.
    ///
    /// @param app null for PUBLIC operations
    record Guest(@Nullable App app, Caller caller) {}

    private static final Caller ANONYMOUS = new Caller.Anonymous();
    private static final Caller MASTER = new Caller.Master();
    private static final Guest PUBLIC = new Guest(null, ANONYMOUS);

    private final AppDirectory apps;
    private final Authenticator authenticator;

    Admission(AppDirectory apps, Authenticator authenticator) {
        this.apps = apps;
        this.authenticator = authenticator;
    }

    /// Admits by app and keys alone; the caller is anonymous until [#enter].
    ///
    /// @throws RialtoException UNAUTHORIZED
    Guest knock(Envelope envelope) {
        var appId = envelope.get(Part.APP_ID);
        if (appId == null) {
            throw unauthorized("the header X-Parse-Application-Id is missing");
        }
        var keys =
                apps.find(appId).orElseThrow(() -> unauthorized("there is no app of this id here"));
        var sent = envelope.keys();
        return sent.holder(keys)
                .map(holder -> new Guest(keys.app(), holder))
                .orElseThrow(() ->
                        unauthorized(
                                sent.isEmpty()
                                        ? "this app asks for a client key, such as"
                                                + " X-Parse-REST-API-Key"
                                        : "the keys are not of this app"));
    }

    /// Admits to an operation. A key holder's session is not looked at.
    ///
    /// @throws RialtoException UNAUTHORIZED, OPERATION_FORBIDDEN or INVALID_SESSION_TOKEN
    Guest enter(Operation operation, Envelope envelope) {
        return operation.access() == Access.PUBLIC
                ? PUBLIC
                : enter(operation, envelope, knock(envelope));
    }

    /// Admits to an operation somebody who needs no key.
    ///
    /// @throws RialtoException UNAUTHORIZED, OPERATION_FORBIDDEN or INVALID_SESSION_TOKEN
    Guest enter(Operation operation, Envelope envelope, App app, boolean asMaster) {
        return operation.access() == Access.PUBLIC
                ? PUBLIC
                : enter(operation, envelope, new Guest(app, asMaster ? MASTER : ANONYMOUS));
    }

    /// Admits to an operation somebody who is known already.
    ///
    /// @throws RialtoException UNAUTHORIZED or OPERATION_FORBIDDEN
    Guest enter(Operation operation, App app, Caller caller) {
        if (operation.access() == Access.PUBLIC) {
            return PUBLIC;
        }
        checkAccess(operation, caller);
        return new Guest(app, caller);
    }

    private Guest enter(Operation operation, Envelope envelope, Guest guest) {
        checkAccess(operation, guest.caller());
        var token = envelope.get(Part.SESSION_TOKEN);
        if (token == null
                || guest.app() == null
                || guest.caller().seesEverything()
                || operation.traits().contains(Trait.SESSIONLESS)) {
            return guest;
        }
        return new Guest(guest.app(), authenticator.authenticate(guest.app(), token));
    }

    /// Whether a caller may use an operation at all.
    ///
    /// @throws RialtoException UNAUTHORIZED or OPERATION_FORBIDDEN
    static void checkAccess(Operation operation, Caller caller) {
        switch (operation.access()) {
            case PUBLIC, APP -> {}
            case MASTER_READ -> requireKey(caller);
            case MASTER -> {
                requireKey(caller);
                caller.requireWriter(operation.name());
            }
        }
        if (operation.writes()) {
            caller.requireWriter(operation.name());
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
    private static RialtoException unauthorized(String why) {
        return new RialtoException(ErrorCode.UNAUTHORIZED, "unauthorized: " + why);
    }
}

package dev.rialto.accounts;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Objects;
import dev.rialto.spi.Triggers;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.store.Database;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// The triggers around logging in and out. They receive the whole user except its secrets.
final class LogInTriggers {
    private static final Logger LOG = Logger.getLogger(LogInTriggers.class.getName());

    private final Database database;
    private final Supplier<Objects> objects;
    private volatile Triggers triggers = Triggers.NONE;

    LogInTriggers(Database database, Supplier<Objects> objects) {
        this.database = database;
        this.objects = objects;
    }

    void use(Triggers others) {
        triggers = others;
    }

    /// The user who logs in or out, and the request.
    record Subject(App app, Caller caller, Optional<Call> call) {
        static Subject of(Call call) {
            return new Subject(call.app(), call.caller(), Optional.of(call));
        }

        Subject as(Caller.User user) {
            return new Subject(app, user, call);
        }
    }

    /// Calls the trigger before a log-in, which it may reject.
    ///
    /// @param user as it is stored
    void beforeLogIn(Subject subject, ObjectNode user) {
        if (has(subject, Moment.BEFORE_LOGIN)) {
            call(subject, Moment.BEFORE_LOGIN, payload(subject, user));
        }
    }

    void afterLogIn(Subject subject, ObjectNode user) {
        if (has(subject, Moment.AFTER_LOGIN)) {
            ObjectNode payload = payload(subject, user);
            callAfter(subject, Moment.AFTER_LOGIN, payload);
        }
    }

    /// Calls the trigger after a log-out.
    ///
    /// @param session as it was stored
    void afterLogOut(Subject subject, ObjectNode session) {
        if (!has(subject, Moment.AFTER_LOGOUT)) {
            return;
        }
        Optional<ObjectNode> user =
                objects
                        .get()
                        .findHidden(
                                subject.app(),
                                UserRules.CLASS,
                                Sessions.text("objectId", Sessions.userId(session)),
                                1)
                        .stream()
                        .findFirst();
        if (user.isPresent()) {
            ObjectNode payload = payload(subject, user.get());
            payload.set("session", shown(subject, Sessions.CLASS, session));
            callAfter(subject, Moment.AFTER_LOGOUT, payload);
        }
    }

    private boolean has(Subject subject, Moment moment) {
        return triggers.has(subject.app(), UserRules.CLASS, moment);
    }

    private void call(Subject subject, Moment moment, ObjectNode payload) {
        database.apart(() ->
                triggers.call(
                        subject.app(),
                        subject.caller(),
                        subject.call(),
                        UserRules.CLASS,
                        moment,
                        payload));
    }

    /// Calls a trigger that can't change anything any more. Its error is returned to the client, as
    /// in Parse Server, unless it is called for one part of a larger request.
    private void callAfter(Subject subject, Moment moment, ObjectNode payload) {
        if (database.isInTransaction()) {
            database.onceCommitted(() -> attempt(subject, moment, payload));
        } else {
            attempt(subject, moment, payload)
                    .ifPresent(told -> {
                        throw told;
                    });
        }
    }

    /// @return the trigger's error
    private Optional<RialtoException> attempt(Subject subject, Moment moment, ObjectNode payload) {
        try {
            call(subject, moment, payload);
            return Optional.empty();
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.WARNING,
                    failure,
                    () -> "trigger " + moment + " failed in app " + subject.app().id());
            return failure instanceof RialtoException told ? Optional.of(told) : Optional.empty();
        }
    }

    private ObjectNode payload(Subject subject, ObjectNode user) {
        ObjectNode payload = Json.object();
        ObjectNode shown = shown(subject, UserRules.CLASS, user);
        shown.remove("authData");
        payload.set("user", shown);
        return payload;
    }

    private ObjectNode shown(Subject subject, String className, ObjectNode stored) {
        ObjectNode shown =
                objects.get().shown(subject.app(), new Caller.Master(), className, stored);
        shown.remove("sessionToken");
        return shown.put("className", className);
    }
}

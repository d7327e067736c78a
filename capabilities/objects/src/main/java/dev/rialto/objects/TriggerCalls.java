package dev.rialto.objects;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.SystemClasses;
import dev.rialto.spi.Triggers;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.store.Database;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls the triggers of classes, those that follow a write once it is committed.
final class TriggerCalls {
    private static final Logger LOG = Logger.getLogger(TriggerCalls.class.getName());

    private final Database database;
    private final SystemClasses classes;
    private volatile Triggers triggers = Triggers.NONE;

    TriggerCalls(Database database, SystemClasses classes) {
        this.database = database;
        this.classes = classes;
    }

    /// Whose doing a trigger is called for, and on which class.
    record Subject(App app, Caller caller, Optional<Call> call, String className) {}

    void use(Triggers others) {
        triggers = others;
    }

    boolean has(App app, String className, Moment moment) {
        return triggers.has(app, className, moment) && mayHave(className);
    }

    /// Whether a class may have any.
    boolean mayHave(String className) {
        ClassRules special = classes.rules(className);
        return classes.isValid(className) && (special == null || special.triggers());
    }

    JsonNode call(Subject subject, Moment moment, ObjectNode payload) {
        return database.apart(() ->
                triggers.call(
                        subject.app(),
                        subject.caller(),
                        subject.call(),
                        subject.className(),
                        moment,
                        payload));
    }

    /// Calls a trigger when everything is committed. Nobody is told that it failed.
    ///
    /// @param then takes what it returned
    void callOnceCommitted(
            Subject subject, Moment moment, ObjectNode payload, Consumer<JsonNode> then) {
        database.onceCommitted(() -> {
            try {
                then.accept(call(subject, moment, payload));
            } catch (RuntimeException failure) {
                LOG.log(
                        Level.WARNING,
                        failure,
                        () ->
                                "trigger "
                                        + moment
                                        + " of "
                                        + subject.className()
                                        + " failed in app "
                                        + subject.app().id());
            }
        });
    }

    /// The fields of a class that triggers are not shown, beside those that begin with `_`.
    Set<String> confidential(String className) {
        ClassRules special = classes.rules(className);
        return special == null ? Set.of() : special.confidentialFields();
    }

    /// A stored object as triggers are shown it, as a new node.
    ObjectNode shown(String className, ObjectNode stored) {
        ObjectNode object = stored.deepCopy();
        object.remove(
                object.propertyNames().stream().filter(name -> name.startsWith("_")).toList());
        object.remove(confidential(className));
        return object.put("className", className);
    }

    /// What a trigger is told when it returned something else than it may.
    static RialtoException wrong(Subject subject, Moment moment, String expected) {
        return new RialtoException(
                ErrorCode.SCRIPT_FAILED,
                "trigger " + moment + " of " + subject.className() + " must return " + expected);
    }
}

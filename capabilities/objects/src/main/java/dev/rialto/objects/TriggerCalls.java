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

/// Calls the triggers of classes; those after a write are called once it is committed.
final class TriggerCalls {
    private static final Logger LOG = Logger.getLogger(TriggerCalls.class.getName());

    private final Database database;
    private final SystemClasses classes;
    private volatile Triggers triggers = Triggers.NONE;

    TriggerCalls(Database database, SystemClasses classes) {
        this.database = database;
        this.classes = classes;
    }

    /// The caller and the class that a trigger is called for.
    record Subject(App app, Caller caller, Optional<Call> call, String className) {}

    void use(Triggers others) {
        triggers = others;
    }

    boolean has(App app, String className, Moment moment) {
        return triggers.has(app, className, moment) && mayHave(className);
    }

    /// Whether a class may have triggers.
    boolean mayHave(String className) {
        ClassRules classRules = classes.rules(className);
        return classes.isValid(className) && (classRules == null || classRules.triggers());
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

    /// Calls a trigger after the commit. Its failure is only logged.
    ///
    /// @param then receives its result
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
        ClassRules classRules = classes.rules(className);
        return classRules == null ? Set.of() : classRules.confidentialFields();
    }

    /// A stored object as triggers are shown it, as a new node.
    ObjectNode shown(String className, ObjectNode stored) {
        ObjectNode object = stored.deepCopy();
        object.remove(
                object.propertyNames().stream().filter(name -> name.startsWith("_")).toList());
        object.remove(confidential(className));
        return object.put("className", className);
    }

    /// The error for a trigger that returned an invalid result.
    static RialtoException wrong(Subject subject, Moment moment, String expected) {
        return new RialtoException(
                ErrorCode.SCRIPT_FAILED,
                "trigger " + moment + " of " + subject.className() + " must return " + expected);
    }
}

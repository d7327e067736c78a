package dev.rialto.objects;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.ProhibitedKeys;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.WireValues;
import dev.rialto.objects.TriggerCalls.Subject;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.Draft;
import dev.rialto.spi.Triggers.Moment;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The triggers around creates, updates and deletes.
final class SaveTriggers {
    /// Fields that only the server sets.
    private static final Set<String> FIXED =
            Set.of("objectId", "createdAt", "updatedAt", "className", "__type");

    private final TriggerCalls calls;
    private final Schemas schemas;
    private final Queries queries;
    private final ObjectStore store;

    SaveTriggers(TriggerCalls calls, Schemas schemas, Queries queries, ObjectStore store) {
        this.calls = calls;
        this.schemas = schemas;
        this.queries = queries;
        this.store = store;
    }

    /// The changes of a trigger to a write.
    ///
    /// @param fields the names of the fields
    /// @param object as changed by the trigger
    record TriggerChanges(Set<String> fields, ObjectNode object) {
        static final TriggerChanges NONE = new TriggerChanges(Set.of(), Json.object());
    }

    boolean has(App app, String className, Moment moment) {
        return calls.has(app, className, moment);
    }

    /// Calls the trigger before a save and merges what it changed into the fields of the draft.
    ///
    /// @param stored the object with its hidden fields; empty when it is being created
    TriggerChanges beforeSave(Draft draft, Optional<ObjectNode> stored) {
        Subject subject = subject(draft);
        Set<String> confidential = calls.confidential(draft.className());
        Optional<ObjectNode> original = stored.map(object -> shown(draft.className(), object));
        ObjectNode given =
                WritePreview.apply(
                        original.map(ObjectNode::deepCopy).orElseGet(Json::object),
                        draft.fields(),
                        name ->
                                !FIXED.contains(name)
                                        && !name.startsWith("_")
                                        && !confidential.contains(name));
        given.put("className", draft.className());
        JsonNode returned =
                calls.call(
                        subject,
                        Moment.BEFORE_SAVE,
                        saving(given.deepCopy(), original, changed(draft.fields())));
        if (returned.isNull() || returned.isMissingNode()) {
            return TriggerChanges.NONE;
        }
        if (!(Json.check(returned) instanceof ObjectNode wanted)) {
            throw TriggerCalls.wrong(subject, Moment.BEFORE_SAVE, "an object or null");
        }
        Set<String> fields = merge(draft, original.orElseGet(Json::object), given, wanted);
        ProhibitedKeys.requireNone(draft.fields());
        FieldRules.settle(draft.fields(), draft.creating());
        return new TriggerChanges(fields, wanted);
    }

    /// Adds the difference between two versions of an object to the fields of a write. Unchanged
    /// fields are not written.
    private static Set<String> merge(
            Draft draft, ObjectNode original, ObjectNode given, ObjectNode wanted) {
        Set<String> names = new LinkedHashSet<>(given.propertyNames());
        names.addAll(wanted.propertyNames());
        names.removeAll(FIXED);
        names.removeIf(name -> isUntouched(given.path(name), wanted.path(name)));
        ObjectNode fields = draft.fields();
        for (String name : names) {
            ClassNames.requireField(name);
            fields.remove(
                    fields.propertyNames().stream()
                            .filter(key -> FieldPath.of(key).field().equals(name))
                            .toList());
            if (wanted.has(name)) {
                if (!WireValues.equal(original.path(name), wanted.get(name))) {
                    fields.set(name, wanted.get(name));
                }
            } else if (!draft.creating()) {
                fields.set(name, delete());
            }
        }
        return names;
    }

    /// A relation changes by its own operations only, and is not missed when it is not returned.
    private static boolean isUntouched(JsonNode given, JsonNode wanted) {
        return WireValues.equal(given, wanted)
                || (WritePreview.isRelation(given) && !wanted.has("__op"))
                || WritePreview.isRelation(wanted);
    }

    /// Adds the changes of a trigger to the response of a write, as far as the caller may read
    /// them.
    ///
    /// @param written the draft as it was written
    void tell(TriggerChanges change, Draft written, Access access, ObjectNode answer) {
        Optional<ClassSchema> schema =
                change.fields().isEmpty()
                        ? Optional.empty()
                        : schemas.find(written.app(), written.className());
        if (schema.isEmpty()
                || !access.mayGet(schema.get())
                || !access.isReadable(change.object())) {
            return;
        }
        Predicate<String> isHidden = hidden(written, schema.get(), access);
        for (String name : change.fields()) {
            if (isHidden.test(name)) {
                continue;
            }
            JsonNode value = written.fields().path(name);
            if (value.isMissingNode()) {
                value = change.object().path(name);
            }
            tell(written, name, value.isMissingNode() ? delete() : value, answer);
        }
    }

    private Predicate<String> hidden(Draft written, ClassSchema schema, Access access) {
        HiddenFields hidden = queries.hidden(schema, access);
        Set<String> confidential = calls.confidential(written.className());
        return name -> hidden.mayHide(name) || confidential.contains(name);
    }

    private static void tell(Draft written, String name, JsonNode value, ObjectNode answer) {
        if (value.path("__op").asString("").equals("Delete")) {
            answer.remove(name);
            if (knowsDelete(written.call())) {
                answer.set(name, value);
            }
        } else if (!value.has("__op")) {
            answer.set(name, value);
        }
    }

    /// Whether the client understands that a field is gone, as Parse has it.
    private static boolean knowsDelete(Optional<Call> call) {
        return call.flatMap(each -> each.header("X-Parse-Client-Version"))
                .map(version -> version.startsWith("js"))
                .orElse(true);
    }

    /// Schedules the afterSave trigger. Must be called in the transaction that writes.
    ///
    /// @param draft the fields that were asked for
    /// @param stored the object before the write, with its hidden fields
    /// @param answer to the write, which the trigger may change as far as the caller may read the
    ///   object
    void afterSave(Draft draft, Optional<ObjectNode> stored, Access access, ObjectNode answer) {
        String className = draft.className();
        ClassSchema schema =
                schemas.find(draft.app(), className).orElseThrow(ObjectWriter::notFound);
        ObjectNode saved = store.read(draft.app(), schema, draft.objectId());
        ObjectNode payload =
                saving(
                        shown(className, saved),
                        stored.map(object -> shown(className, object)),
                        changed(draft.fields()));
        ObjectNode told = payload.path("object").deepCopy().asObject();
        calls.callOnceCommitted(
                subject(draft),
                Moment.AFTER_SAVE,
                payload,
                wanted -> {
                    if (access.mayGet(schema) && access.isReadable(told)) {
                        retell(draft, hidden(draft, schema, access), told, wanted, answer);
                    }
                });
    }

    /// Returns the result of the afterSave trigger to the writer; it is not stored.
    private static void retell(
            Draft draft,
            Predicate<String> isHidden,
            ObjectNode told,
            JsonNode wanted,
            ObjectNode answer) {
        wanted.properties()
                .forEach(field -> {
                    String name = field.getKey();
                    boolean same = WireValues.equal(told.path(name), field.getValue());
                    if (!same && !FIXED.contains(name) && !isHidden.test(name)) {
                        tell(draft, name, field.getValue(), answer);
                    }
                });
    }

    void beforeDelete(WriteRequest request, ObjectNode stored) {
        calls.call(subject(request), Moment.BEFORE_DELETE, deleting(request, stored));
    }

    /// Schedules the afterDelete trigger. Must be called in the transaction that deletes.
    void afterDelete(WriteRequest request, ObjectNode stored) {
        calls.callOnceCommitted(
                subject(request), Moment.AFTER_DELETE, deleting(request, stored), _ -> {});
    }

    private ObjectNode deleting(WriteRequest request, ObjectNode stored) {
        ObjectNode payload = Json.object();
        payload.set("object", shown(request.className(), stored));
        return payload;
    }

    private ObjectNode shown(String className, ObjectNode stored) {
        return calls.shown(className, stored);
    }

    private static ObjectNode saving(
            ObjectNode object, Optional<ObjectNode> original, Set<String> changed) {
        ObjectNode payload = Json.object();
        payload.set("object", object);
        payload.set(
                "original", original.<JsonNode>map(each -> each).orElseGet(Json.nodes()::nullNode));
        ArrayNode names = payload.putArray("changed");
        changed.forEach(names::add);
        return payload;
    }

    private static Set<String> changed(ObjectNode fields) {
        Set<String> names = new LinkedHashSet<>();
        fields.propertyNames().forEach(key -> names.add(FieldPath.of(key).field()));
        names.removeIf(name -> name.startsWith("_") || FIXED.contains(name));
        return names;
    }

    private static ObjectNode delete() {
        return Json.object().put("__op", "Delete");
    }

    private static Subject subject(Draft draft) {
        return new Subject(draft.app(), draft.caller(), draft.call(), draft.className());
    }

    private static Subject subject(WriteRequest request) {
        return new Subject(request.app(), request.caller(), request.call(), request.className());
    }
}

package dev.rialto.objects;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.ProhibitedKeys;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.model.Where;
import dev.rialto.objects.SaveTriggers.TriggerChanges;
import dev.rialto.schema.SchemaStore;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Draft;
import dev.rialto.spi.SystemClasses;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.store.Database;
import dev.rialto.store.StoreException;
import dev.rialto.where.Dates;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Creates, updates and deletes objects: checks permissions, calls the triggers, grows the schema,
/// runs the rules of the class, and writes the row.
final class ObjectWriter {
    private final Database database;
    private final Schemas schemas;
    private final ObjectStore store;
    private final SystemClasses classes;
    private final InstantSource clock;
    private final ObjectsSettings settings;
    private final SaveTriggers triggers;

    ObjectWriter(
            Database database,
            Schemas schemas,
            ObjectStore store,
            SystemClasses classes,
            InstantSource clock,
            ObjectsSettings settings,
            SaveTriggers triggers) {
        this.database = database;
        this.schemas = schemas;
        this.store = store;
        this.classes = classes;
        this.clock = clock;
        this.settings = settings;
        this.triggers = triggers;
    }

    /// Creates an object.
    ///
    /// @return objectId, createdAt and what rules added
    ObjectNode create(WriteRequest request) {
        request.caller().requireWriter("create");
        requireWritableClass(request);
        Access access = new Access(request.caller());
        requireCreatable(request, access);
        Draft draft = draft(request, true);
        ClassRules classRules = classes.rules(request.className());
        TriggerChanges change =
                has(request, Moment.BEFORE_SAVE)
                        ? triggers.beforeSave(draft, Optional.empty())
                        : TriggerChanges.NONE;
        if (classRules != null) {
            classRules.prepare(draft);
        }
        boolean hasAfterTrigger = has(request, Moment.AFTER_SAVE);
        boolean needsTransaction =
                classRules != null || hasAfterTrigger || hasRelations(draft.fields());
        return retrying(
                request,
                needsTransaction,
                () -> {
                    Draft attempt = draft.attempt();
                    if (classRules != null) {
                        classRules.beforeSave(attempt);
                    }
                    ObjectNode answer = insert(attempt, access);
                    triggers.tell(change, attempt, access, answer);
                    if (classRules != null) {
                        classRules.afterSave(attempt, answer);
                    }
                    if (hasAfterTrigger) {
                        triggers.afterSave(draft, Optional.empty(), access, answer);
                    }
                    return answer;
                });
    }

    private ObjectNode insert(Draft draft, Access access) {
        ObjectNode fields = draft.fields();
        Times times = Times.of(draft, Dates.now(clock));
        FieldRules.removeImplicit(draft);
        Growth growth = growth(draft, access);
        if (!growth.condition().equals(Where.all())) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "Permission denied for action addField on class " + draft.className() + ".");
        }
        ObjectNode answer = Json.object();
        answer.put("objectId", draft.objectId());
        answer.put("createdAt", DateText.write(times.createdAt()));
        answer.setAll(FieldRules.applyDefaults(growth.grown(), fields));
        FieldRules.applyDefaultAcl(growth.grown(), draft);
        FieldRules.requireRequired(growth.grown(), fields, true);
        Assignments assignments = assignments(growth.grown(), fields, true);
        ClassSchema schema = schemas.ensure(draft.app(), draft.className(), growth.needed());
        store.insert(draft.app(), schema, draft.objectId(), times, assignments);
        return answer;
    }

    private static Assignments assignments(
            ClassSchema schema, ObjectNode fields, boolean creating) {
        var assignments = new Assignments(schema, creating);
        fields.properties()
                .forEach(each ->
                        assignments.apply(
                                FieldPath.of(each.getKey()), FieldOperation.read(each.getValue())));
        return assignments;
    }

    /// Updates an object.
    ///
    /// @return updatedAt, the fields that the store computed, and what rules added
    ObjectNode update(WriteRequest request) {
        request.caller().requireWriter("update");
        requireWritableClass(request);
        requireChangeable(request);
        Access access = new Access(request.caller());
        requireClass(request);
        Draft draft = draft(request, false);
        ClassRules classRules = classes.rules(request.className());
        TriggerChanges change =
                has(request, Moment.BEFORE_SAVE)
                        ? triggers.beforeSave(
                                draft, Optional.of(read(request, access, Action.UPDATE)))
                        : TriggerChanges.NONE;
        if (classRules != null) {
            classRules.prepare(draft);
        }
        boolean hasAfterTrigger = has(request, Moment.AFTER_SAVE);
        boolean needsTransaction =
                classRules != null || hasAfterTrigger || hasRelations(draft.fields());
        return retrying(
                request,
                needsTransaction,
                () -> {
                    ObjectStore.Target target = target(request, access, Action.UPDATE);
                    Draft attempt = draft.attempt();
                    boolean asked = classRules != null && classRules.needsOriginal(attempt);
                    Optional<ObjectNode> original =
                            asked || hasAfterTrigger
                                    ? Optional.of(store.lock(target))
                                    : Optional.empty();
                    if (asked) {
                        attempt = attempt.withOriginal(original.orElseThrow());
                    }
                    if (classRules != null) {
                        classRules.beforeSave(attempt);
                    }
                    ObjectNode answer = modify(attempt, access, target);
                    triggers.tell(change, attempt, access, answer);
                    if (classRules != null) {
                        classRules.afterSave(attempt, answer);
                    }
                    if (hasAfterTrigger) {
                        triggers.afterSave(draft, original, access, answer);
                    }
                    return answer;
                });
    }

    private boolean has(WriteRequest request, Moment moment) {
        return triggers.has(request.app(), request.className(), moment);
    }

    /// The object of a request, with its hidden fields, before the write begins.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND or CONDITION_NOT_MET
    private ObjectNode read(WriteRequest request, Access access, Action action) {
        return retry(request, () -> store.read(target(request, access, action)));
    }

    private ObjectStore.Target target(WriteRequest request, Access access, Action action) {
        return store.target(
                request, requireClass(request), access, action, classes.rules(request.className()));
    }

    private ObjectNode modify(Draft draft, Access access, ObjectStore.Target target) {
        Instant now = Dates.now(clock);
        ObjectNode fields = draft.fields();
        FieldRules.removeImplicit(draft);
        Growth growth = growth(draft, access);
        FieldRules.requireRequired(growth.grown(), fields, false);
        Assignments assignments = assignments(growth.grown(), fields, false);
        ClassSchema schema = schemas.ensure(draft.app(), draft.className(), growth.needed());
        ObjectStore.Target guarded = store.guarded(target.with(schema), access, growth.condition());
        ObjectNode answer = Json.object();
        answer.put("updatedAt", DateText.write(now));
        answer.setAll(store.update(guarded, now, assignments, access));
        return answer;
    }

    /// Deletes an object.
    void delete(WriteRequest request) {
        request.caller().requireWriter("delete");
        requireWritableClass(request);
        requireChangeable(request);
        Access access = new Access(request.caller());
        ClassRules classRules = classes.rules(request.className());
        if (has(request, Moment.BEFORE_DELETE)) {
            triggers.beforeDelete(request, read(request, access, Action.DELETE));
        }
        boolean hasAfterTrigger = has(request, Moment.AFTER_DELETE);
        retrying(
                request,
                classRules != null
                        || hasAfterTrigger
                        || ObjectStore.hasRelations(requireClass(request)),
                () -> {
                    ObjectStore.Target target = target(request, access, Action.DELETE);
                    if (classRules == null && !hasAfterTrigger) {
                        store.delete(target);
                        return Json.object();
                    }
                    ObjectNode original = store.lock(target);
                    if (classRules != null) {
                        classRules.beforeDelete(request.app(), request.caller(), original);
                    }
                    store.delete(target);
                    if (classRules != null) {
                        classRules.afterDelete(request.app(), request.caller(), original);
                    }
                    if (hasAfterTrigger) {
                        triggers.afterDelete(request, original);
                    }
                    return Json.object();
                });
    }

    private ClassSchema requireClass(WriteRequest request) {
        return schemas.find(request.app(), request.className()).orElseThrow(ObjectWriter::notFound);
    }

    private static Draft draft(WriteRequest request, boolean creating) {
        ProhibitedKeys.requireNone(request.fields());
        FieldRules.settle(request.fields(), creating);
        return new Draft(
                request.app(),
                request.caller(),
                request.call(),
                request.className(),
                request.objectId(),
                request.fields(),
                creating,
                Optional.empty());
    }

    private void requireWritableClass(WriteRequest request) {
        if (!classes.contains(request.className())
                && ClassNames.isParseInternal(request.className())) {
            throw new RialtoException(ErrorCode.OPERATION_FORBIDDEN, "Permission denied");
        }
        classes.requireValid(request.className());
    }

    private void requireChangeable(WriteRequest request) {
        ClassRules classRules = classes.rules(request.className());
        if (classRules != null) {
            classRules.requireChangeable(request.caller(), request.objectId());
        }
    }

    private void requireCreatable(WriteRequest request, Access access) {
        Optional<ClassSchema> schema = schemas.find(request.app(), request.className());
        if (schema.isPresent()) {
            access.require(schema.get(), Action.CREATE);
        } else if (!settings.clientClassCreation() && !request.caller().seesEverything()) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "This user is not allowed to access non-existent class: "
                            + request.className());
        }
    }

    /// What a write requires of its class.
    ///
    /// @param needed the fields it writes
    /// @param grown the class after the write, which is stored only if the write succeeds
    /// @param condition the condition under which the caller may add the new fields
    private record Growth(Map<String, FieldType> needed, ClassSchema grown, Where condition) {}

    private Growth growth(Draft draft, Access access) {
        Map<String, FieldType> needed = new LinkedHashMap<>();
        Optional<ClassSchema> known = schemas.find(draft.app(), draft.className());
        draft.fields()
                .properties()
                .forEach(each -> {
                    FieldPath path = FieldPath.of(each.getKey());
                    FieldRules.requireName(path, known);
                    FieldRules.neededType(path, each.getValue(), known)
                            .ifPresent(type -> needed.put(path.field(), type));
                });
        boolean adds =
                known.isPresent() && !known.get().fields().keySet().containsAll(needed.keySet());
        Where condition = adds ? access.require(known.get(), Action.ADD_FIELD) : Where.all();
        return new Growth(needed, schemas.grown(draft.className(), known, needed), condition);
    }

    private static boolean hasRelations(ObjectNode fields) {
        return fields.properties().stream()
                .anyMatch(each -> {
                    String operation = each.getValue().path("__op").asString("");
                    return operation.endsWith("Relation")
                            || operation.equals("Batch")
                            || operation.equals("Delete");
                });
    }

    /// Runs a write, and retries once if another node changed the class meanwhile.
    ///
    /// @param needsTransaction whether it takes more than one statement
    private ObjectNode retrying(
            WriteRequest request, boolean needsTransaction, Supplier<ObjectNode> write) {
        // A request id must be recorded in the same transaction as the whole write, or it would
        // survive a failed one.
        boolean together = needsTransaction || database.isBeginning();
        return retry(request, together ? () -> database.inTransaction(write) : write);
    }

    private ObjectNode retry(WriteRequest request, Supplier<ObjectNode> whole) {
        try {
            return repeated(request, whole);
        } catch (RialtoException refusal) {
            ClassRules classRules = classes.rules(request.className());
            throw classRules == null || refusal.code() != ErrorCode.OBJECT_NOT_FOUND
                    ? refusal
                    : classRules.notFound(request.caller(), refusal);
        }
    }

    private ObjectNode repeated(WriteRequest request, Supplier<ObjectNode> whole) {
        try {
            try {
                return whole.get();
            } catch (StoreException failure) {
                if (!failure.isUndefinedObject() || database.isInTransaction()) {
                    throw failure;
                }
                schemas.forget(request.app().schema());
                return whole.get();
            }
        } catch (StoreException failure) {
            throw failure.isUniqueViolation()
                    ? duplicate(failure, request, classes.rules(request.className()))
                    : failure;
        }
    }

    private static RialtoException duplicate(
            StoreException failure, WriteRequest request, @Nullable ClassRules classRules) {
        if (classRules != null) {
            for (var each : classRules.uniqueFields().entrySet()) {
                String index = SchemaStore.uniqueName(request.className(), each.getKey());
                if (failure.constraint().equals(index)) {
                    return new RialtoException(each.getValue().code(), each.getValue().message());
                }
            }
        }
        return new RialtoException(
                ErrorCode.DUPLICATE_VALUE,
                "A duplicate value for a field with unique values was provided");
    }

    static RialtoException notFound() {
        return new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "Object not found.");
    }
}

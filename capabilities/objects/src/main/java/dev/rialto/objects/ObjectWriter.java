package dev.rialto.objects;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.objects.spi.ClassRules;
import dev.rialto.objects.spi.Draft;
import dev.rialto.store.Database;
import dev.rialto.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Creates, updates and deletes objects: checks permissions, grows the schema, runs the rules of
/// the class, and writes the row.
final class ObjectWriter {
    private final Database database;
    private final Schemas schemas;
    private final ObjectStore store;
    private final Map<String, ClassRules> rules;
    private final InstantSource clock;
    private final ObjectsSettings settings;

    ObjectWriter(
            Database database,
            Schemas schemas,
            ObjectStore store,
            Map<String, ClassRules> rules,
            InstantSource clock,
            ObjectsSettings settings) {
        this.database = database;
        this.schemas = schemas;
        this.store = store;
        this.rules = rules;
        this.clock = clock;
        this.settings = settings;
    }

    /// Creates an object.
    ///
    /// @return objectId, createdAt and what rules added
    ObjectNode create(WriteRequest request) {
        request.caller().requireWriter("create");
        requireWritableClass(request);
        Access access = new Access(request.caller());
        requireCreatable(request, access);
        FieldValues.requireNoProhibitedKey(request.fields());
        ClassRules special = rules.get(request.className());
        Draft draft = draft(request, true);
        if (special != null) {
            special.prepare(draft);
        }
        Supplier<ObjectNode> work =
                () -> {
                    if (special != null) {
                        special.beforeSave(draft);
                    }
                    ObjectNode answer = insert(draft, access);
                    if (special != null) {
                        special.afterSave(draft, answer);
                    }
                    return answer;
                };
        boolean several = special != null || hasRelations(draft.fields());
        return retrying(
                request, special, () -> several ? database.inTransaction(work) : work.get());
    }

    private ObjectNode insert(Draft draft, Access access) {
        Instant now = Dates.now(clock);
        ObjectNode fields = draft.fields();
        removeImplicit(draft);
        Growth growth = growth(draft, access);
        ObjectNode answer = Json.object();
        answer.put("objectId", draft.objectId());
        answer.put("createdAt", Dates.iso(now));
        answer.setAll(applyDefaults(growth.grown(), fields));
        requireRequired(growth.grown(), fields, true);
        Assignments assignments = assignments(growth.grown(), fields, true);
        ClassSchema schema = schemas.ensure(draft.app(), draft.className(), growth.needed());
        store.insert(draft.app(), schema, draft.objectId(), now, assignments);
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
        FieldValues.requireNoProhibitedKey(request.fields());
        ClassSchema known =
                schemas.find(request.app(), request.className())
                        .orElseThrow(ObjectWriter::notFound);
        ClassRules special = rules.get(request.className());
        ObjectStore.Target target = store.target(request, known, access, Action.UPDATE);
        Draft draft = draft(request, false);
        if (special == null) {
            Supplier<ObjectNode> work = () -> modify(draft, access, target);
            boolean several = hasRelations(request.fields());
            return retrying(
                    request, null, () -> several ? database.inTransaction(work) : work.get());
        }
        special.prepare(draft);
        Supplier<ObjectNode> work =
                () -> {
                    Draft complete =
                            special.needsOriginal(draft)
                                    ? draft.withOriginal(store.lock(target))
                                    : draft;
                    special.beforeSave(complete);
                    ObjectNode answer = modify(complete, access, target);
                    special.afterSave(complete, answer);
                    return answer;
                };
        return retrying(request, special, () -> database.inTransaction(work));
    }

    private ObjectNode modify(Draft draft, Access access, ObjectStore.Target target) {
        Instant now = Dates.now(clock);
        ObjectNode fields = draft.fields();
        removeImplicit(draft);
        Growth growth = growth(draft, access);
        requireRequired(growth.grown(), fields, false);
        Assignments assignments = assignments(growth.grown(), fields, false);
        ClassSchema schema = schemas.ensure(draft.app(), draft.className(), growth.needed());
        ObjectNode computed = store.update(target.with(schema), now, assignments);
        ObjectNode answer = Json.object();
        answer.put("updatedAt", Dates.iso(now));
        answer.setAll(computed);
        return answer;
    }

    /// Deletes an object.
    void delete(WriteRequest request) {
        request.caller().requireWriter("delete");
        requireWritableClass(request);
        requireChangeable(request);
        Access access = new Access(request.caller());
        ClassSchema schema =
                schemas.find(request.app(), request.className())
                        .orElseThrow(ObjectWriter::notFound);
        ObjectStore.Target target = store.target(request, schema, access, Action.DELETE);
        ClassRules special = rules.get(request.className());
        if (special == null && !target.hasRelations()) {
            store.delete(target);
            return;
        }
        database.inTransaction(() -> {
            if (special == null) {
                store.delete(target);
                return true;
            }
            ObjectNode original = store.lock(target);
            special.beforeDelete(request.app(), request.caller(), original);
            store.delete(target);
            special.afterDelete(request.app(), request.caller(), original);
            return true;
        });
    }

    private static Draft draft(WriteRequest request, boolean creating) {
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
        if (!ClassNames.isValidClass(request.className())) {
            if (ClassNames.isKnownInternal(request.className())) {
                throw new RialtoException(ErrorCode.OPERATION_FORBIDDEN, "Permission denied");
            }
            ClassNames.requireClass(request.className());
        }
    }

    private void requireChangeable(WriteRequest request) {
        ClassRules special = rules.get(request.className());
        if (special != null) {
            special.requireChangeable(request.caller(), request.objectId());
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

    /// Takes out the fields that only the server sets.
    private static void removeImplicit(Draft draft) {
        ObjectNode fields = draft.fields();
        if (fields.has("objectId") || fields.has("id")) {
            String name = fields.has("objectId") ? "objectId" : "id";
            throw new RialtoException(
                    ErrorCode.INVALID_KEY_NAME, name + " is an invalid field name.");
        }
        for (String name : new String[] {"createdAt", "updatedAt"}) {
            JsonNode value = fields.remove(name);
            if (value != null && !value.isNull()) {
                FieldTypes.of(value)
                        .ifPresent(type ->
                                Schemas.requireSame(
                                        draft.className(), name, new FieldType.Date(), type));
            }
        }
    }

    /// What a write asks of its class.
    ///
    /// @param needed the fields it writes
    /// @param grown the class as it will be, so that a write which is refused leaves no trace in it
    private record Growth(Map<String, FieldType> needed, ClassSchema grown) {}

    private Growth growth(Draft draft, Access access) {
        Map<String, FieldType> needed = new LinkedHashMap<>();
        Optional<ClassSchema> known = schemas.find(draft.app(), draft.className());
        draft.fields()
                .properties()
                .forEach(each -> {
                    FieldPath path = FieldPath.of(each.getKey());
                    requireName(path, known);
                    neededType(path, each.getValue(), known)
                            .ifPresent(type -> needed.put(path.field(), type));
                });
        if (known.isPresent() && !access.caller().seesEverything()) {
            boolean adds =
                    needed.keySet().stream().anyMatch(n -> !known.get().fields().containsKey(n));
            if (adds) {
                access.require(known.get(), Action.ADD_FIELD);
            }
        }
        return new Growth(needed, Schemas.grown(draft.className(), known, needed));
    }

    private static void requireName(FieldPath path, Optional<ClassSchema> schema) {
        boolean hidden =
                path.field().startsWith("_")
                        && schema.filter(known -> known.fields().containsKey(path.field()))
                                .isPresent();
        if (!hidden) {
            ClassNames.requireField(path.field());
        }
        for (String step : path.below()) {
            if (step.isEmpty() || step.indexOf('$') >= 0 || step.equals("__proto__")) {
                throw new RialtoException(
                        ErrorCode.INVALID_KEY_NAME, "Invalid field name: " + path + ".");
            }
        }
    }

    private static Optional<FieldType> neededType(
            FieldPath path, JsonNode value, Optional<ClassSchema> schema) {
        if (path.field().equals("ACL")) {
            return Optional.empty();
        }
        if (!path.isNested()) {
            return FieldTypes.of(value);
        }
        FieldTypes.of(value);
        boolean array =
                schema.flatMap(known -> known.type(path.field()))
                        .filter(type -> type instanceof FieldType.Array)
                        .isPresent();
        return Optional.of(array ? new FieldType.Array() : new FieldType.Obj());
    }

    /// Gives the fields that were not given their default.
    ///
    /// @return the fields that got one
    private static ObjectNode applyDefaults(ClassSchema schema, ObjectNode fields) {
        ObjectNode applied = Json.object();
        for (Map.Entry<String, Field> each : schema.fields().entrySet()) {
            JsonNode given = fields.get(each.getKey());
            if (given == null || given.isNull() || isDelete(given)) {
                each.getValue()
                        .defaultValue()
                        .ifPresent(value -> applied.set(each.getKey(), value));
            }
        }
        fields.setAll(applied);
        return applied;
    }

    private static void requireRequired(ClassSchema schema, ObjectNode fields, boolean creating) {
        for (Map.Entry<String, Field> each : schema.fields().entrySet()) {
            if (!each.getValue().required()) {
                continue;
            }
            JsonNode given = fields.get(each.getKey());
            boolean gone =
                    given == null ? creating : given.isNull() || isDelete(given) || isBlank(given);
            if (gone) {
                throw new RialtoException(
                        ErrorCode.VALIDATION_FAILED, each.getKey() + " is required");
            }
        }
    }

    private static boolean isDelete(JsonNode value) {
        return value.path("__op").asString("").equals("Delete");
    }

    private static boolean isBlank(JsonNode value) {
        return value.isString() && value.stringValue().isEmpty();
    }

    private static boolean hasRelations(ObjectNode fields) {
        return fields.properties().stream()
                .anyMatch(each -> {
                    String operation = each.getValue().path("__op").asString("");
                    return operation.endsWith("Relation") || operation.equals("Batch");
                });
    }

    /// Runs a write. When a class changed under it, elsewhere, it runs once more.
    private ObjectNode retrying(
            WriteRequest request, @Nullable ClassRules special, Supplier<ObjectNode> write) {
        try {
            try {
                return write.get();
            } catch (StoreException failure) {
                if (!failure.isUndefinedObject() || database.isInTransaction()) {
                    throw failure;
                }
                schemas.forget(request.app().schema());
                return write.get();
            }
        } catch (StoreException failure) {
            throw failure.isUniqueViolation() ? duplicate(failure, request, special) : failure;
        }
    }

    private static RialtoException duplicate(
            StoreException failure, WriteRequest request, @Nullable ClassRules special) {
        if (special != null) {
            for (var each : special.uniqueFields().entrySet()) {
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

package dev.rialto.schema;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.ProhibitedKeys;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.model.FieldTypes;
import dev.rialto.spi.SystemClasses;
import dev.rialto.where.FieldValues;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Changes classes on request of the master key. Each change is atomic.
final class SchemaEditor {
    private static final Set<String> BODY =
            new TreeSet<>(Set.of("className", "fields", "classLevelPermissions", "indexes"));

    private static final Set<String> FIELD =
            new TreeSet<>(Set.of("type", "targetClass", "required", "defaultValue"));

    private final SchemaStore store;
    private final Schemas schemas;
    private final SystemClasses classes;

    SchemaEditor(SchemaStore store, Schemas schemas, SystemClasses classes) {
        this.store = store;
        this.schemas = schemas;
        this.classes = classes;
    }

    ClassSchema create(App app, String className, ObjectNode body) {
        classes.requireValid(className);
        requireBody(body);
        body.path("fields").propertyNames().forEach(name -> requireOwn(className, name));
        schemas.find(app, className);
        return store.locked(
                app,
                () -> {
                    if (store.find(app, className).isPresent()) {
                        throw new RialtoException(
                                ErrorCode.INVALID_CLASS_NAME,
                                "Class " + className + " already exists.");
                    }
                    SequencedMap<String, Field> fields = new LinkedHashMap<>();
                    body.path("fields")
                            .properties()
                            .forEach(each -> addField(className, fields, each));
                    Map<String, FieldType> types = new HashMap<>();
                    fields.forEach((name, field) -> types.put(name, field.type()));
                    ObjectNode permissions =
                            permissions(className, body, name -> type(name, types))
                                    .orElseGet(() -> schemas.defaultPermissions(className));
                    ClassSchema created = schemas.create(app, className, fields, permissions);
                    return withIndexes(app, created, body.path("indexes"));
                });
    }

    ClassSchema update(App app, String className, ObjectNode body) {
        requireBody(body);
        // An app without any request so far has no system classes yet.
        schemas.find(app, className);
        return store.locked(
                app,
                () -> {
                    ClassSchema old =
                            store.find(app, className).orElseThrow(() -> unknown(className));
                    SequencedMap<String, Field> fields = new LinkedHashMap<>(old.fields());
                    for (Map.Entry<String, JsonNode> each : deletionsFirst(body.path("fields"))) {
                        changeField(app, old, fields, each);
                    }
                    Schemas.requireOneGeoPoint(fields);
                    Map<String, FieldType> types = new HashMap<>();
                    fields.forEach((name, field) -> types.put(name, field.type()));
                    ObjectNode permissions =
                            permissions(
                                            className,
                                            body,
                                            name -> Optional.ofNullable(types.get(name)))
                                    .orElse(old.permissions().wire());
                    ClassSchema changed =
                            schemas.write(
                                    app,
                                    new ClassSchema(
                                            className,
                                            fields,
                                            PermissionsReader.read(permissions),
                                            old.indexes(),
                                            old.version() + 1));
                    return withIndexes(app, changed, body.path("indexes"));
                });
    }

    /// A field may replace one that is removed in the same request, such as a second GeoPoint.
    private static List<Map.Entry<String, JsonNode>> deletionsFirst(JsonNode fields) {
        return fields.properties().stream()
                .sorted(Comparator.comparing(change -> !isDeletion(change)))
                .toList();
    }

    private static boolean isDeletion(Map.Entry<String, JsonNode> change) {
        return change.getValue().path("__op").asString("").equals("Delete");
    }

    private void changeField(
            App app,
            ClassSchema old,
            SequencedMap<String, Field> fields,
            Map.Entry<String, JsonNode> change) {
        String name = change.getKey();
        if (isDeletion(change)) {
            requireChangeable(name, "changed");
            if (schemas.isSystemField(old.name(), name)) {
                throw immutable(name, "changed");
            }
            Field gone = fields.remove(name);
            if (gone == null || name.startsWith("_")) {
                throw new RialtoException(
                        ErrorCode.INVALID_SCHEMA_OPERATION,
                        "Field " + name + " does not exist, cannot delete.");
            }
            store.dropColumn(app, old.name(), name, gone);
            return;
        }
        Field known = old.fields().get(name);
        if (known == null) {
            addField(old.name(), fields, change);
            store.addColumn(app, old.name(), name, fields.sequencedValues().getLast());
            return;
        }
        if (!known.type().equals(FieldTypes.read(change.getValue()))) {
            throw new RialtoException(
                    ErrorCode.INVALID_SCHEMA_OPERATION,
                    "Field " + name + " exists, cannot update.");
        }
        if (!ClassNames.IMPLICIT.contains(name)) {
            fields.put(name, readField(old.name(), name, change.getValue()));
        }
    }

    /// Rejects options that would be ignored.
    private static void requireBody(ObjectNode body) {
        ProhibitedKeys.requireNone(body);
        requireKeys(body, BODY, "a schema");
        for (String part : List.of("fields", "indexes")) {
            JsonNode value = body.path(part);
            if (!(value.isMissingNode() || value.isObject())) {
                throw new RialtoException(
                        ErrorCode.INVALID_JSON, part + " must be an object, not " + shown(value));
            }
        }
    }

    private static void requireKeys(JsonNode object, Set<String> known, String what) {
        for (String key : object.propertyNames()) {
            if (!known.contains(key)) {
                throw new RialtoException(
                        ErrorCode.INVALID_KEY_NAME,
                        key + " is not a part of " + what + "; those are " + known);
            }
        }
    }

    private static String shown(JsonNode value) {
        String text = Json.write(value);
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }

    private void addField(
            String className,
            SequencedMap<String, Field> fields,
            Map.Entry<String, JsonNode> addition) {
        String name = addition.getKey();
        requireChangeable(name, "added");
        if (!ClassNames.isValidField(name)) {
            throw new RialtoException(ErrorCode.INVALID_KEY_NAME, "invalid field name: " + name);
        }
        Field field = readField(className, name, addition.getValue());
        if (field.type() instanceof FieldType.GeoPoint) {
            fields.forEach((other, existing) -> {
                if (existing.type() instanceof FieldType.GeoPoint) {
                    throw new RialtoException(
                            ErrorCode.INCORRECT_TYPE,
                            "currently, only one GeoPoint field may exist in an object."
                                    + " Adding "
                                    + name
                                    + " when "
                                    + other
                                    + " already exists.");
                }
            });
        }
        fields.putLast(name, field);
    }

    private Field readField(String className, String name, JsonNode wire) {
        Field field = SchemaStore.readField(wire);
        field.type().target().ifPresent(classes::requireValid);
        requireKeys(wire, FIELD, "a field");
        JsonNode required = wire.path("required");
        if (!(required.isMissingNode() || required.isBoolean())) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON, "required of " + name + " must be true or false");
        }
        field.defaultValue()
                .flatMap(FieldTypes::of)
                .filter(type -> !type.equals(field.type()))
                .ifPresent(type -> {
                    throw new RialtoException(
                            ErrorCode.INCORRECT_TYPE,
                            "schema mismatch for "
                                    + className
                                    + "."
                                    + name
                                    + " default value; expected "
                                    + field.type().display()
                                    + " but got "
                                    + type.display());
                });
        if (field.type() instanceof FieldType.Relation
                && (field.required() || field.defaultValue().isPresent())) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE,
                    "The 'default value' and 'required' options are not applicable for Relation");
        }
        return new Field(
                field.type(),
                field.required(),
                field.defaultValue().map(value -> FieldValues.canonical(field.type(), value)));
    }

    /// Rejects a field that the server itself adds to the class.
    private void requireOwn(String className, String name) {
        requireChangeable(name, "added");
        if (schemas.isSystemField(className, name)) {
            throw immutable(name, "added");
        }
    }

    private static void requireChangeable(String name, String verb) {
        if (ClassNames.IMPLICIT.contains(name)) {
            throw immutable(name, verb);
        }
    }

    private static RialtoException immutable(String name, String verb) {
        return new RialtoException(
                ErrorCode.IMMUTABLE_FIELD, "field " + name + " cannot be " + verb);
    }

    private static Optional<FieldType> type(String name, Map<String, FieldType> types) {
        FieldType implicit = implicitType(name);
        return Optional.ofNullable(implicit == null ? types.get(name) : implicit);
    }

    private static @Nullable FieldType implicitType(String name) {
        Field implicit = Schemas.implicitFields().get(name);
        return implicit == null ? null : implicit.type();
    }

    /// The requested permissions; null stands for those of a new class.
    private Optional<ObjectNode> permissions(
            String className, ObjectNode body, Function<String, Optional<FieldType>> type) {
        JsonNode given = body.path("classLevelPermissions");
        if (given.isMissingNode()) {
            return Optional.empty();
        }
        if (given.isNull()) {
            return Optional.of(schemas.defaultPermissions(className));
        }
        if (!(given instanceof ObjectNode permissions)) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "classLevelPermissions must be an object, not " + shown(given));
        }
        PermissionsReader.check(permissions, type);
        return Optional.of(PermissionsReader.complete(permissions));
    }

    private ClassSchema withIndexes(App app, ClassSchema schema, JsonNode wanted) {
        if (wanted.isEmpty()) {
            return schema;
        }
        SequencedMap<String, ObjectNode> indexes = new LinkedHashMap<>(schema.indexes());
        for (Map.Entry<String, JsonNode> each : wanted.properties()) {
            changeIndex(app, schema, indexes, each);
        }
        return schemas.write(
                app,
                new ClassSchema(
                        schema.name(),
                        schema.fields(),
                        schema.permissions(),
                        indexes,
                        schema.version() + 1));
    }

    private void changeIndex(
            App app,
            ClassSchema schema,
            SequencedMap<String, ObjectNode> indexes,
            Map.Entry<String, JsonNode> change) {
        String name = change.getKey();
        if (name.equals("_id_")) {
            return;
        }
        if (change.getValue().path("__op").asString("").equals("Delete")) {
            if (indexes.remove(name) == null) {
                throw new RialtoException(
                        ErrorCode.INVALID_QUERY,
                        "Index " + name + " does not exist, cannot delete.");
            }
            store.dropIndex(app, schema.name(), name);
            return;
        }
        if (indexes.containsKey(name)) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY, "Index " + name + " exists, cannot update.");
        }
        ObjectNode keys = change.getValue() instanceof ObjectNode object ? object : Json.object();
        Indexes.check(schema, name, keys);
        store.createIndex(app, schema, name, keys);
        indexes.put(name, keys);
    }

    void delete(App app, String className) {
        classes.requireValid(className);
        store.locked(
                app,
                () -> {
                    Optional<ClassSchema> schema = store.find(app, className);
                    if (schema.isPresent()) {
                        long objects = store.count(app, className);
                        if (objects > 0) {
                            throw new RialtoException(
                                    ErrorCode.INVALID_SCHEMA_OPERATION,
                                    "Class "
                                            + className
                                            + " is not empty, contains "
                                            + objects
                                            + " objects, cannot drop schema.");
                        }
                        schemas.drop(app, schema.get());
                    }
                    return className;
                });
    }

    /// Deletes all objects of a class; the class stays.
    void purge(App app, String className) {
        store.locked(
                app,
                () -> {
                    store.find(app, className).ifPresent(schema -> schemas.purge(app, schema));
                    return className;
                });
    }

    static RialtoException unknown(String className) {
        return new RialtoException(
                ErrorCode.INVALID_CLASS_NAME, "Class " + className + " does not exist.");
    }
}

package dev.rialto.schema;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.model.FieldTypes;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.SystemClasses;
import dev.rialto.where.FieldValues;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Takes over classes of a Parse Server, with their permissions. Each is changed as a whole, and
/// adopting it again changes nothing.
public final class ClassAdoption {
    private static final String POINTER_FIELDS = "pointerFields";
    private static final String PROTECTED = "protectedFields";

    private final SchemaStore store;
    private final Schemas schemas;
    private final SystemClasses classes;

    ClassAdoption(SchemaStore store, Schemas schemas, SystemClasses classes) {
        this.store = store;
        this.schemas = schemas;
        this.classes = classes;
    }

    /// Makes a class, or adds the fields that it lacks; fields that it has stay as they are.
    ///
    /// @param permissions in Parse's form; they replace only permissions that nobody has changed
    /// @throws RialtoException INCORRECT_TYPE when a field has another type here
    public ClassSchema adopt(
            App app,
            String className,
            Map<String, Field> fields,
            Optional<ObjectNode> permissions) {
        classes.requireValid(className);
        // An app without any request so far has no system classes yet.
        schemas.find(app, className);
        return store.locked(
                app,
                () -> {
                    Optional<ClassSchema> old = store.find(app, className);
                    SequencedMap<String, Field> all =
                            new LinkedHashMap<>(
                                    old.map(ClassSchema::fields)
                                            .orElseGet(Schemas::implicitFields));
                    SequencedMap<String, Field> added = added(className, fields, all);
                    all.putAll(added);
                    ObjectNode wanted =
                            permissions
                                    .map(given -> permissions(className, given, all))
                                    .orElseGet(() -> schemas.defaultPermissions(className));
                    return old.isEmpty()
                            ? schemas.create(app, className, added, wanted)
                            : extend(app, old.get(), added, wanted);
                });
    }

    private SequencedMap<String, Field> added(
            String className, Map<String, Field> fields, Map<String, Field> known) {
        SequencedMap<String, Field> added = new LinkedHashMap<>();
        fields.forEach((name, field) -> {
            if (known.containsKey(name)) {
                Schemas.requireSame(className, name, known.get(name).type(), field.type());
            } else {
                ClassNames.requireField(name);
                classes.requireValidTarget(field.type());
                added.put(name, withUsableOptions(className, name, field));
            }
        });
        return added;
    }

    private static Field withUsableOptions(String className, String name, Field field) {
        if (field.type() instanceof FieldType.Relation) {
            return Field.of(field.type());
        }
        boolean fits =
                field.defaultValue()
                        .flatMap(FieldTypes::of)
                        .filter(type -> !type.equals(field.type()))
                        .isEmpty();
        if (!fits) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE,
                    "the default value of %s.%s is not a valid %s"
                            .formatted(className, name, field.type().display()));
        }
        return new Field(
                field.type(),
                field.required(),
                field.defaultValue().map(value -> FieldValues.canonical(field.type(), value)));
    }

    private ClassSchema extend(
            App app, ClassSchema old, SequencedMap<String, Field> added, ObjectNode wanted) {
        ObjectNode current = old.permissions().wire();
        boolean untouched = current.equals(schemas.defaultPermissions(old.name()));
        ObjectNode permissions = untouched ? wanted : current;
        if (added.isEmpty() && permissions.equals(current)) {
            return schemas.find(app, old.name()).orElse(old);
        }
        SequencedMap<String, Field> fields = new LinkedHashMap<>(old.fields());
        fields.putAll(added);
        Schemas.requireOneGeoPoint(fields);
        added.forEach((name, field) -> store.addColumn(app, old.name(), name, field));
        return schemas.write(
                app,
                new ClassSchema(
                        old.name(),
                        fields,
                        PermissionsReader.read(permissions),
                        old.indexes(),
                        old.version() + 1));
    }

    /// The permissions without what means nothing: fields that are gone, and rights that are not
    /// given. What the class protects anyway stays protected, as it does in Parse Server, whatever
    /// its own list says.
    private ObjectNode permissions(String className, ObjectNode given, Map<String, Field> fields) {
        ObjectNode kept = given.deepCopy();
        Predicate<String> isUserField =
                name -> isUserField(Optional.ofNullable(fields.get(name)).map(Field::type));
        for (Action action : Action.values()) {
            if (kept.get(action.wireName()) instanceof ObjectNode grant) {
                keepGrants(grant, isUserField);
            }
        }
        for (String name : Set.of("readUserFields", "writeUserFields")) {
            keepFields(kept.get(name), isUserField);
        }
        kept.path(PROTECTED)
                .forEach(group ->
                        keepFields(
                                group,
                                field ->
                                        fields.containsKey(field)
                                                && !ClassNames.IMPLICIT.contains(field)));
        try {
            PermissionsReader.check(
                    kept, name -> Optional.ofNullable(fields.get(name)).map(Field::type));
            // Also fields that the class may get later.
            protect(className, kept);
            return PermissionsReader.complete(kept);
        } catch (RialtoException refused) {
            throw new RialtoException(
                    refused.code(),
                    "the permissions of the class " + className + ": " + refused.getMessage(),
                    refused);
        }
    }

    private static boolean isUserField(Optional<FieldType> type) {
        return type.filter(each ->
                        each instanceof FieldType.Array
                                || each.equals(new FieldType.Pointer("_User")))
                .isPresent();
    }

    private static void keepGrants(ObjectNode grant, Predicate<String> isUserField) {
        for (String key : Set.copyOf(grant.propertyNames())) {
            JsonNode value = grant.get(key);
            if (key.equals(POINTER_FIELDS)) {
                keepFields(value, isUserField);
            } else if (value.isBoolean() && !value.booleanValue()) {
                grant.remove(key);
            }
        }
    }

    private static void keepFields(JsonNode names, Predicate<String> isKept) {
        if (names instanceof ArrayNode array) {
            array.removeIf(each -> !isKept.test(each.asString("")));
        }
    }

    private void protect(String className, ObjectNode permissions) {
        ClassRules rules = classes.rules(className);
        if (rules == null || !(permissions.get(PROTECTED) instanceof ObjectNode groups)) {
            return;
        }
        rules.protectedFields()
                .forEach((group, fields) -> {
                    if (groups.has(group)) {
                        Set<String> names = new TreeSet<>(fields);
                        groups.path(group).forEach(each -> names.add(each.asString("")));
                        ArrayNode array = Json.nodes().arrayNode();
                        names.forEach(array::add);
                        groups.set(group, array);
                    }
                });
    }
}

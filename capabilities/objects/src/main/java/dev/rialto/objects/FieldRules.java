package dev.rialto.objects;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.DateText;
import dev.rialto.model.Field;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.model.FieldTypes;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.Draft;
import dev.rialto.where.FieldValues;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The rules for the fields of a write: names, types, defaults and required fields.
final class FieldRules {
    /// Stands for the user who creates an object, in the ACL that a class gives it.
    static final String CURRENT_USER = "currentUser";

    private FieldRules() {}

    /// Resolves operations that depend on whether the object is new, and converts nested values to
    /// their stored form, so that rules and triggers see the final values.
    static void settle(ObjectNode fields, boolean creating) {
        for (String name : List.copyOf(fields.propertyNames())) {
            JsonNode value = fields.path(name);
            if (value.path("__op").asString("").equals("SetOnInsert")) {
                if (!creating) {
                    fields.remove(name);
                    continue;
                }
                value = value.has("amount") ? value.get("amount") : Json.nodes().nullNode();
                fields.set(name, value);
            }
            if (!name.equals("ACL")) {
                settleInside(fields, name, value);
            }
        }
    }

    private static void settleInside(ObjectNode fields, String name, JsonNode value) {
        if (value instanceof ObjectNode operation && operation.has("__op")) {
            boolean ofArray = FieldOperation.ARRAY.contains(operation.path("__op").asString(""));
            if (ofArray && operation.path("objects") instanceof ArrayNode elements) {
                fields.set(
                        name, operation.deepCopy().set("objects", FieldValues.storable(elements)));
            }
        } else if (value.isArray() || isPlain(value) || (value.isObject() && isInside(name))) {
            fields.set(name, FieldValues.storable(value));
        }
    }

    /// Whether it is an object without a type of its own.
    private static boolean isPlain(JsonNode value) {
        return value.isObject() && !value.has("__type");
    }

    private static boolean isInside(String name) {
        return name.indexOf('.') >= 0;
    }

    /// Removes the fields that only the server sets.
    static void removeImplicit(Draft draft) {
        ObjectNode fields = draft.fields();
        JsonNode sentId = fields.path("objectId");
        if (!draft.creating()
                && sentId.isString()
                && sentId.stringValue().equals(draft.objectId())) {
            fields.remove("objectId");
        }
        if (fields.has("objectId") || fields.has("id")) {
            String name = fields.has("objectId") ? "objectId" : "id";
            throw new RialtoException(
                    ErrorCode.INVALID_KEY_NAME, name + " is an invalid field name.");
        }
        for (String name : new String[] {"createdAt", "updatedAt"}) {
            JsonNode value = fields.remove(name);
            // Clients send back what they have read, which is ignored.
            boolean told =
                    !draft.creating()
                            && value != null
                            && value.isString()
                            && DateText.read(value.stringValue()).isPresent();
            if (value != null && !value.isNull() && !told) {
                FieldTypes.of(value)
                        .ifPresent(type ->
                                Schemas.requireSame(
                                        draft.className(), name, new FieldType.Date(), type));
            }
        }
    }

    static void requireName(FieldPath path, Optional<ClassSchema> schema) {
        boolean hidden =
                path.field().startsWith("_")
                        && schema.filter(known -> known.fields().containsKey(path.field()))
                                .isPresent();
        if (!hidden) {
            ClassNames.requireField(path.field());
        }
        if (path.isNested() && ClassNames.IMPLICIT.contains(path.field())) {
            throw new RialtoException(
                    ErrorCode.INVALID_KEY_NAME, path + " is an invalid field name.");
        }
        for (String step : path.below()) {
            if (step.isEmpty() || step.indexOf('$') >= 0) {
                throw new RialtoException(
                        ErrorCode.INVALID_KEY_NAME, "Invalid field name: " + path + ".");
            }
        }
    }

    static Optional<FieldType> neededType(
            FieldPath path, JsonNode value, Optional<ClassSchema> schema) {
        if (path.field().equals("ACL")) {
            return Optional.empty();
        }
        if (!path.isNested()) {
            return FieldTypes.of(value);
        }
        if (path.steps().size() + depth(value) > Json.MAX_DEPTH) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "a value must not be nested deeper than " + Json.MAX_DEPTH + " levels");
        }
        FieldTypes.of(value);
        boolean array =
                schema.flatMap(known -> known.type(path.field()))
                        .filter(type -> type instanceof FieldType.Array)
                        .isPresent();
        return Optional.of(array ? new FieldType.Array() : new FieldType.Obj());
    }

    /// Sets missing fields to their defaults.
    ///
    /// @return the fields that were set
    static ObjectNode applyDefaults(ClassSchema schema, ObjectNode fields) {
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

    /// Gives a new object without an ACL the default ACL of its class.
    static void applyDefaultAcl(ClassSchema schema, Draft draft) {
        JsonNode given = draft.fields().path("ACL");
        if (!(schema.permissions().wire().get("ACL") instanceof ObjectNode usual)
                || !(given.isMissingNode() || given.isNull())) {
            return;
        }
        ObjectNode acl = usual.deepCopy();
        JsonNode own = acl.remove(CURRENT_USER);
        if (own != null && draft.caller() instanceof Caller.User user) {
            acl.set(user.id(), own);
        }
        draft.fields().set("ACL", acl);
    }

    static void requireRequired(ClassSchema schema, ObjectNode fields, boolean creating) {
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

    private static int depth(JsonNode value) {
        int deepest = 0;
        for (JsonNode inner : value) {
            deepest = Math.max(deepest, depth(inner));
        }
        return deepest + 1;
    }
}

package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.Field;
import dev.rialto.model.FieldTypes;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the classes of a Parse Server from what it keeps of them in `_SCHEMA`.
final class ParseSchemas {
    private static final Set<String> TYPES =
            Set.of(
                    "number",
                    "string",
                    "boolean",
                    "date",
                    "object",
                    "array",
                    "geopoint",
                    "file",
                    "bytes",
                    "polygon");

    private ParseSchemas() {}

    /// A document of the collection `_SCHEMA`: `{"_id": "City", "name": "string", "mayor":
    /// "*_User"}`, with permissions and options in `_metadata`.
    static ParseClass ofMongo(ObjectNode document) {
        String name = document.path("_id").asString("");
        JsonNode metadata = document.path("_metadata");
        SequencedMap<String, Field> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : document.properties()) {
            String field = each.getKey();
            if (isOwn(field)) {
                ObjectNode type = mongoType(name, field, each.getValue());
                fields.put(
                        field,
                        field(name, field, type, metadata.path("fields_options").path(field)));
            }
        }
        return parseClass(name, fields, metadata.path("class_permissions"));
    }

    /// A row of the table `_SCHEMA`: `{"fields": {"name": {"type": "String"}},
    /// "classLevelPermissions": {}}`.
    static ParseClass ofPostgres(String name, JsonNode schema) {
        SequencedMap<String, Field> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : schema.path("fields").properties()) {
            String field = each.getKey();
            if (isOwn(field)) {
                fields.put(field, field(name, field, each.getValue(), each.getValue()));
            }
        }
        return parseClass(name, fields, schema.path("classLevelPermissions"));
    }

    private static ParseClass parseClass(
            String name, SequencedMap<String, Field> fields, JsonNode permissions) {
        if (!ClassNames.isWellFormed(name)) {
            throw new RialtoException(
                    ErrorCode.INVALID_CLASS_NAME,
                    "_SCHEMA has a class whose name is not valid: \"" + name + "\"");
        }
        return new ParseClass(
                name,
                fields,
                permissions.isObject()
                        ? Optional.of((ObjectNode) ExtendedJson.wire(permissions))
                        : Optional.empty());
    }

    private static boolean isOwn(String field) {
        return !field.startsWith("_") && !ClassNames.IMPLICIT.contains(field);
    }

    private static Field field(String className, String name, JsonNode type, JsonNode options) {
        try {
            ClassNames.requireField(name);
            JsonNode standard = options.path("defaultValue");
            return new Field(
                    FieldTypes.read(type),
                    options.path("required").asBoolean(false),
                    standard.isMissingNode() || standard.isNull()
                            ? Optional.empty()
                            : Optional.of(ExtendedJson.wire(standard)));
        } catch (RialtoException refused) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE,
                    "_SCHEMA: the field %s of the class %s is not valid: %s"
                            .formatted(name, className, refused.getMessage()),
                    refused);
        }
    }

    private static ObjectNode mongoType(String className, String field, JsonNode stored) {
        String type = stored.asString("");
        if (type.startsWith("*")) {
            return Json.object().put("type", "Pointer").put("targetClass", type.substring(1));
        }
        if (type.startsWith("relation<") && type.endsWith(">")) {
            String target = type.substring("relation<".length(), type.length() - 1);
            return Json.object().put("type", "Relation").put("targetClass", target);
        }
        if (type.equals("map")) {
            return Json.object().put("type", "Object");
        }
        if (type.equals("geopoint")) {
            return Json.object().put("type", "GeoPoint");
        }
        if (TYPES.contains(type)) {
            String name = type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1);
            return Json.object().put("type", name);
        }
        throw new RialtoException(
                ErrorCode.INCORRECT_TYPE,
                "_SCHEMA: the field %s of the class %s has the type %s, which is not known"
                        .formatted(field, className, Json.write(stored)));
    }
}

package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.FieldType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What objects of Parse Server have in common, whichever database stores them.
final class ParseRows {
    /// What a field of MongoDB is called that has one provider's part of `authData`.
    static final String AUTH_DATA = "_auth_data_";

    private ParseRows() {}

    /// Sets the ACL that two lists of names mean. Without both, everybody may do everything; if one
    /// is missing, nobody may.
    static void setAcl(ObjectNode object, JsonNode readers, JsonNode writers) {
        if (!readers.isArray() && !writers.isArray()) {
            return;
        }
        ObjectNode acl = object.putObject("ACL");
        readers.forEach(name -> acl.withObjectProperty(name.asString("")).put("read", true));
        writers.forEach(name -> acl.withObjectProperty(name.asString("")).put("write", true));
    }

    /// Adds one provider's part of `authData`.
    static void addAuthData(ObjectNode object, String provider, JsonNode identity) {
        if (!identity.isNull()) {
            object.withObjectProperty("authData").set(provider, identity);
        }
    }

    /// A value in wire form of a field, where it is stored as plain text.
    static ObjectNode named(FieldType type, String text) {
        return switch (type) {
            case FieldType.File _ -> Json.object().put("__type", "File").put("name", text);
            case FieldType.Bytes _ -> Json.object().put("__type", "Bytes").put("base64", text);
            case FieldType.Date _ -> Json.object().put("__type", "Date").put("iso", text);
            case FieldType.Pointer(var target) -> pointer(target, text);
            default -> throw new IllegalArgumentException(type + " is not stored as text");
        };
    }

    static ObjectNode pointer(String className, String objectId) {
        return Json.object()
                .put("__type", "Pointer")
                .put("className", className)
                .put("objectId", objectId);
    }

    static ObjectNode point(double latitude, double longitude) {
        requireNumber(latitude);
        requireNumber(longitude);
        return Json.object()
                .put("__type", "GeoPoint")
                .put("latitude", latitude)
                .put("longitude", longitude);
    }

    /// PostgreSQL's points may have coordinates that no place has.
    static double requireNumber(double coordinate) {
        if (!Double.isFinite(coordinate)) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE, "a coordinate must be a number, not " + coordinate);
        }
        return coordinate;
    }

    /// Turns the pairs of a relation into objects that add one member each.
    static RowConverter members(String relation, String target) {
        return pair -> {
            String owner = pair.path("owningId").asString("");
            String member = pair.path("relatedId").asString("");
            if (owner.isEmpty() || member.isEmpty()) {
                throw new RialtoException(
                        ErrorCode.INVALID_JSON,
                        "a member of a relation needs an owningId and a relatedId");
            }
            ObjectNode object = Json.object().put("objectId", owner);
            object.putObject(relation)
                    .put("__op", "AddRelation")
                    .putArray("objects")
                    .add(pointer(target, member));
            return object;
        };
    }
}

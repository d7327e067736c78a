package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Field types on the wire of the schema API, and the type that a written value asks for.
public final class FieldTypes {
    private FieldTypes() {}

    /// Reads `{"type": "Pointer", "targetClass": "City"}`.
    public static FieldType read(JsonNode wire) {
        String name = wire.path("type").isString() ? wire.path("type").stringValue() : "";
        String target = wire.path("targetClass").asString("");
        return switch (name) {
            case "String" -> new FieldType.Text();
            case "Number" -> new FieldType.Number();
            case "Boolean" -> new FieldType.Bool();
            case "Date" -> new FieldType.Date();
            case "Object" -> new FieldType.Obj();
            case "Array" -> new FieldType.Array();
            case "GeoPoint" -> new FieldType.GeoPoint();
            case "Polygon" -> new FieldType.Polygon();
            case "File" -> new FieldType.File();
            case "Bytes" -> new FieldType.Bytes();
            case "ACL" -> new FieldType.Acl();
            case "Pointer" -> new FieldType.Pointer(target(name, wire, target));
            case "Relation" -> new FieldType.Relation(target(name, wire, target));
            case "" -> throw new RialtoException(ErrorCode.INVALID_JSON, "invalid JSON");
            default ->
                    throw new RialtoException(
                            ErrorCode.INCORRECT_TYPE, "invalid field type: " + name);
        };
    }

    private static String target(String type, JsonNode wire, String target) {
        JsonNode named = wire.path("targetClass");
        if (named.isMissingNode()
                || named.isNull()
                || (named.isString() && named.stringValue().isEmpty())) {
            throw new RialtoException(
                    ErrorCode.MISSING_CLASS_NAME, "type " + type + " needs a class name");
        }
        if (!named.isString()) {
            throw new RialtoException(ErrorCode.INVALID_JSON, "invalid JSON");
        }
        if (!ClassNames.isWellFormed(target)) {
            throw ClassNames.invalid(target);
        }
        return target;
    }

    public static ObjectNode write(FieldType type) {
        ObjectNode wire = Json.object();
        wire.put("type", type.wireName());
        switch (type) {
            case FieldType.Pointer(var target) -> wire.put("targetClass", target);
            case FieldType.Relation(var target) -> wire.put("targetClass", target);
            default -> {}
        }
        return wire;
    }

    /// The type of field that a written value needs; empty for null and for operations that fit any
    /// type.
    public static Optional<FieldType> of(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> Optional.of(new FieldType.Text());
            case NUMBER -> Optional.of(new FieldType.Number());
            case BOOLEAN -> Optional.of(new FieldType.Bool());
            case ARRAY -> Optional.of(new FieldType.Array());
            case OBJECT -> ofObject(value);
            case NULL, MISSING, BINARY, POJO -> Optional.empty();
        };
    }

    private static Optional<FieldType> ofObject(JsonNode value) {
        if (value.has("__op")) {
            return ofOperation(value);
        }
        if (!value.has("__type")) {
            return Optional.of(new FieldType.Obj());
        }
        String type = value.path("__type").asString("");
        JsonNode named = value.path("className");
        String className =
                named.isString() && ClassNames.isWellFormed(named.stringValue())
                        ? named.stringValue()
                        : "";
        Optional<FieldType> found =
                switch (type) {
                    case "Pointer" -> when(!className.isEmpty(), new FieldType.Pointer(className));
                    case "Relation" ->
                            when(!className.isEmpty(), new FieldType.Relation(className));
                    case "File" -> when(value.has("name"), new FieldType.File());
                    case "Date" -> when(value.has("iso"), new FieldType.Date());
                    case "GeoPoint" ->
                            when(
                                    value.has("latitude") && value.has("longitude"),
                                    new FieldType.GeoPoint());
                    case "Bytes" -> when(value.has("base64"), new FieldType.Bytes());
                    case "Polygon" -> when(value.has("coordinates"), new FieldType.Polygon());
                    case "Object" ->
                            className.isEmpty()
                                    ? Optional.of(new FieldType.Obj())
                                    : Optional.of(new FieldType.Pointer(className));
                    default -> Optional.empty();
                };
        if (found.isEmpty()) {
            throw new RialtoException(ErrorCode.INCORRECT_TYPE, "This is not a valid " + type);
        }
        return found;
    }

    private static Optional<FieldType> when(boolean complete, FieldType type) {
        return complete ? Optional.of(type) : Optional.empty();
    }

    private static Optional<FieldType> relation(JsonNode pointer) {
        return switch (ofObject(pointer).orElse(null)) {
            case FieldType.Pointer(var target) -> Optional.of(new FieldType.Relation(target));
            case null, default ->
                    throw new RialtoException(
                            ErrorCode.INCORRECT_TYPE, "a relation takes pointers to objects");
        };
    }

    /// The one type that all operations of a batch need.
    private static Optional<FieldType> batch(JsonNode operations) {
        Optional<FieldType> type = Optional.empty();
        for (JsonNode operation : operations) {
            Optional<FieldType> next = of(operation);
            if (type.isPresent() && next.isPresent() && !type.equals(next)) {
                throw new RialtoException(
                        ErrorCode.INCORRECT_TYPE,
                        "a Batch operation changes one relation, not "
                                + type.get().display()
                                + " and "
                                + next.get().display());
            }
            type = type.or(() -> next);
        }
        return type;
    }

    private static Optional<FieldType> ofOperation(JsonNode value) {
        String name = value.path("__op").asString("");
        return switch (name) {
            case "Increment", "Decrement" -> Optional.of(new FieldType.Number());
            case "Delete" -> Optional.empty();
            case "Add", "AddUnique", "Remove" -> Optional.of(new FieldType.Array());
            case "AddRelation", "RemoveRelation" -> {
                JsonNode first = value.path("objects").path(0);
                yield first.isMissingNode() ? Optional.empty() : relation(first);
            }
            case "Batch" -> batch(value.path("ops"));
            default -> throw new RialtoException(ErrorCode.INVALID_JSON, "unexpected op: " + name);
        };
    }
}

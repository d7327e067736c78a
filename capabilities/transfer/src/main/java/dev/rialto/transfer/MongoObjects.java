package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.FieldType;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Turns documents of a class, as Parse Server stores them in MongoDB, into objects: pointers are
/// strings `Class$id` in fields `_p_name`, who may read and write is in `_rperm` and `_wperm`, a
/// user's identities are in `_auth_data_PROVIDER`, and what a value means is left to the schema.
final class MongoObjects implements RowConverter {
    private static final Pattern IDENTITY = Pattern.compile("_auth_data_([a-zA-Z0-9_]+)");
    private static final String POINTER = "_p_";

    /// Old or derived: who may do what is in `_rperm` and `_wperm`.
    private static final Set<String> SUPERFLUOUS = Set.of("_acl", "_rperm", "_wperm", "_tombstone");

    private final ParseClass type;
    private final Set<String> hidden;
    private final ImportNotes notes;

    /// @param hidden fields of the class here that clients never see
    MongoObjects(ParseClass type, Set<String> hidden, ImportNotes notes) {
        this.type = type;
        this.hidden = hidden;
        this.notes = notes;
    }

    @Override
    public ObjectNode convert(ObjectNode document) {
        ObjectNode object = Json.object();
        ParseRows.setAcl(object, document.path("_rperm"), document.path("_wperm"));
        for (Map.Entry<String, JsonNode> each : document.properties()) {
            take(each.getKey(), each.getValue(), object);
        }
        return object;
    }

    private void take(String key, JsonNode stored, ObjectNode object) {
        switch (key) {
            case "_id" -> object.put("objectId", ExtendedJson.wire(stored).asString(""));
            case "_created_at", "createdAt" -> setTime(object, "createdAt", stored);
            case "_updated_at", "updatedAt" -> setTime(object, "updatedAt", stored);
            case "_session_token" -> {
                if (type.name().equals("_Session")) {
                    object.set("sessionToken", stored);
                }
            }
            case "_expiresAt" -> object.set("expiresAt", ExtendedJson.wire(stored));
            default -> {
                if (!SUPERFLUOUS.contains(key)) {
                    takeField(key, stored, object);
                }
            }
        }
    }

    private static void setTime(ObjectNode object, String field, JsonNode stored) {
        JsonNode time = ExtendedJson.wire(stored);
        if (!time.isNull()) {
            object.set(field, time);
        }
    }

    private void takeField(String key, JsonNode stored, ObjectNode object) {
        boolean ofUser = type.name().equals("_User");
        Matcher identity = IDENTITY.matcher(key);
        if (ofUser && identity.matches()) {
            ParseRows.addAuthData(object, identity.group(1), ExtendedJson.wire(stored));
        } else if (ofUser && key.equals("authData")) {
            notes.leftOut(
                    type.name(), key, "identities are in " + ParseRows.AUTH_DATA + "PROVIDER");
        } else if (key.startsWith(POINTER)) {
            takePointer(key.substring(POINTER.length()), stored, object);
        } else if (key.startsWith("_")) {
            if (hidden.contains(key)) {
                object.set(key, ExtendedJson.wire(stored));
            } else {
                notes.leftOut(type.name(), key, "there is nothing like it here");
            }
        } else {
            takeValue(key, stored, object);
        }
    }

    /// As in Parse Server, a pointer that the schema does not know is dropped.
    private void takePointer(String field, JsonNode stored, ObjectNode object) {
        if (stored.isNull()) {
            return;
        }
        if (!(type.type(field).orElse(null) instanceof FieldType.Pointer(var target))) {
            notes.leftOut(type.name(), field, "_SCHEMA has no such pointer");
            return;
        }
        String text = stored.asString("");
        int end = text.indexOf('$');
        if (end < 0 || !text.substring(0, end).equals(target)) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE,
                    "the pointer %s must look like %s$objectId, not %s"
                            .formatted(field, target, Json.write(stored)));
        }
        object.set(field, ParseRows.pointer(target, text.substring(end + 1)));
    }

    private void takeValue(String field, JsonNode stored, ObjectNode object) {
        switch (type.type(field).orElse(null)) {
            case FieldType.Relation _, FieldType.Acl _ -> {}
            case FieldType.File file when stored.isString() ->
                    object.set(field, ParseRows.named(file, stored.stringValue()));
            case FieldType.Bytes bytes when stored.isString() ->
                    object.set(field, ParseRows.named(bytes, stored.stringValue()));
            case FieldType.GeoPoint _ when stored.isArray() && stored.size() == 2 ->
                    object.set(field, point(stored));
            case FieldType.Polygon _ when stored.isObject() -> object.set(field, polygon(stored));
            case null, default -> object.set(field, ExtendedJson.wire(stored));
        }
    }

    /// The longitude comes first.
    private static ObjectNode point(JsonNode stored) {
        return ParseRows.point(coordinate(stored, 1), coordinate(stored, 0));
    }

    private static ObjectNode polygon(JsonNode stored) {
        ObjectNode polygon = Json.object().put("__type", "Polygon");
        ArrayNode corners = polygon.putArray("coordinates");
        for (JsonNode corner : stored.path("coordinates").path(0)) {
            corners.addArray().add(coordinate(corner, 1)).add(coordinate(corner, 0));
        }
        return polygon;
    }

    private static double coordinate(JsonNode point, int index) {
        JsonNode number = ExtendedJson.wire(point.path(index));
        if (!number.isNumber()) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE,
                    "a coordinate must be a number, not " + Json.write(point.path(index)));
        }
        return number.doubleValue();
    }
}

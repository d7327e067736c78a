package dev.rialto.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Finds and compares values in objects in wire form, by the rules that both readers of `where`
/// share.
public final class WireValues {
    private WireValues() {}

    /// The values at a path; none when the path leads nowhere or to null. A path with a position in
    /// it (`a.0.b`) is followed to the letter; any other looks into the elements of arrays on its
    /// way, so it may find several values.
    static List<JsonNode> at(FieldPath path, ObjectNode object) {
        JsonNode field = object.get(path.field());
        if (field == null || field.isNull()) {
            return List.of();
        }
        if (!path.isNested()) {
            return List.of(isServerTime(path) && field.isString() ? date(field) : field);
        }
        if (isTyped(field)) {
            return List.of();
        }
        List<JsonNode> found = path.hasPosition() ? follow(path, field) : spread(path, field);
        return found.stream().filter(value -> !value.isNull()).toList();
    }

    /// The values that a `$select` reads of an object: like [#at], and it also looks into pointers,
    /// dates and the like (`boss.objectId`). Of an array, its elements as well.
    static List<JsonNode> selected(FieldPath path, ObjectNode object) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode value : inside(path, object)) {
            found.add(value);
            if (value.isArray()) {
                value.forEach(found::add);
            }
        }
        return found;
    }

    private static List<JsonNode> inside(FieldPath path, ObjectNode object) {
        JsonNode field = object.get(path.field());
        if (!path.isNested() || field == null || !isTyped(field)) {
            return at(path, object);
        }
        if (type(field).equals("Relation")) {
            return List.of();
        }
        List<JsonNode> found = path.hasPosition() ? follow(path, field) : spread(path, field);
        return found.stream().filter(value -> !value.isNull()).toList();
    }

    private static boolean isServerTime(FieldPath path) {
        return path.field().equals("createdAt") || path.field().equals("updatedAt");
    }

    private static JsonNode date(JsonNode iso) {
        ObjectNode date = dev.rialto.kernel.Json.object();
        date.put("__type", "Date");
        date.set("iso", iso);
        return date;
    }

    /// Whether a field holds one of the types that are no Object.
    private static boolean isTyped(JsonNode field) {
        return switch (type(field)) {
            case "Date", "Pointer", "GeoPoint", "Polygon", "File", "Bytes", "Relation" -> true;
            default -> false;
        };
    }

    private static List<JsonNode> follow(FieldPath path, JsonNode field) {
        JsonNode at = field;
        for (String step : path.below()) {
            @Nullable JsonNode next =
                    at.isArray()
                            ? FieldPath.isPosition(step) ? at.get(Integer.parseInt(step)) : null
                            : at.get(step);
            if (next == null) {
                return List.of();
            }
            at = next;
        }
        return List.of(at);
    }

    private static List<JsonNode> spread(FieldPath path, JsonNode field) {
        List<JsonNode> found = List.of(field);
        for (String step : path.below()) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode value : found) {
                if (value.isArray()) {
                    value.forEach(element -> addKey(element, step, next));
                } else {
                    addKey(value, step, next);
                }
            }
            found = next;
        }
        return found;
    }

    private static void addKey(JsonNode value, String key, List<JsonNode> into) {
        JsonNode found = value.isObject() ? value.get(key) : null;
        if (found != null) {
            into.add(found);
        }
    }

    /// Its `__type`, or an empty string.
    static String type(JsonNode value) {
        JsonNode type = value.isObject() ? value.get("__type") : null;
        return type != null && type.isString() ? type.stringValue() : "";
    }

    static String text(JsonNode value, String key) {
        JsonNode text = value.get(key);
        return text != null && text.isString() ? text.stringValue() : "";
    }

    /// Deep equality, with numbers compared as numbers and files by their names: addresses change.
    public static boolean equal(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.asDouble() == other.asDouble();
        }
        if (type(one).equals("File") && type(other).equals("File")) {
            return text(one, "name").equals(text(other, "name"));
        }
        if (one.getNodeType() != other.getNodeType() || one.size() != other.size()) {
            return false;
        }
        if (one.isArray()) {
            for (int i = 0; i < one.size(); i++) {
                if (!equal(one.get(i), other.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return one.isObject() ? hasAll(one, other) : one.equals(other);
    }

    /// Whether an object has all keys of another, with equal values.
    static boolean hasAll(JsonNode object, JsonNode keys) {
        if (!object.isObject()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> key : keys.properties()) {
            JsonNode value = object.get(key.getKey());
            if (value == null || !equal(value, key.getValue())) {
                return false;
            }
        }
        return true;
    }

    /// Orders text by code points, as PostgreSQL's collation `C` does.
    static int order(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                // Surrogates stand for code points above all other characters.
                boolean aHigh = Character.isSurrogate(a);
                return aHigh == Character.isSurrogate(b) ? Character.compare(a, b) : aHigh ? 1 : -1;
            }
        }
        return Integer.compare(one.length(), other.length());
    }
}

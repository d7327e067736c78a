package dev.rialto.sync;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Holds the fields that a client changed against what happened to them on the server.
///
/// @param fields as the client sent them
/// @param server the object as it is
record FieldMerge(ObjectNode fields, ObjectNode server) {
    /// The keys that both sides gave different values. What says how to compute a new value from
    /// the old one goes with any.
    ///
    /// @param changed whether a field has changed on the server
    Set<String> clashes(Predicate<String> changed) {
        Set<String> clashes = new LinkedHashSet<>();
        for (Map.Entry<String, JsonNode> each : fields.properties()) {
            String key = each.getKey();
            if (isSet(each.getValue())
                    && changed.test(key)
                    && !same(value(server, key), meant(each.getValue()))) {
                clashes.add(key);
            }
        }
        return clashes;
    }

    boolean setsSomething() {
        for (JsonNode value : fields) {
            if (isSet(value)) {
                return true;
            }
        }
        return false;
    }

    ObjectNode without(Set<String> keys) {
        ObjectNode rest = fields.deepCopy();
        rest.remove(keys);
        return rest;
    }

    private static boolean isSet(JsonNode value) {
        String operation = value.path("__op").asString("");
        return operation.isEmpty() || operation.equals("Delete");
    }

    /// The value that a field would have.
    private static JsonNode meant(JsonNode value) {
        return value.has("__op") ? JsonNodeFactory.instance.nullNode() : value;
    }

    /// A value by its key, which may lead into objects: `a.b`.
    static JsonNode value(ObjectNode object, String key) {
        JsonNode whole = object.get(key);
        if (whole != null) {
            return whole;
        }
        JsonNode value = object;
        for (String step : key.split("\\.", -1)) {
            value = value.path(step);
        }
        return value;
    }

    /// Whether two values are the same to a client. No value is the same as null.
    static boolean same(JsonNode one, JsonNode other) {
        if (isNothing(one) || isNothing(other)) {
            return isNothing(one) && isNothing(other);
        }
        if (one.isNumber() && other.isNumber()) {
            return one.doubleValue() == other.doubleValue();
        }
        if (one.isArray() && other.isArray()) {
            if (one.size() != other.size()) {
                return false;
            }
            for (int i = 0; i < one.size(); i++) {
                if (!same(one.path(i), other.path(i))) {
                    return false;
                }
            }
            return true;
        }
        if (one instanceof ObjectNode left && other instanceof ObjectNode right) {
            return sameObjects(left, right);
        }
        return one.equals(other);
    }

    private static boolean sameObjects(ObjectNode left, ObjectNode right) {
        if (left.path("__type").asString("").equals("File")) {
            // The address of a file depends on who asks where.
            return right.path("__type").asString("").equals("File")
                    && left.path("name").equals(right.path("name"));
        }
        Set<String> names = new LinkedHashSet<>(left.propertyNames());
        names.addAll(right.propertyNames());
        return names.stream().allMatch(name -> same(left.path(name), right.path(name)));
    }

    private static boolean isNothing(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    /// The fields in which two versions differ.
    static Set<String> differences(ObjectNode before, ObjectNode after) {
        Set<String> names = new LinkedHashSet<>(before.propertyNames());
        names.addAll(after.propertyNames());
        names.removeIf(name -> same(before.path(name), after.path(name)));
        return names;
    }
}

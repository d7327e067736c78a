package dev.rialto.sync;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a client keeps a copy of, and where it stands.
///
/// @param classes the condition for the objects of each class, by the class's name
/// @param limit the most changes to answer
record SyncRequest(SequencedMap<String, ObjectNode> classes, Optional<String> token, int limit) {
    private static final int MAX_CLASSES = 50;
    private static final int DEFAULT_LIMIT = 1_000;
    private static final int MAX_LIMIT = 2_000;
    private static final Set<String> KNOWN = Set.of("classes", "token", "limit");

    /// Reads the parameters.
    ///
    /// @throws RialtoException INVALID_QUERY
    static SyncRequest read(ObjectNode parameters) {
        for (String name : parameters.propertyNames()) {
            if (!KNOWN.contains(name)) {
                throw invalid("Invalid parameter for sync: " + name);
            }
        }
        return new SyncRequest(
                classes(parameters.path("classes")),
                token(parameters.path("token")),
                limit(parameters.path("limit")));
    }

    /// The condition for the objects of one of the classes.
    ObjectNode where(String className) {
        ObjectNode where = classes.get(className);
        if (where == null) {
            throw new IllegalArgumentException("not requested: " + className);
        }
        return where;
    }

    /// Equal for requests for the same objects.
    String fingerprint() {
        List<String> parts = new ArrayList<>();
        classes.forEach((name, where) -> {
            parts.add(name);
            parts.add(Json.write(where));
        });
        return Fingerprint.of(parts);
    }

    private static SequencedMap<String, ObjectNode> classes(JsonNode value) {
        SequencedMap<String, ObjectNode> classes = new TreeMap<>();
        JsonNode read = value;
        if (value.isString() && value.stringValue().stripLeading().startsWith("{")) {
            read = json(value.stringValue());
        }
        if (read instanceof ObjectNode conditions) {
            conditions
                    .properties()
                    .forEach(each -> classes.put(each.getKey(), where(each.getValue())));
        } else if (read.isArray()) {
            read.forEach(each -> classes.put(each.asString(""), Json.object()));
        } else {
            for (String name : read.asString("").split(",", -1)) {
                classes.put(name.strip(), Json.object());
            }
        }
        if (classes.isEmpty() || classes.containsKey("")) {
            throw invalid(
                    "classes must name what to sync: A,B or {\"A\": {where}, \"B\": {where}}");
        }
        if (classes.size() > MAX_CLASSES) {
            throw invalid("classes are limited to " + MAX_CLASSES + ", not " + classes.size());
        }
        return classes;
    }

    private static JsonNode json(String text) {
        try {
            return Json.read(text);
        } catch (JacksonException notJson) {
            throw invalid("classes is not valid JSON");
        }
    }

    private static ObjectNode where(JsonNode value) {
        if (value instanceof ObjectNode where) {
            return where;
        }
        throw invalid("the condition of a class must be an object, not " + value);
    }

    private static Optional<String> token(JsonNode value) {
        return value.isMissingNode() || value.isNull()
                ? Optional.empty()
                : Optional.of(value.asString(""));
    }

    private static int limit(JsonNode value) {
        if (value.isMissingNode()) {
            return DEFAULT_LIMIT;
        }
        double limit;
        try {
            limit = Double.parseDouble(value.asString(""));
        } catch (NumberFormatException notANumber) {
            limit = Double.NaN;
        }
        if (limit != Math.rint(limit) || limit < 1 || limit > MAX_LIMIT) {
            throw invalid("limit must be a whole number from 1 to " + MAX_LIMIT);
        }
        return (int) limit;
    }

    private static RialtoException invalid(String message) {
        return new RialtoException(ErrorCode.INVALID_QUERY, message);
    }
}

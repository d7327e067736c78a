package dev.rialto.objects;

import dev.rialto.kernel.Json;
import dev.rialto.model.FieldPath;
import dev.rialto.model.WireValues;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Computes, without the database, what an object would be after a write. The write itself computes
/// it again from what is stored by then.
final class WritePreview {
    private WritePreview() {}

    /// Applies the fields of a write to an object in place.
    ///
    /// @param wanted which fields
    static ObjectNode apply(ObjectNode object, ObjectNode fields, Predicate<String> wanted) {
        fields.properties()
                .forEach(each -> {
                    FieldPath path = FieldPath.of(each.getKey());
                    if (!each.getValue().isPojo() && wanted.test(path.field())) {
                        FieldOperation operation = FieldOperation.read(each.getValue());
                        put(object, path.steps(), operation);
                    }
                });
        return object;
    }

    private static void put(ObjectNode holder, List<String> steps, FieldOperation operation) {
        String step = steps.getFirst();
        JsonNode next = next(holder.path(step), steps.subList(1, steps.size()), operation);
        if (next.isMissingNode()) {
            holder.remove(step);
        } else {
            holder.set(step, next);
        }
    }

    private static JsonNode next(JsonNode now, List<String> below, FieldOperation operation) {
        if (below.isEmpty()) {
            return result(now, operation);
        }
        if (now instanceof ArrayNode array) {
            putElement(array, below, operation);
            return array;
        }
        if (!now.isObject() && operation instanceof FieldOperation.Delete) {
            return now;
        }
        ObjectNode holder = now instanceof ObjectNode object ? object : Json.object();
        put(holder, below, operation);
        return holder;
    }

    private static void putElement(ArrayNode array, List<String> steps, FieldOperation operation) {
        String step = steps.getFirst();
        boolean position = step.length() < 10 && step.chars().allMatch(Character::isDigit);
        int index = position && !step.isEmpty() ? Integer.parseInt(step) : array.size();
        if (index < array.size()) {
            JsonNode next = next(array.get(index), steps.subList(1, steps.size()), operation);
            if (next.isMissingNode()) {
                array.remove(index);
            } else {
                array.set(index, next);
            }
        }
    }

    private static JsonNode result(JsonNode now, FieldOperation operation) {
        if (isRelation(now)) {
            // What is in a relation is not part of the object.
            return now;
        }
        return switch (operation) {
            case FieldOperation.Set(var value) -> value.deepCopy();
            case FieldOperation.Delete _ -> Json.nodes().missingNode();
            case FieldOperation.Increment(var amount) -> number(now.asDouble(0) + amount);
            case FieldOperation.Add(var elements) -> elements(now).addAll(elements);
            case FieldOperation.AddUnique(var elements) -> {
                ArrayNode all = elements(now);
                elements.forEach(each -> {
                    if (!contains(all, each)) {
                        all.add(each);
                    }
                });
                yield all;
            }
            case FieldOperation.Remove(var elements) -> {
                ArrayNode left = Json.nodes().arrayNode();
                elements(now)
                        .forEach(each -> {
                            if (!contains(elements, each)) {
                                left.add(each);
                            }
                        });
                yield left;
            }
            case FieldOperation.AddRelation _,
                    FieldOperation.RemoveRelation _,
                    FieldOperation.Batch _ ->
                    now;
        };
    }

    static boolean isRelation(JsonNode value) {
        return value.path("__type").asString("").equals("Relation");
    }

    private static JsonNode number(double value) {
        long whole = (long) value;
        return whole == value ? Json.nodes().numberNode(whole) : Json.nodes().numberNode(value);
    }

    private static ArrayNode elements(JsonNode now) {
        return now instanceof ArrayNode array ? array.deepCopy() : Json.nodes().arrayNode();
    }

    private static boolean contains(ArrayNode array, JsonNode element) {
        for (JsonNode each : array) {
            if (isSame(each, element)) {
                return true;
            }
        }
        return false;
    }

    /// As `rialto.same_element` has it: objects with an id are known by it.
    private static boolean isSame(JsonNode one, JsonNode other) {
        return WireValues.equal(one, other)
                || (one.has("objectId")
                        && one.path("objectId").equals(other.path("objectId"))
                        && one.path("className").equals(other.path("className")));
    }
}

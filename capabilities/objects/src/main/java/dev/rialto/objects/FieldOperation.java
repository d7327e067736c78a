package dev.rialto.objects;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// The change of one field, or of a value inside it.
sealed interface FieldOperation {
    record Set(JsonNode value) implements FieldOperation {}

    record Delete() implements FieldOperation {}

    record Increment(double amount) implements FieldOperation {}

    record Add(ArrayNode elements) implements FieldOperation {}

    record AddUnique(ArrayNode elements) implements FieldOperation {}

    record Remove(ArrayNode elements) implements FieldOperation {}

    record AddRelation(List<String> ids) implements FieldOperation {}

    record RemoveRelation(List<String> ids) implements FieldOperation {}

    /// Several changes of one relation, in order.
    record Batch(List<FieldOperation> operations) implements FieldOperation {
        public Batch {
            operations = List.copyOf(operations);
        }
    }

    /// The names of the operations on the elements of an array.
    java.util.Set<String> ARRAY = java.util.Set.of("Add", "AddUnique", "Remove");

    /// Whether the client can't know the resulting value.
    default boolean isComputed() {
        return switch (this) {
            case Increment _, Add _, AddUnique _, Remove _ -> true;
            case Set _, Delete _, AddRelation _, RemoveRelation _, Batch _ -> false;
        };
    }

    /// Reads a value as it was written: plain, or `{"__op": "Increment", "amount": 1}`.
    static FieldOperation read(JsonNode wire) {
        if (!wire.isObject() || !wire.has("__op")) {
            return new Set(wire);
        }
        String name = wire.path("__op").asString("");
        return switch (name) {
            case "Delete" -> new Delete();
            case "Increment" -> new Increment(amount(wire));
            case "Decrement" -> new Increment(-amount(wire));
            case "Add" -> new Add(elements(wire, "add"));
            case "AddUnique" -> new AddUnique(elements(wire, "add"));
            case "Remove" -> new Remove(elements(wire, "remove"));
            case "AddRelation" -> new AddRelation(ids(wire));
            case "RemoveRelation" -> new RemoveRelation(ids(wire));
            case "Batch" -> {
                List<FieldOperation> all = new ArrayList<>();
                for (JsonNode each : wire.path("ops")) {
                    FieldOperation operation = read(each);
                    if (!(operation instanceof AddRelation
                            || operation instanceof RemoveRelation)) {
                        throw invalid(
                                "a Batch operation may contain only AddRelation and"
                                        + " RemoveRelation");
                    }
                    all.add(operation);
                }
                if (all.isEmpty()) {
                    throw invalid("a Batch operation needs at least one operation");
                }
                yield new Batch(all);
            }
            default ->
                    throw new RialtoException(
                            ErrorCode.COMMAND_UNAVAILABLE,
                            "The " + name + " operator is not supported yet.");
        };
    }

    private static double amount(JsonNode wire) {
        JsonNode amount = wire.path("amount");
        if (amount.isMissingNode()) {
            return 1;
        }
        if (!amount.isNumber()) {
            throw invalid("incrementing must provide a number");
        }
        return amount.doubleValue();
    }

    private static ArrayNode elements(JsonNode wire, String verb) {
        if (wire.path("objects") instanceof ArrayNode elements) {
            return elements;
        }
        throw invalid("objects to " + verb + " must be an array");
    }

    private static List<String> ids(JsonNode wire) {
        List<String> ids = new ArrayList<>();
        String className = "";
        for (JsonNode pointer : wire.path("objects")) {
            String id = pointer.path("objectId").asString("");
            String of = pointer.path("className").asString("");
            if (id.isEmpty() || of.isEmpty() || !(className.isEmpty() || className.equals(of))) {
                throw invalid(
                        "a relation takes saved objects of one class, not " + Json.write(pointer));
            }
            className = of;
            ids.add(id);
        }
        return ids;
    }

    private static RialtoException invalid(String message) {
        return new RialtoException(ErrorCode.INVALID_JSON, message);
    }
}

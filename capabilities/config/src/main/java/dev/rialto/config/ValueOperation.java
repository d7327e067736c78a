package dev.rialto.config;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// A change of a value by what it is now: `{"__op": "Increment", "amount": 1}`, or `Add`,
/// `AddUnique` and `Remove` with `objects`. A value that is not there yet counts as 0 or as an
/// empty array.
sealed interface ValueOperation {
    record Increment(double amount) implements ValueOperation {}

    record Add(ArrayNode elements) implements ValueOperation {}

    record AddUnique(ArrayNode elements) implements ValueOperation {}

    record Remove(ArrayNode elements) implements ValueOperation {}

    /// Reads an operation.
    ///
    /// @param name of the parameter
    static ValueOperation read(String name, JsonNode wire) {
        return switch (wire.path("__op").asString("")) {
            case "Increment" -> new Increment(amount(name, wire.path("amount")));
            case "Add" -> new Add(elements(name, wire.path("objects")));
            case "AddUnique" -> new AddUnique(elements(name, wire.path("objects")));
            case "Remove" -> new Remove(elements(name, wire.path("objects")));
            default ->
                    throw new RialtoException(
                            ErrorCode.COMMAND_UNAVAILABLE,
                            "The operations on a config parameter are Increment, Add, AddUnique,"
                                    + " Remove and Delete, not "
                                    + wire.path("__op")
                                    + ".");
        };
    }

    /// The value that a parameter has afterwards.
    ///
    /// @param now its value, or a missing node
    /// @throws RialtoException INCORRECT_TYPE when the value is not a number or an array
    default JsonNode applied(String name, JsonNode now) {
        return switch (this) {
            case Increment(double amount) -> sum(name, now, amount);
            case Add(var elements) -> array(name, now).addAll(elements);
            case AddUnique(var elements) -> {
                ArrayNode all = array(name, now);
                elements.forEach(each -> {
                    if (!contains(all, each)) {
                        all.add(each);
                    }
                });
                yield all;
            }
            case Remove(var elements) -> {
                ArrayNode left = Json.nodes().arrayNode();
                array(name, now)
                        .forEach(each -> {
                            if (!contains(elements, each)) {
                                left.add(each);
                            }
                        });
                yield left;
            }
        };
    }

    private static JsonNode sum(String name, JsonNode now, double amount) {
        if (!now.isNumber() && !isNothing(now)) {
            throw mismatch(name, "a number", now);
        }
        double sum = now.asDouble(0) + amount;
        if (!Double.isFinite(sum)) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON, "Config parameter " + name + " would be too large");
        }
        long whole = (long) sum;
        return whole == sum ? Json.nodes().numberNode(whole) : Json.nodes().numberNode(sum);
    }

    private static ArrayNode array(String name, JsonNode now) {
        if (now instanceof ArrayNode array) {
            return array.deepCopy();
        }
        if (!isNothing(now)) {
            throw mismatch(name, "an array", now);
        }
        return Json.nodes().arrayNode();
    }

    private static boolean isNothing(JsonNode now) {
        return now.isMissingNode() || now.isNull();
    }

    /// Numbers are equal however they are written.
    private static boolean contains(ArrayNode array, JsonNode element) {
        for (JsonNode each : array) {
            boolean same =
                    (each.isNumber() && element.isNumber())
                            ? each.asDouble() == element.asDouble()
                            : each.equals(element);
            if (same) {
                return true;
            }
        }
        return false;
    }

    private static double amount(String name, JsonNode amount) {
        if (amount.isMissingNode()) {
            return 1;
        }
        if (!amount.isNumber()) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "the amount to increment " + name + " must be a number");
        }
        return amount.doubleValue();
    }

    private static ArrayNode elements(String name, JsonNode elements) {
        if (elements instanceof ArrayNode array) {
            return array;
        }
        throw new RialtoException(
                ErrorCode.INVALID_JSON,
                "objects of the operation on " + name + " must be an array");
    }

    private static RialtoException mismatch(String name, String expected, JsonNode now) {
        return new RialtoException(
                ErrorCode.INCORRECT_TYPE,
                "Config parameter "
                        + name
                        + " is not "
                        + expected
                        + " but of type "
                        + now.getNodeType());
    }
}

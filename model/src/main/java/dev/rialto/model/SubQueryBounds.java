package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// Reads `limit` and `skip` of a query inside a query. Without a limit it finds all.
final class SubQueryBounds {
    private SubQueryBounds() {}

    static OptionalInt read(JsonNode query, String name) {
        JsonNode bound = query.get(name);
        if (bound == null || bound.isNull()) {
            return OptionalInt.empty();
        }
        if (!bound.isNumber() || bound.asDouble() != Math.rint(bound.asDouble())) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY, "bad " + name + " value; should be a whole number");
        }
        double number = Math.min(bound.asDouble(), Integer.MAX_VALUE);
        return number < 0 ? OptionalInt.empty() : OptionalInt.of((int) number);
    }
}

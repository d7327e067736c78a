package com.example.orders;

import dev.rialto.sdk.FunctionException;
import java.util.Map;

/// A part of an order: `{"product": "tea", "count": 2}`.
///
/// @param product its name
record OrderLine(String product, long count) {
    private static final int MAX_QUANTITY = 1_000;

    OrderLine {
        if (count < 1 || count > MAX_QUANTITY) {
            throw new FunctionException(
                    OrderHook.BAD_ORDER,
                    "The count must be 1 to " + MAX_QUANTITY + ", not " + count + ".");
        }
    }

    /// Reads what a client sent. Fields of objects may hold anything, so anything is looked at.
    static OrderLine of(Object sent) {
        if (sent instanceof Map<?, ?> line
                && line.get("product") instanceof String product
                && line.get("count") instanceof Long count) {
            return new OrderLine(product, count);
        }
        throw new FunctionException(
                OrderHook.BAD_ORDER, "A line needs a product and a count: " + sent);
    }
}

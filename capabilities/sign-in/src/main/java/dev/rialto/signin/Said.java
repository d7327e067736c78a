package dev.rialto.signin;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads strings that clients and providers send.
final class Said {
    private static final int MAX_LENGTH = 16_384;

    private Said() {}

    /// A string that is neither empty nor too long.
    static Optional<String> text(JsonNode from, String field) {
        JsonNode value = from.path(field);
        return value.isString()
                        && !value.stringValue().isEmpty()
                        && value.stringValue().length() <= MAX_LENGTH
                ? Optional.of(value.stringValue())
                : Optional.empty();
    }

    /// An id, which some providers send as a number.
    static Optional<String> id(JsonNode from, String field) {
        JsonNode value = from.path(field);
        return value.isIntegralNumber() ? Optional.of(value.asString()) : text(from, field);
    }

    /// `true`, which some providers send as a string.
    static boolean yes(JsonNode from, String field) {
        JsonNode value = from.path(field);
        return value.isBoolean() ? value.booleanValue() : value.asString("").equals("true");
    }
}

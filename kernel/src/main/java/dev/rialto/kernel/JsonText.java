package dev.rialto.kernel;

import tools.jackson.databind.JsonNode;

/// Rejects JSON values that are valid on the wire but can't be stored: NUL characters and lone
/// surrogates (PostgreSQL stores neither), and numbers that no double holds.
final class JsonText {
    private JsonText() {}

    static void check(JsonNode value) {
        switch (value.getNodeType()) {
            case OBJECT ->
                    value.properties()
                            .forEach(property -> {
                                check(property.getKey());
                                check(property.getValue());
                            });
            case ARRAY -> value.forEach(JsonText::check);
            case STRING -> check(value.stringValue());
            case NUMBER -> {
                if (!Double.isFinite(value.asDouble(Double.NaN))) {
                    throw new RialtoException(
                            ErrorCode.INVALID_JSON,
                            "number out of range; a number must fit an IEEE double");
                }
            }
            case MISSING, NULL, BOOLEAN, BINARY, POJO -> {}
        }
    }

    private static void check(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new RialtoException(
                        ErrorCode.INVALID_JSON, "a string must not contain the NUL character");
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new RialtoException(
                            ErrorCode.INVALID_JSON, "a string must not contain a lone surrogate");
                }
                i++;
            }
        }
    }
}

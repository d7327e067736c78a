package dev.rialto.kernel;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Keys with a special meaning to JavaScript objects or BSON, which no request may write at any
/// depth: code that reads them back might act on them.
public final class ProhibitedKeys {
    private static final String BSON_TYPE = "_bsontype";

    private static final Set<String> KEYS =
            Set.of("__proto__", "constructor", "prototype", BSON_TYPE);

    private ProhibitedKeys() {}

    /// Rejects a value with one of the keys, even as a step of a dotted key.
    ///
    /// @throws RialtoException INVALID_KEY_NAME
    public static void requireNone(JsonNode value) {
        if (value.isObject()) {
            value.properties()
                    .forEach(each -> {
                        for (String step : each.getKey().split("\\.", -1)) {
                            if (KEYS.contains(step)) {
                                throw prohibited(step, each.getValue());
                            }
                        }
                        requireNone(each.getValue());
                    });
        } else if (value.isArray()) {
            value.forEach(ProhibitedKeys::requireNone);
        }
    }

    private static RialtoException prohibited(String key, JsonNode value) {
        var keyword = Json.object().put("key", key);
        if (key.equals(BSON_TYPE) && value.isString() && value.stringValue().equals("Code")) {
            keyword.put("value", "Code");
        }
        return new RialtoException(
                ErrorCode.INVALID_KEY_NAME,
                "Prohibited keyword in request data: " + Json.write(keyword) + ".");
    }
}

package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Parameters that queries of all kinds have.
public final class QueryParameters {
    private QueryParameters() {}

    /// A condition as text or object.
    public static ObjectNode where(@Nullable JsonNode value) {
        JsonNode parsed = value == null ? Json.object() : value;
        if (parsed.isString()) {
            try {
                parsed = Json.read(parsed.stringValue());
            } catch (JacksonException notJson) {
                throw new RialtoException(
                        ErrorCode.INVALID_JSON, "where parameter is not valid JSON");
            }
        }
        if (parsed.isArray() && parsed.isEmpty()) {
            return Json.object();
        }
        if (!(parsed instanceof ObjectNode object)) {
            throw new RialtoException(ErrorCode.INVALID_JSON, "where parameter is not valid JSON");
        }
        return object;
    }

    /// Whether a plan is asked for instead of results: `true`, or any text but `false`.
    public static boolean isAsked(JsonNode explain) {
        return explain.isString()
                ? !explain.stringValue().isEmpty() && !explain.stringValue().equals("false")
                : explain.asBoolean(false);
    }
}

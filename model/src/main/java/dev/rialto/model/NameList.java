package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads lists of names in every form that clients send: `a,b`, `["a", "b"]` as JSON or as text,
/// and a parameter that comes several times.
public final class NameList {
    private NameList() {}

    /// The names, without blanks around them and without empty ones.
    ///
    /// @param parameter for the error message
    /// @throws RialtoException INVALID_QUERY when it is not a list of names
    public static List<String> read(@Nullable JsonNode value, String parameter) {
        List<String> names = new ArrayList<>();
        if (value != null && !value.isNull() && !value.isMissingNode()) {
            add(value, parameter, names);
        }
        return names;
    }

    private static void add(JsonNode value, String parameter, List<String> into) {
        if (value.isArray()) {
            for (JsonNode element : value) {
                if (!element.isString()) {
                    throw invalid(parameter);
                }
                add(element, parameter, into);
            }
            return;
        }
        if (!value.isString()) {
            throw invalid(parameter);
        }
        String text = value.stringValue().strip();
        if (text.startsWith("[")) {
            add(array(text, parameter), parameter, into);
            return;
        }
        for (String part : text.split(",", -1)) {
            String name = part.strip();
            if (!name.isEmpty()) {
                into.add(name);
            }
        }
    }

    private static JsonNode array(String text, String parameter) {
        try {
            return Json.read(text);
        } catch (JacksonException notJson) {
            throw invalid(parameter);
        }
    }

    private static RialtoException invalid(String parameter) {
        return new RialtoException(
                ErrorCode.INVALID_QUERY,
                parameter + " is not a valid list of names; write it as a,b or [\"a\", \"b\"]");
    }
}

package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The `name=value&name=value` text of a query string or a form.
final class QueryText {
    /// Parameters that are lists of names, so that they may come several times.
    private static final Set<String> LISTS = Set.of("excludeKeys", "include", "keys", "order");

    private QueryText() {}

    /// The parameters, each a JSON string, or an array of strings when it is a list and comes
    /// several times.
    ///
    /// @throws RialtoException INVALID_QUERY when one comes twice, MALFORMED_REQUEST when one is
    ///   not encoded right
    static ObjectNode read(String text) {
        var parameters = Json.object();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('&', start);
            end = end < 0 ? text.length() : end;
            if (end > start) {
                readParameter(text, start, end, parameters);
            }
            start = end + 1;
        }
        return parameters;
    }

    private static void readParameter(String text, int start, int end, ObjectNode parameters) {
        int equals = text.indexOf('=', start);
        int nameEnd = equals < 0 || equals > end ? end : equals;
        var name = PercentText.query(text.substring(start, nameEnd));
        var value = nameEnd == end ? "" : PercentText.query(text.substring(nameEnd + 1, end));
        JsonNode before = parameters.get(name);
        if (before == null) {
            parameters.put(name, value);
        } else if (before instanceof ArrayNode several) {
            several.add(value);
        } else if (LISTS.contains(name)) {
            parameters.putArray(name).add(before).add(value);
        } else {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "Invalid parameter for query: " + name + " is given twice");
        }
    }
}

package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import tools.jackson.databind.node.ObjectNode;

/// The `name=value&name=value` text of a query string or a form.
final class QueryText {
    private QueryText() {}

    /// The parameters, each a JSON string.
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
        if (parameters.has(name)) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "Invalid parameter for query: " + name + " comes twice");
        }
        parameters.put(name, value);
    }
}

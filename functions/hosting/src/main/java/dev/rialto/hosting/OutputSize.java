package dev.rialto.hosting;

import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// How large what a function answers may be, where its runtime does not look itself.
final class OutputSize {
    private final long max;
    private long left;

    private OutputSize(long max) {
        this.max = max;
        this.left = max;
    }

    /// @param max bytes of JSON, counted as one for each character
    /// @throws RialtoException OBJECT_TOO_LARGE when there are more, or INVALID_JSON when it is
    ///   nested too deep
    static void require(LoadedInterface called, JsonNode output, long max) {
        if (!called.boundsItsOutput()) {
            new OutputSize(max).count(output, 0);
        }
    }

    private void count(JsonNode value, int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "a function's result must not be nested deeper than "
                            + Json.MAX_DEPTH
                            + " levels");
        }
        take(value.isString() ? value.stringValue().length() + 3L : 2);
        for (JsonNode each : value) {
            count(each, depth + 1);
        }
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            take(each.getKey().length() + 3L);
        }
    }

    private void take(long bytes) {
        left -= bytes;
        if (left < 0) {
            throw new RialtoException(
                    ErrorCode.OBJECT_TOO_LARGE,
                    "a function's result must have at most " + max + " bytes as JSON");
        }
    }
}

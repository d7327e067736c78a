package dev.rialto.functions.spi;

import dev.rialto.kernel.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How a call ended that did not fail.
///
/// @param output what it returned, in wire form
/// @param head `status` and `headers` of the answer to a client, where it says something of them
public record Result(JsonNode output, Usage usage, ObjectNode head) {
    public Result(JsonNode output, Usage usage) {
        this(output, usage, Json.object());
    }
}

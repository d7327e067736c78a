package dev.rialto.workers;

import dev.rialto.functions.spi.Result;
import dev.rialto.functions.spi.Usage;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a worker says of a call that has succeeded.
///
/// @param context the context as the code left it, if there is one
/// @param head what the code set for the response to the client
record CallOutput(JsonNode output, JsonNode context, JsonNode head, Usage usage) {
    static CallOutput of(ObjectNode frame) {
        return new CallOutput(
                frame.path("output"),
                frame.path("context"),
                frame.path("head"),
                CallFrames.usage(frame.path("usage")));
    }

    /// The result of the call.
    ///
    /// @param given the context of the call, which is replaced by what the code left of it
    Result result(ObjectNode given) {
        if (checked(context) instanceof ObjectNode fields && !fields.equals(given)) {
            given.removeAll();
            given.setAll(fields);
        }
        return new Result(
                checked(output),
                usage,
                checked(head) instanceof ObjectNode fields ? fields : Json.object());
    }

    private static JsonNode checked(JsonNode value) {
        try {
            return Json.check(value);
        } catch (JacksonException unstorable) {
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED,
                    "the function returned a value that is not allowed: a NUL character, a lone"
                            + " surrogate or a number out of range");
        }
    }
}

package dev.rialto.kernel;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON as Rialto reads and writes it: strict, of bounded depth and size, with numbers as IEEE
/// doubles like JavaScript's, and free of what PostgreSQL can't store.
public final class Json {
    /// The deepest nesting of arrays and objects that is read.
    public static final int MAX_DEPTH = 100;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxNumberLength(400)
                                                    .maxStringLength(64 << 20)
                                                    .build())
                                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    public static JsonNodeFactory nodes() {
        return JsonNodeFactory.instance;
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static JsonMapper mapper() {
        return MAPPER;
    }

    /// Reads one JSON value.
    ///
    /// @throws JacksonException on text that is no JSON, too deep, or followed by more text
    public static JsonNode read(byte[] utf8) {
        return check(MAPPER.readTree(utf8));
    }

    /// Reads one JSON value.
    ///
    /// @throws JacksonException on text that is no JSON, too deep, or followed by more text
    public static JsonNode read(String text) {
        return check(MAPPER.readTree(text));
    }

    public static String write(JsonNode value) {
        return MAPPER.writeValueAsString(value);
    }

    /// Writes a number as JavaScript would: without a fraction when it is whole.
    public static void writeNumber(JsonGenerator out, double value) {
        long whole = (long) value;
        if (whole == value && Math.abs(value) < 1e15) {
            out.writeNumber(whole);
        } else {
            out.writeNumber(value);
        }
    }

    /// Refuses a value, read by other means than [#read], that can't be stored: NUL characters,
    /// lone surrogates, numbers that no double holds.
    ///
    /// @return the value
    public static JsonNode check(JsonNode value) {
        JsonText.check(value);
        return value;
    }
}

package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/// The objects of one JSON array, or of the array `results` in an object, as Parse's exports and
/// answers have it.
final class JsonArraySource implements RowSource {
    private static final int SHOWN = 1000;

    private final CountedStream in;
    private final JsonParser parser;
    private final ObjectReader reader =
            Json.mapper()
                    .readerFor(JsonNode.class)
                    .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private boolean started;
    private long number;

    JsonArraySource(CountedStream in) {
        this.in = in;
        this.parser = Json.mapper().createParser(in);
    }

    @Override
    public Optional<InputRow> next() {
        try {
            if (!started) {
                findArray();
                started = true;
            }
            if (parser.nextToken() == JsonToken.END_ARRAY) {
                return Optional.empty();
            }
            number++;
            return Optional.of(row(reader.readValue(parser)));
        } catch (JacksonException broken) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "malformed JSON on line %d, after object %d: %s"
                            .formatted(
                                    broken.getLocation().getLineNr(),
                                    number,
                                    broken.getOriginalMessage()),
                    broken);
        }
    }

    private InputRow row(JsonNode value) {
        try {
            Json.check(value);
            if (value.isObject()) {
                return new InputRow.Readable(number, value.asObject());
            }
            return unreadable(
                    value,
                    new RialtoException(
                            ErrorCode.INVALID_JSON, "an element of the array is not an object"));
        } catch (RialtoException refused) {
            return unreadable(value, refused);
        }
    }

    private InputRow unreadable(JsonNode value, RialtoException reason) {
        String text = Json.write(value);
        return new InputRow.Unreadable(
                number, text.substring(0, Math.min(text.length(), SHOWN)), reason);
    }

    private void findArray() {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean results = parser.currentName().equals("results");
                token = parser.nextToken();
                if (results) {
                    break;
                }
                parser.skipChildren();
            }
        }
        if (token != JsonToken.START_ARRAY) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "a JSON file must contain an array of objects, or an object with such an"
                            + " array as \"results\"; for one object on each line, use JSON lines");
        }
    }

    @Override
    public long position() {
        return in.count();
    }

    @Override
    public void close() throws IOException {
        parser.close();
        in.close();
    }
}

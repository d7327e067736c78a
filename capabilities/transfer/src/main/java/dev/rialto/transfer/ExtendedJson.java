package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.DateText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// MongoDB's Extended JSON as values in wire form: canonical and relaxed, version 2 and, for times
/// and binary data, version 1, which old tools write. What it calls `{"$date": ...}` is a Date,
/// `{"$binary": ...}` Bytes, and a number is a double, as it is in Parse Server.
final class ExtendedJson {
    private static final int SHOWN = 200;

    /// An offset without a colon, as old tools write it.
    private static final Pattern BARE_OFFSET = Pattern.compile("([+-]\\d\\d)(\\d\\d)$");

    private ExtendedJson() {}

    /// @throws RialtoException for types of MongoDB that Parse Server does not use
    static JsonNode wire(JsonNode value) {
        if (value.isArray()) {
            ArrayNode array = Json.nodes().arrayNode(value.size());
            value.forEach(each -> array.add(wire(each)));
            return array;
        }
        if (!value.isObject()) {
            return value;
        }
        String first = value.propertyNames().stream().findFirst().orElse("");
        return first.startsWith("$") ? typed(first, value) : object(value);
    }

    private static ObjectNode object(JsonNode value) {
        ObjectNode object = Json.object();
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            object.set(each.getKey(), wire(each.getValue()));
        }
        // A Date inside an object keeps its wrapping, and only its time becomes one of MongoDB's.
        boolean wrapped = object.path("__type").asString("").equals("Date");
        if (wrapped && object.path("iso").isObject()) {
            object.set("iso", object.path("iso").path("iso"));
        }
        return object;
    }

    private static JsonNode typed(String type, JsonNode value) {
        JsonNode content = value.path(type);
        return switch (type) {
            case "$oid", "$symbol" -> content;
            case "$date" -> date(content);
            case "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal" -> number(content);
            case "$binary" -> bytes(content.isObject() ? content.path("base64") : content);
            case "$type" -> bytes(value.path("$binary"));
            case "$undefined" -> Json.nodes().nullNode();
            default ->
                    throw new RialtoException(
                            ErrorCode.INCORRECT_TYPE,
                            "MongoDB's type %s has no counterpart: %s"
                                    .formatted(shown(type), shown(value)));
        };
    }

    private static JsonNode number(JsonNode content) {
        try {
            double number = Double.parseDouble(content.asString(""));
            // JSON has no such numbers, and Parse Server shows them as null.
            return Double.isFinite(number)
                    ? Json.nodes().numberNode(number)
                    : Json.nodes().nullNode();
        } catch (NumberFormatException notANumber) {
            throw invalid("number", content);
        }
    }

    private static ObjectNode bytes(JsonNode base64) {
        if (!base64.isString()) {
            throw invalid("binary value", base64);
        }
        return Json.object().put("__type", "Bytes").put("base64", base64.stringValue());
    }

    private static ObjectNode date(JsonNode content) {
        return Json.object().put("__type", "Date").put("iso", time(content));
    }

    private static String time(JsonNode content) {
        if (content.isString()) {
            String text = BARE_OFFSET.matcher(content.stringValue()).replaceFirst("$1:$2");
            return DateText.read(text)
                    .map(DateText::write)
                    .orElseThrow(() -> invalid("time", content));
        }
        try {
            JsonNode millis = content.isObject() ? content.path("$numberLong") : content;
            Instant time = Instant.ofEpochMilli(Long.parseLong(millis.asString("")));
            String text = DateText.write(time);
            if (DateText.read(text).filter(time::equals).isEmpty()) {
                throw invalid("time", content);
            }
            return text;
        } catch (NumberFormatException | DateTimeException notATime) {
            throw invalid("time", content);
        }
    }

    private static RialtoException invalid(String what, JsonNode content) {
        return new RialtoException(
                ErrorCode.INVALID_JSON,
                "%s is not a valid %s of MongoDB's Extended JSON".formatted(shown(content), what));
    }

    private static String shown(JsonNode value) {
        return shown(Json.write(value));
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}

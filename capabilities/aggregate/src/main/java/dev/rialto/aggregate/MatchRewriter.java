package dev.rialto.aggregate;

import dev.rialto.kernel.Json;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldType;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings the condition of a `$match` into the form of a `where`: names are those of the API, dates
/// have their `__type`. SDKs send dates in pipelines as plain ISO text.
final class MatchRewriter {
    /// The most milliseconds since 1970 that JavaScript's dates hold.
    private static final long LAST_MILLISECOND = 8_640_000_000_000_000L;

    private static final Set<String> CONNECTIVES = Set.of("$and", "$nor", "$or", "$relatedTo");

    private final ClassSchema schema;

    MatchRewriter(ClassSchema schema) {
        this.schema = schema;
    }

    ObjectNode where(ObjectNode match) {
        ObjectNode where = Json.object();
        for (Map.Entry<String, JsonNode> each : match.properties()) {
            String key = each.getKey();
            if (key.startsWith("$") && !CONNECTIVES.contains(key)) {
                throw PipelineReader.bad(
                        "The operator '"
                                + PipelineNames.shown(key)
                                + "' of $match is not supported"
                                + (key.equals("$where") ? ": conditions are not code." : "."));
            }
            if (key.startsWith("$")) {
                where.set(key, branches(each.getValue()));
                continue;
            }
            int dot = key.indexOf('.');
            String field = PipelineNames.field(dot < 0 ? key : key.substring(0, dot));
            FieldType type = dot < 0 ? schema.type(field).orElse(null) : null;
            where.set(dot < 0 ? field : field + key.substring(dot), operand(type, each.getValue()));
        }
        return where;
    }

    private JsonNode branches(JsonNode branches) {
        if (!branches.isArray()) {
            return branches;
        }
        ArrayNode all = Json.nodes().arrayNode();
        for (JsonNode branch : branches) {
            all.add(branch instanceof ObjectNode object ? where(object) : branch);
        }
        return all;
    }

    private JsonNode operand(@Nullable FieldType type, JsonNode value) {
        if (value instanceof ObjectNode object) {
            Optional<JsonNode> date = extendedDate(object);
            if (date.isPresent()) {
                return date.get();
            }
            if (object.has("__type")) {
                return value;
            }
            ObjectNode operators = Json.object();
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                operators.set(
                        each.getKey(),
                        each.getKey().startsWith("$")
                                ? operand(type, each.getValue())
                                : each.getValue());
            }
            return operators;
        }
        if (value.isArray()) {
            ArrayNode elements = Json.nodes().arrayNode();
            value.forEach(element -> elements.add(operand(type, element)));
            return elements;
        }
        if (!value.isString()) {
            return value;
        }
        return switch (type) {
            case FieldType.Date _ ->
                    DateText.read(value.stringValue()).map(MatchRewriter::date).orElse(value);
            // MongoDB has pointers as `Class$id`.
            case FieldType.Pointer(var target) when value.stringValue().startsWith(target + "$") ->
                    Json.nodes().stringNode(value.stringValue().substring(target.length() + 1));
            case null, default -> value;
        };
    }

    /// A date written as `{"$date": "2026-01-31T12:00:00.000Z"}`, in wire form.
    static Optional<JsonNode> extendedDate(ObjectNode object) {
        JsonNode date = object.get("$date");
        if (date == null || object.size() != 1) {
            return Optional.empty();
        }
        if (date.isNumber()) {
            double milliseconds = date.asDouble();
            return Math.abs(milliseconds) <= LAST_MILLISECOND
                    ? Optional.of(date(Instant.ofEpochMilli((long) milliseconds)))
                    : Optional.empty();
        }
        return date.isString()
                ? DateText.read(date.stringValue()).map(MatchRewriter::date)
                : Optional.empty();
    }

    private static JsonNode date(Instant time) {
        return Json.object().put("__type", "Date").put("iso", DateText.write(time));
    }
}

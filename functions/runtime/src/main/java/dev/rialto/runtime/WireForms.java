package dev.rialto.runtime;

import dev.rialto.kernel.Json;
import dev.rialto.sdk.Entity;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Values as functions see them, and in Parse's wire form.
///
/// | wire | function |
/// |---|---|
/// | text, boolean, null | the same |
/// | whole number that fits | `Long` |
/// | other number | `Double` |
/// | `Date` | [Instant] |
/// | `Pointer` | [Entity.Pointer] |
/// | `Object` | [Entity] |
/// | `Bytes` | `byte[]` |
/// | list, any other object | `List`, `Map` |
final class WireForms {
    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    private static final String TYPE = "__type";
    private static final String CLASS_NAME = "className";
    private static final String OBJECT_ID = "objectId";

    /// Dates that stand in objects as plain texts.
    private static final Set<String> PLAIN_DATES = Set.of("createdAt", "updatedAt");

    /// Writes what has no wire form of its own: records and enums of a micro app.
    interface Others {
        JsonNode write(Object value);
    }

    private WireForms() {}

    static @Nullable Object read(JsonNode wire) {
        return switch (wire.getNodeType()) {
            case STRING -> wire.stringValue();
            case BOOLEAN -> wire.booleanValue();
            case NUMBER -> number(wire);
            case ARRAY -> list(wire);
            case OBJECT -> typed(wire);
            case NULL, MISSING, BINARY, POJO -> null;
        };
    }

    /// An object of a class.
    @SuppressWarnings("NullAway") // it does not see that the values of an Entity may be null
    static Entity entity(JsonNode wire) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        wire.properties()
                .forEach(each -> {
                    String name = each.getKey();
                    if (PLAIN_DATES.contains(name) && each.getValue().isString()) {
                        fields.put(name, Instant.parse(each.getValue().stringValue()));
                    } else if (!name.equals(TYPE)
                            && !name.equals(CLASS_NAME)
                            && !name.equals(OBJECT_ID)) {
                        fields.put(name, read(each.getValue()));
                    }
                });
        return new Entity(
                wire.path(CLASS_NAME).asString(""), wire.path(OBJECT_ID).asString(""), fields);
    }

    static List<Entity> entities(JsonNode wire) {
        List<Entity> all = new ArrayList<>(wire.size());
        wire.forEach(each -> all.add(entity(each)));
        return all;
    }

    static Map<String, @Nullable Object> map(JsonNode wire) {
        Map<String, @Nullable Object> map = LinkedHashMap.newLinkedHashMap(wire.size());
        wire.properties().forEach(each -> map.put(each.getKey(), read(each.getValue())));
        return map;
    }

    static List<@Nullable Object> list(JsonNode wire) {
        List<@Nullable Object> list = new ArrayList<>(wire.size());
        wire.forEach(each -> list.add(read(each)));
        return list;
    }

    /// @param others writes values that are not in the table
    static JsonNode write(@Nullable Object value, Others others) {
        return switch (value) {
            case null -> Json.nodes().nullNode();
            case CharSequence text -> Json.nodes().stringNode(text.toString());
            case Boolean truth -> Json.nodes().booleanNode(truth);
            case Integer number -> Json.nodes().numberNode(number);
            case Long number -> Json.nodes().numberNode(number);
            case Double number -> Json.nodes().numberNode(number);
            case Instant date -> Json.object().put(TYPE, "Date").put("iso", MILLIS.format(date));
            case Entity.Pointer(String className, String id) ->
                    Json.object()
                            .put(TYPE, "Pointer")
                            .put(CLASS_NAME, className)
                            .put(OBJECT_ID, id);
            case Entity entity -> object(entity, others).put(TYPE, "Object");
            case byte[] bytes ->
                    Json.object()
                            .put(TYPE, "Bytes")
                            .put("base64", Base64.getEncoder().encodeToString(bytes));
            case Map<?, ?> map -> {
                ObjectNode object = Json.object();
                map.forEach((key, each) -> object.set(String.valueOf(key), write(each, others)));
                yield object;
            }
            case Iterable<?> list -> {
                ArrayNode array = Json.nodes().arrayNode();
                list.forEach(each -> array.add(write(each, others)));
                yield array;
            }
            default -> others.write(value);
        };
    }

    /// An object with its class and id, without a type.
    static ObjectNode object(Entity entity, Others others) {
        ObjectNode object = fields(entity, others);
        object.put(CLASS_NAME, entity.className());
        if (!entity.id().isEmpty()) {
            object.put(OBJECT_ID, entity.id());
        }
        return object;
    }

    /// The fields of an object alone.
    static ObjectNode fields(Entity entity, Others others) {
        ObjectNode object = Json.object();
        entity.fields()
                .forEach((name, value) -> {
                    if (PLAIN_DATES.contains(name) && value instanceof Instant date) {
                        object.put(name, MILLIS.format(date));
                    } else {
                        object.set(name, write(value, others));
                    }
                });
        return object;
    }

    private static @Nullable Object typed(JsonNode wire) {
        return switch (wire.path(TYPE).asString("")) {
            case "Date" -> Instant.parse(wire.path("iso").asString(""));
            case "Pointer" ->
                    new Entity.Pointer(
                            wire.path(CLASS_NAME).asString(""), wire.path(OBJECT_ID).asString(""));
            case "Object" -> entity(wire);
            case "Bytes" -> Base64.getDecoder().decode(wire.path("base64").asString(""));
            default -> map(wire);
        };
    }

    private static Object number(JsonNode wire) {
        if (wire.canConvertToLong() && wire.isIntegralNumber()) {
            return wire.longValue();
        }
        return wire.doubleValue();
    }
}

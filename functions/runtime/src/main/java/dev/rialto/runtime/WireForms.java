package dev.rialto.runtime;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.Entity;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Converts values between the form that functions see and Parse's wire form.
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

    /// Date fields that are plain strings in objects.
    private static final Set<String> PLAIN_DATES = Set.of("createdAt", "updatedAt");

    /// Writes values without a wire form of their own: records and enums of a micro app, and values
    /// that must be converted to Strings.
    interface Others {
        JsonNode write(Object value, OutgoingValue room);
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
                        fields.put(name, date(each.getValue().stringValue()));
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
    /// @param room counts what is written
    static JsonNode write(@Nullable Object value, Others others, OutgoingValue room) {
        return switch (value) {
            case null -> {
                room.value(4);
                yield Json.nodes().nullNode();
            }
            case String text -> text(text, room);
            case Boolean truth -> {
                room.value(4);
                yield Json.nodes().booleanNode(truth);
            }
            case Integer number -> {
                room.value(1);
                yield Json.nodes().numberNode(number);
            }
            case Long number -> {
                room.value(1);
                yield Json.nodes().numberNode(number);
            }
            case Double number -> {
                room.value(3);
                yield Json.nodes().numberNode(number);
            }
            case Map<?, ?> map -> map(map, others, room);
            case Iterable<?> list -> {
                room.enter();
                ArrayNode array = Json.nodes().arrayNode();
                list.forEach(each -> array.add(write(each, others, room)));
                room.leave();
                yield array;
            }
            case Entity entity -> object(entity, others, room).put(TYPE, "Object");
            case Instant _, Entity.Pointer _, byte[] _ -> typed(value, room);
            default -> others.write(value, room);
        };
    }

    static JsonNode text(String text, OutgoingValue room) {
        room.text(text);
        return Json.nodes().stringNode(text);
    }

    /// A map key as a field's name. `toString` of other types might never end.
    private static String name(@Nullable Object key) {
        return switch (key) {
            case String text -> text;
            case Number _, Boolean _, Character _, Enum<?> _, UUID _, Temporal _ ->
                    String.valueOf(key);
            case null, default ->
                    throw new IllegalArgumentException(
                            "a key of a map in JSON must be a String, a number, a boolean, an enum,"
                                    + " a UUID or a java.time value");
        };
    }

    private static ObjectNode map(Map<?, ?> map, Others others, OutgoingValue room) {
        room.enter();
        ObjectNode object = Json.object();
        map.forEach((key, each) -> {
            String name = name(key);
            room.text(name);
            object.set(name, write(each, others, room));
        });
        room.leave();
        return object;
    }

    /// A typed value in wire form, not nested ones.
    private static ObjectNode typed(Object value, OutgoingValue room) {
        return switch (value) {
            case Instant date -> {
                room.value(50);
                yield Json.object().put(TYPE, "Date").put("iso", MILLIS.format(date));
            }
            case Entity.Pointer(String className, String id) -> {
                room.value(50 + className.length() + id.length());
                yield Json.object()
                        .put(TYPE, "Pointer")
                        .put(CLASS_NAME, className)
                        .put(OBJECT_ID, id);
            }
            case byte[] bytes -> {
                room.value(30 + 4 * (bytes.length / 3L));
                yield Json.object()
                        .put(TYPE, "Bytes")
                        .put("base64", Base64.getEncoder().encodeToString(bytes));
            }
            default -> throw new IllegalArgumentException("no wire form for " + value.getClass());
        };
    }

    /// An object with its class and id, without a type.
    static ObjectNode object(Entity entity, Others others, OutgoingValue room) {
        ObjectNode object = fields(entity, others, room);
        room.value(30 + entity.className().length() + entity.id().length());
        object.put(CLASS_NAME, entity.className());
        if (!entity.id().isEmpty()) {
            object.put(OBJECT_ID, entity.id());
        }
        return object;
    }

    /// Only the fields of an object.
    static ObjectNode fields(Entity entity, Others others, OutgoingValue room) {
        room.enter();
        ObjectNode object = Json.object();
        entity.fields()
                .forEach((name, value) -> {
                    room.text(name);
                    if (PLAIN_DATES.contains(name) && value instanceof Instant date) {
                        object.put(name, MILLIS.format(date));
                    } else {
                        object.set(name, write(value, others, room));
                    }
                });
        room.leave();
        return object;
    }

    private static @Nullable Object typed(JsonNode wire) {
        return switch (wire.path(TYPE).asString("")) {
            case "Date" -> date(wire.path("iso").asString(""));
            case "Pointer" ->
                    new Entity.Pointer(
                            wire.path(CLASS_NAME).asString(""), wire.path(OBJECT_ID).asString(""));
            case "Object" -> entity(wire);
            case "Bytes" -> bytes(wire.path("base64").asString(""));
            default -> map(wire);
        };
    }

    private static Instant date(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw new RialtoException(ErrorCode.INVALID_JSON, "expected " + InputErrors.DATE);
        }
    }

    private static byte[] bytes(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            throw new RialtoException(ErrorCode.INVALID_JSON, "expected a string in base64");
        }
    }

    private static Object number(JsonNode wire) {
        if (wire.canConvertToLong() && wire.isIntegralNumber()) {
            return wire.longValue();
        }
        return wire.doubleValue();
    }
}

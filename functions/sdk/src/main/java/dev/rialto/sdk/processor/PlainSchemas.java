package dev.rialto.sdk.processor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// JSON Schema of types that contain no others.
final class PlainSchemas {
    static final Map<String, ?> BYTES = ordered("type", "string", "contentEncoding", "base64");

    private static final Map<String, Map<String, ?>> BY_NAME = byName();

    private PlainSchemas() {}

    /// @param name the class's, in full
    static Optional<Map<String, ?>> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /// The same schema with another keyword.
    static Map<String, ?> with(Map<String, ?> schema, String keyword, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(schema);
        changed.put(keyword, value);
        return changed;
    }

    /// The same schema, or null.
    static Map<String, ?> orNull(Map<String, ?> schema) {
        if (schema.isEmpty() || allowsNull(schema)) {
            return schema;
        }
        if (schema.get("type") instanceof String type && !schema.containsKey("enum")) {
            return with(schema, "type", List.of(type, "null"));
        }
        return Map.of("anyOf", List.of(schema, Map.of("type", "null")));
    }

    private static boolean allowsNull(Map<String, ?> schema) {
        return schema.get("type") instanceof List<?> || schema.containsKey("anyOf");
    }

    private static Map<String, Map<String, ?>> byName() {
        Map<String, Map<String, ?>> all = new HashMap<>();
        put(all, ordered("type", "boolean"), "java.lang.Boolean");
        put(
                all,
                ordered("type", "integer"),
                "java.lang.Byte",
                "java.lang.Short",
                "java.math.BigInteger");
        put(all, ordered("type", "integer", "format", "int32"), "java.lang.Integer");
        put(all, ordered("type", "integer", "format", "int64"), "java.lang.Long");
        put(
                all,
                ordered("type", "number"),
                "java.lang.Float",
                "java.lang.Double",
                "java.lang.Number",
                "java.math.BigDecimal");
        put(
                all,
                ordered("type", "string"),
                "java.lang.String",
                "java.lang.CharSequence",
                "java.lang.Character");
        put(
                all,
                ordered("type", "string", "format", "date-time"),
                "java.time.Instant",
                "java.time.OffsetDateTime");
        put(all, ordered("type", "string", "format", "date"), "java.time.LocalDate");
        put(all, ordered("type", "string", "format", "duration"), "java.time.Duration");
        put(all, ordered("type", "string", "format", "uuid"), "java.util.UUID");
        put(all, ordered("type", "string", "format", "uri"), "java.net.URI");
        put(
                all,
                ordered("type", "string"),
                "java.time.LocalDateTime",
                "java.time.LocalTime",
                "java.time.ZonedDateTime");
        put(all, nullOr("integer"), "java.util.OptionalInt", "java.util.OptionalLong");
        put(all, nullOr("number"), "java.util.OptionalDouble");
        put(all, ordered(), "java.lang.Object");
        for (String name : Arguments.RECORDS) {
            put(all, ordered("title", name, "type", "object"), Arguments.PACKAGE + name);
        }
        // The server tells by the format that an endpoint takes or makes the whole of a message.
        put(
                all,
                ordered("title", "HttpRequest", "type", "object", "format", "http-request"),
                Arguments.PACKAGE + "HttpRequest");
        put(
                all,
                ordered("title", "HttpResponse", "format", "http-response"),
                Arguments.PACKAGE + "HttpResponse");
        return all;
    }

    private static Map<String, ?> nullOr(String type) {
        return Map.of("type", List.of(type, "null"));
    }

    private static void put(
            Map<String, Map<String, ?>> all, Map<String, ?> schema, String... names) {
        Arrays.asList(names).forEach(each -> all.put(each, schema));
    }

    private static Map<String, ?> ordered(String... namesAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        var all = new ArrayList<>(List.of(namesAndValues));
        for (int i = 0; i < all.size(); i += 2) {
            map.put(all.get(i), all.get(i + 1));
        }
        return map;
    }
}

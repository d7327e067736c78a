package dev.rialto.where;

import dev.rialto.kernel.Json;
import dev.rialto.model.DateText;
import dev.rialto.model.Value;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Random values from so few that they often meet.
final class SampleValues {
    static final List<String> FIELDS =
            List.of("s", "n", "b", "d", "o", "a", "p", "f", "g", "y", "x");
    private static final List<String> TEXTS =
            List.of("", "a", "ab", "abc", "A", "b c", "é", "z\ny", "\ud835\udcb3", "\uffee", "a.b");
    private static final List<Double> NUMBERS =
            List.of(-1.0, 0.0, 1.0, 1.5, 2.0, 0.1, 1e10, 9007199254740992.0);
    private static final List<String> DATES =
            List.of(
                    "2020-01-01T00:00:00.000Z",
                    "2020-01-01T00:00:00.001Z",
                    "1969-12-31T23:59:59.999Z",
                    "2026-07-01T12:30:00.000Z",
                    "0099-01-01T00:00:00.000Z",
                    "0000-02-29T00:00:00.000Z",
                    "-000044-03-15T10:00:00.000Z",
                    "+012026-07-01T12:30:00.000Z");

    private SampleValues() {}

    static Value of(String field, Random random) {
        return switch (field) {
            case "s" -> text(random);
            case "n" -> number(random);
            case "b" -> new Value.Bool(random.nextBoolean());
            case "d" -> date(random);
            case "o" -> object(random, 2);
            case "a" -> array(random, 2);
            case "p" -> pointer(random, "Other");
            case "f" -> new Value.File(random.nextInt(3) + "_f.txt");
            case "g" -> point(random);
            case "y" -> polygon(random);
            case "x" -> new Value.Bytes(random.nextBoolean() ? "AQI=" : "/w==");
            default -> throw new IllegalArgumentException(field);
        };
    }

    /// A value of any type.
    static Value any(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 14 : 11)) {
            case 0 -> new Value.Null();
            case 1, 2 -> text(random);
            case 3, 4 -> number(random);
            case 5 -> new Value.Bool(random.nextBoolean());
            case 6 -> date(random);
            case 7 -> pointer(random, random.nextInt(4) == 0 ? "Thing" : "Other");
            case 8 -> of("f", random);
            case 9 -> point(random);
            case 10 -> random.nextBoolean() ? of("x", random) : polygon(random);
            case 11, 12 -> array(random, depth - 1);
            default -> object(random, depth - 1);
        };
    }

    static Value text(Random random) {
        return new Value.Text(pick(TEXTS, random));
    }

    static Value number(Random random) {
        return new Value.Number(pick(NUMBERS, random));
    }

    static String isoDate(Random random) {
        return pick(DATES, random);
    }

    static Value date(Random random) {
        Instant time = DateText.read(isoDate(random)).orElseThrow();
        return new Value.Date(time);
    }

    static Value.Pointer pointer(Random random, String className) {
        return new Value.Pointer(className, className.charAt(0) + "" + random.nextInt(14));
    }

    static Value.GeoPoint point(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> new Value.GeoPoint(random.nextBoolean() ? 90 : -90, 0);
            case 1 ->
                    new Value.GeoPoint(random.nextInt(21) - 10, random.nextBoolean() ? 180 : -180);
            case 2, 3 -> new Value.GeoPoint(random.nextInt(7), random.nextInt(7));
            default ->
                    new Value.GeoPoint(
                            random.nextDouble() * 180 - 90, random.nextDouble() * 360 - 180);
        };
    }

    static Value.Polygon polygon(Random random) {
        int x = random.nextInt(5);
        int y = random.nextInt(5);
        var start = new Value.GeoPoint(y, x);
        return new Value.Polygon(
                List.of(
                        start,
                        new Value.GeoPoint(y + 4, x + 1),
                        new Value.GeoPoint(y + 1, x + 5),
                        start));
    }

    static Value array(Random random, int depth) {
        List<Value> elements = new ArrayList<>();
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            elements.add(any(random, depth));
        }
        return new Value.Array(elements);
    }

    static Value object(Random random, int depth) {
        var fields = new LinkedHashMap<String, Value>();
        for (String key : List.of("a", "b", "c", "0")) {
            if (random.nextInt(2) == 0) {
                fields.put(key, any(random, depth));
            }
        }
        return new Value.Obj(fields);
    }

    /// A value as a careless client writes it, which is stored as the same value.
    static JsonNode untidy(JsonNode wire, Random random) {
        if (wire instanceof ArrayNode array) {
            ArrayNode untidy = Json.nodes().arrayNode();
            array.forEach(each -> untidy.add(untidy(each, random)));
            return untidy;
        }
        if (!(wire instanceof ObjectNode object)) {
            return wire;
        }
        ObjectNode untidy = Json.object();
        object.properties()
                .forEach(each -> untidy.set(each.getKey(), untidy(each.getValue(), random)));
        switch (object.path("__type").asString("")) {
            case "Date" -> untidy.put("iso", elsewhere(object.path("iso").asString(), random));
            case "File" -> untidy.put("url", "http://elsewhere/" + random.nextInt());
            case "Pointer" -> untidy.put("name", "not part of a pointer");
            case "Bytes", "GeoPoint" -> untidy.put("more", 1);
            default -> {}
        }
        return untidy;
    }

    /// A time told in another time zone.
    private static String elsewhere(String iso, Random random) {
        OffsetDateTime time = DateText.read(iso).orElseThrow().atOffset(ZoneOffset.UTC);
        return random.nextBoolean() || time.getYear() < 1 || time.getYear() > 9999
                ? iso
                : time.withOffsetSameInstant(ZoneOffset.ofHours(random.nextInt(-9, 10))).toString();
    }

    static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}

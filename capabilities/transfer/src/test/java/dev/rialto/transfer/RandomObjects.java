package dev.rialto.transfer;

import dev.rialto.kernel.Json;
import dev.rialto.model.DateText;
import dev.rialto.model.ValueWriter;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Objects with fields of every type, made from a seed: hostile text, extreme numbers and dates,
/// explicit nulls, ACLs.
final class RandomObjects {
    private static final String[] TEXTS = {
        "",
        "plain",
        "tab\tnew\nline\r",
        "back\\slash \\N \\.",
        "quote\"'`",
        "\u0001\u001f",
        "grüße",
        "日本語",
        "😀\uD83D\uDC68\u200D",
        "{\"a\":1}",
        "{a,b}",
        "NULL",
        "null",
        "\u2028"
    };
    private static final double[] NUMBERS = {
        0,
        -0.0,
        1,
        -1,
        0.1,
        1e15,
        1e16,
        1e-7,
        123456789.125,
        Double.MAX_VALUE,
        Double.MIN_VALUE,
        9007199254740992.0,
        -1.5e300,
        1.0 / 3
    };

    private final Random random;

    RandomObjects(long seed) {
        this.random = new Random(seed);
    }

    ObjectNode next(int number) {
        ObjectNode object = Json.object();
        object.put("objectId", "id" + number);
        object.put("createdAt", DateText.write(time()));
        object.put("updatedAt", DateText.write(time()));
        maybe(object, "text", () -> Json.nodes().stringNode(text()));
        maybe(object, "number", () -> ValueWriter.number(number()));
        maybe(object, "flag", () -> Json.nodes().booleanNode(random.nextBoolean()));
        maybe(object, "date", this::date);
        maybe(object, "object", () -> object(3));
        maybe(object, "array", () -> array(3));
        maybe(object, "place", this::place);
        maybe(object, "area", this::area);
        maybe(object, "file", () -> typed("File").put("name", "f" + random.nextInt(99) + ".txt"));
        maybe(object, "bytes", this::bytes);
        maybe(object, "friend", () -> pointer("Person", "p" + random.nextInt(9)));
        if (random.nextBoolean()) {
            object.set("ACL", acl());
        }
        return object;
    }

    /// The line that fills the relation `likes` of an object.
    ObjectNode likes(int number) {
        ObjectNode line = Json.object().put("objectId", "id" + number);
        ArrayNode members = line.putObject("likes").put("__op", "AddRelation").putArray("objects");
        for (int i = random.nextInt(5); i >= 0; i--) {
            members.add(pointer("Person", "p" + random.nextInt(20)));
        }
        return line;
    }

    private void maybe(ObjectNode object, String field, Supplier<JsonNode> value) {
        int chance = random.nextInt(10);
        if (chance == 0) {
            object.putNull(field);
        } else if (chance > 2) {
            object.set(field, value.get());
        }
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)] + TEXTS[random.nextInt(TEXTS.length)];
    }

    private double number() {
        return random.nextBoolean()
                ? NUMBERS[random.nextInt(NUMBERS.length)]
                : random.nextGaussian();
    }

    private Instant time() {
        return switch (random.nextInt(8)) {
            case 0 -> Instant.parse("-4711-03-01T00:00:00.001Z");
            case 1 -> Instant.parse("0000-02-29T23:59:59.999Z");
            case 2 -> Instant.parse("+275760-09-13T00:00:00Z");
            case 3 -> Instant.parse("0001-01-01T00:00:00Z");
            default -> Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
        };
    }

    private JsonNode date() {
        return typed("Date").put("iso", DateText.write(time()));
    }

    private JsonNode place() {
        ObjectNode place = typed("GeoPoint");
        place.set("latitude", ValueWriter.number(random.nextDouble(-90, 90)));
        place.set("longitude", ValueWriter.number(random.nextInt(-180, 181)));
        return place;
    }

    private JsonNode area() {
        ObjectNode area = typed("Polygon");
        ArrayNode corners = area.putArray("coordinates");
        double[][] ring = {{0, 0}, {0, 1.5}, {random.nextDouble(1, 2), 1}, {0, 0}};
        for (double[] corner : ring) {
            corners.addArray()
                    .add(ValueWriter.number(corner[0]))
                    .add(ValueWriter.number(corner[1]));
        }
        return area;
    }

    private JsonNode bytes() {
        var bytes = new byte[random.nextInt(20) + 1];
        random.nextBytes(bytes);
        return typed("Bytes").put("base64", Base64.getEncoder().encodeToString(bytes));
    }

    private JsonNode acl() {
        ObjectNode acl = Json.object();
        for (String name : new String[] {"*", "role:o'ne \"two\"", "user1", "{x}"}) {
            int rights = random.nextInt(4);
            if (rights > 0) {
                ObjectNode entry = acl.putObject(name);
                if (rights != 2) {
                    entry.put("read", true);
                }
                if (rights != 1) {
                    entry.put("write", true);
                }
            }
        }
        return acl;
    }

    private ObjectNode object(int depth) {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(4); i > 0; i--) {
            object.set("k" + text().replaceAll("[.$]", ""), nested(depth));
        }
        return object;
    }

    private ArrayNode array(int depth) {
        ArrayNode array = Json.nodes().arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            array.add(nested(depth));
        }
        return array;
    }

    private JsonNode nested(int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 8)) {
            case 0 -> Json.nodes().stringNode(text());
            case 1 -> ValueWriter.number(number());
            case 2 -> Json.nodes().nullNode();
            case 3 -> Json.nodes().booleanNode(true);
            case 4 -> pointer("Person", "p1");
            case 5 -> date();
            case 6 -> object(depth - 1);
            default -> array(depth - 1);
        };
    }

    private static ObjectNode pointer(String className, String objectId) {
        return typed("Pointer").put("className", className).put("objectId", objectId);
    }

    private static ObjectNode typed(String type) {
        return Json.object().put("__type", type);
    }
}

package dev.rialto.model;

import dev.rialto.kernel.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes values in their wire form. What it writes, [ValueReader] reads back as the same value.
public final class ValueWriter {
    private ValueWriter() {}

    public static JsonNode write(Value value) {
        return switch (value) {
            case Value.Null _ -> Json.nodes().nullNode();
            case Value.Bool(boolean bool) -> Json.nodes().booleanNode(bool);
            case Value.Number(double number) -> number(number);
            case Value.Text(String text) -> Json.nodes().stringNode(text);
            case Value.Date(var time) -> typed("Date").put("iso", DateText.write(time));
            case Value.Bytes(String base64) -> typed("Bytes").put("base64", base64);
            case Value.Pointer(String className, String objectId) ->
                    typed("Pointer").put("className", className).put("objectId", objectId);
            case Value.File(String name) -> typed("File").put("name", name);
            case Value.GeoPoint(double latitude, double longitude) -> {
                ObjectNode point = typed("GeoPoint");
                point.set("latitude", number(latitude));
                point.set("longitude", number(longitude));
                yield point;
            }
            case Value.Polygon(var corners) -> {
                ObjectNode polygon = typed("Polygon");
                ArrayNode coordinates = polygon.putArray("coordinates");
                for (Value.GeoPoint corner : corners) {
                    coordinates
                            .addArray()
                            .add(number(corner.latitude()))
                            .add(number(corner.longitude()));
                }
                yield polygon;
            }
            case Value.Relation(String className) -> typed("Relation").put("className", className);
            case Value.Array(var elements) -> {
                ArrayNode array = Json.nodes().arrayNode(elements.size());
                elements.forEach(element -> array.add(write(element)));
                yield array;
            }
            case Value.Obj(var fields) -> {
                ObjectNode object = Json.object();
                fields.forEach((key, field) -> object.set(key, write(field)));
                yield object;
            }
        };
    }

    /// A number as JavaScript writes it: without a fraction when it is whole.
    public static JsonNode number(double value) {
        long whole = (long) value;
        return whole == value && Math.abs(value) < 1e15
                ? Json.nodes().numberNode(whole)
                : Json.nodes().numberNode(value);
    }

    private static ObjectNode typed(String type) {
        return Json.object().put("__type", type);
    }
}

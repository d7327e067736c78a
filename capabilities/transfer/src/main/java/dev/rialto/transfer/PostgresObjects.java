package dev.rialto.transfer;

import dev.rialto.kernel.Json;
import dev.rialto.model.FieldType;
import dev.rialto.model.GeometryText;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Turns rows of a class, as Parse Server stores them in PostgreSQL, into objects. They come as
/// `row_to_json` writes them.
final class PostgresObjects implements RowConverter {
    private static final Set<String> PLAIN = Set.of("objectId", "createdAt", "updatedAt");

    private final ParseClass type;
    private final Set<String> hidden;
    private final ImportNotes notes;

    /// @param hidden fields of the class here that clients never see
    PostgresObjects(ParseClass type, Set<String> hidden, ImportNotes notes) {
        this.type = type;
        this.hidden = hidden;
        this.notes = notes;
    }

    @Override
    public ObjectNode convert(ObjectNode row) {
        ObjectNode object = Json.object();
        ParseRows.setAcl(object, row.path("_rperm"), row.path("_wperm"));
        for (Map.Entry<String, JsonNode> each : row.properties()) {
            // A field without a value and one that is null look the same.
            if (!each.getValue().isNull()) {
                take(each.getKey(), each.getValue(), object);
            }
        }
        return object;
    }

    private void take(String column, JsonNode stored, ObjectNode object) {
        if (column.equals("_rperm") || column.equals("_wperm")) {
            return;
        }
        boolean ofUser = type.name().equals("_User");
        if (ofUser && column.startsWith(ParseRows.AUTH_DATA)) {
            String provider = column.substring(ParseRows.AUTH_DATA.length());
            ParseRows.addAuthData(object, provider, stored);
        } else if (ofUser && column.equals("authData")) {
            stored.properties()
                    .forEach(each -> ParseRows.addAuthData(object, each.getKey(), each.getValue()));
        } else if (PLAIN.contains(column) || hidden.contains(column)) {
            object.set(column, stored);
        } else {
            takeValue(column, stored, object);
        }
    }

    private void takeValue(String column, JsonNode stored, ObjectNode object) {
        switch (type.type(column).orElse(null)) {
            case null ->
                    notes.leftOut(
                            type.name(),
                            column,
                            column.startsWith("_")
                                    ? "there is nothing like it here"
                                    : "_SCHEMA has no such field");
            case FieldType.Relation _, FieldType.Acl _ -> {}
            case FieldType.Pointer _, FieldType.File _, FieldType.Date _ ->
                    object.set(
                            column,
                            ParseRows.named(type.type(column).orElseThrow(), stored.asString("")));
            case FieldType.GeoPoint _ -> {
                double[] point = GeometryText.coordinates(stored.asString(""));
                object.set(column, ParseRows.point(point[1], point[0]));
            }
            case FieldType.Polygon _ -> object.set(column, polygon(stored.asString("")));
            // What JSON has no number for is a string here, and null in answers of Parse Server.
            case FieldType.Number _ ->
                    object.set(column, stored.isNumber() ? stored : Json.nodes().nullNode());
            case FieldType.Text _,
                    FieldType.Bool _,
                    FieldType.Obj _,
                    FieldType.Array _,
                    FieldType.Bytes _ ->
                    object.set(column, stored);
        }
    }

    private static ObjectNode polygon(String text) {
        ObjectNode polygon = Json.object().put("__type", "Polygon");
        ArrayNode corners = polygon.putArray("coordinates");
        double[] numbers = GeometryText.coordinates(text);
        for (int i = 0; i + 1 < numbers.length; i += 2) {
            corners.addArray()
                    .add(ParseRows.requireNumber(numbers[i + 1]))
                    .add(ParseRows.requireNumber(numbers[i]));
        }
        return polygon;
    }
}

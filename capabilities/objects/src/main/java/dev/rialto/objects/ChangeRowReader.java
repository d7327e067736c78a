package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.DateText;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.model.FileAddresses;
import dev.rialto.model.GeometryText;
import dev.rialto.model.ValueWriter;
import dev.rialto.store.Names;
import dev.rialto.where.NestedFiles;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Converts rows of the change log, as PostgreSQL's `to_jsonb` writes them, to objects in wire
/// form. Columns that the class no longer has, or now has with another type, are left out.
final class ChangeRowReader {
    private static final Pattern TIME =
            Pattern.compile(
                    "(\\d+)-(\\d\\d)-(\\d\\d)T(\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?)"
                            + "([+-]\\d\\d(?::\\d\\d(?::\\d\\d)?)?)( BC)?");

    /// Does not backtrack, since a string of any length may stand in place of a geometry.
    private static final Pattern GEOMETRY =
            Pattern.compile("(?=\\D*+\\d[^,]*+,\\D*+\\d)\\([-+.,()\\w]++(?<=\\))");

    private static final Pattern HEX = Pattern.compile("\\\\x(?:[0-9a-f]{2})*");

    private final App app;
    private final ClassSchema schema;
    private final FileAddresses files;

    ChangeRowReader(App app, ClassSchema schema, FileAddresses files) {
        this.app = app;
        this.schema = schema;
        this.files = files;
    }

    ObjectNode read(JsonNode row) {
        ObjectNode object = Json.object();
        object.put("objectId", row.path("objectId").asString());
        object.put("createdAt", iso(row.path("createdAt")));
        object.put("updatedAt", iso(row.path("updatedAt")));
        Set<String> nulls = names(row.path("_nulls"));
        for (Map.Entry<String, Field> each : schema.fields().entrySet()) {
            String name = each.getKey();
            FieldType type = each.getValue().type();
            if (ClassNames.IMPLICIT.contains(name) || name.startsWith("_")) {
                continue;
            }
            if (type instanceof FieldType.Relation(var target)) {
                object.set(name, typed("Relation").put("className", target));
                continue;
            }
            JsonNode value = row.path(Names.fit(name));
            if (fits(type, value)) {
                object.set(name, value(type, value));
            } else if (nulls.contains(name)) {
                object.putNull(name);
            }
        }
        readAcl(row, object);
        return object;
    }

    /// Whether a column of that type wrote the value; null and missing values don't count.
    private static boolean fits(FieldType type, JsonNode value) {
        return switch (type) {
            case FieldType.Text _, FieldType.Pointer _, FieldType.File _ -> value.isString();
            case FieldType.Bool _ -> value.isBoolean();
            case FieldType.Number _ -> value.isNumber();
            case FieldType.Obj _ -> value.isObject();
            case FieldType.Array _ -> value.isArray();
            case FieldType.Date _ -> value.isString() && TIME.matcher(value.asString()).matches();
            case FieldType.GeoPoint _, FieldType.Polygon _ ->
                    value.isString() && GEOMETRY.matcher(value.asString()).matches();
            case FieldType.Bytes _ -> value.isString() && HEX.matcher(value.asString()).matches();
            case FieldType.Relation _, FieldType.Acl _ -> false;
        };
    }

    private JsonNode value(FieldType type, JsonNode value) {
        return switch (type) {
            case FieldType.Text _, FieldType.Bool _ -> value;
            case FieldType.Obj _, FieldType.Array _ -> new NestedFiles(app, files).addTo(value);
            case FieldType.Number _ -> ValueWriter.number(value.asDouble());
            case FieldType.Date _ -> typed("Date").put("iso", iso(value));
            case FieldType.Pointer(var target) ->
                    typed("Pointer").put("className", target).put("objectId", value.asString());
            case FieldType.File _ ->
                    typed("File")
                            .put("name", value.asString())
                            .put("url", files.url(app, value.asString()));
            case FieldType.GeoPoint _ -> {
                double[] point = GeometryText.coordinates(value.asString());
                ObjectNode geo = typed("GeoPoint");
                geo.set("latitude", ValueWriter.number(point[1]));
                geo.set("longitude", ValueWriter.number(point[0]));
                yield geo;
            }
            case FieldType.Polygon _ -> polygon(GeometryText.coordinates(value.asString()));
            case FieldType.Bytes _ ->
                    typed("Bytes")
                            .put(
                                    "base64",
                                    Base64.getEncoder()
                                            .encodeToString(
                                                    HexFormat.of()
                                                            .parseHex(
                                                                    value.asString()
                                                                            .substring(2))));
            case FieldType.Relation _, FieldType.Acl _ ->
                    throw new IllegalStateException(type + " has no column");
        };
    }

    private static ObjectNode typed(String type) {
        return Json.object().put("__type", type);
    }

    private static ObjectNode polygon(double[] corners) {
        ObjectNode polygon = typed("Polygon");
        var coordinates = polygon.putArray("coordinates");
        for (int i = 0; i < corners.length; i += 2) {
            coordinates
                    .addArray()
                    .add(ValueWriter.number(corners[i + 1]))
                    .add(ValueWriter.number(corners[i]));
        }
        return polygon;
    }

    /// A time in ISO form. Its offset depends on the session that wrote the row, which may be in
    /// any time zone.
    private static String iso(JsonNode value) {
        Matcher time = TIME.matcher(value.asString());
        if (!time.matches()) {
            throw new IllegalStateException("not a PostgreSQL timestamp: " + value);
        }
        int year = Integer.parseInt(time.group(1));
        return DateText.write(
                OffsetDateTime.of(
                        LocalDate.of(
                                time.group(6) == null ? year : 1 - year,
                                Integer.parseInt(time.group(2)),
                                Integer.parseInt(time.group(3))),
                        LocalTime.parse(time.group(4)),
                        ZoneOffset.of(time.group(5))));
    }

    private static void readAcl(JsonNode row, ObjectNode object) {
        JsonNode readers = row.path("_rperm");
        JsonNode writers = row.path("_wperm");
        if (!readers.isArray() && !writers.isArray()) {
            return;
        }
        Set<String> mayRead = names(readers);
        Set<String> mayWrite = names(writers);
        Set<String> all = new TreeSet<>(mayRead);
        all.addAll(mayWrite);
        ObjectNode acl = object.putObject("ACL");
        for (String name : all) {
            ObjectNode entry = acl.putObject(name);
            if (mayRead.contains(name)) {
                entry.put("read", true);
            }
            if (mayWrite.contains(name)) {
                entry.put("write", true);
            }
        }
    }

    private static Set<String> names(JsonNode array) {
        Set<String> names = new HashSet<>();
        array.forEach(each -> names.add(each.asString()));
        return names;
    }
}

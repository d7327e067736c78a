package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads values from their wire form and refuses those that can't be kept: places off the globe,
/// polygons of two corners, times that no calendar has, pointers to nowhere.
public final class ValueReader {
    private ValueReader() {}

    /// Reads a value.
    ///
    /// @throws RialtoException 111 for a `__type` with missing or wrong parts, 107 for values out
    ///   of range, 121 for keys with `$` or `.`
    public static Value read(JsonNode wire) {
        return read(wire, false);
    }

    /// Reads a value that stands inside an Array or Object. There, an object with a `__type` that
    /// is not known is an object like others, and a whole object stays one.
    ///
    /// @throws RialtoException as [#read]
    public static Value readInside(JsonNode wire) {
        return read(wire, true);
    }

    private static Value read(JsonNode wire, boolean nested) {
        return switch (wire.getNodeType()) {
            case STRING -> new Value.Text(wire.stringValue());
            case NUMBER -> new Value.Number(wire.asDouble());
            case BOOLEAN -> new Value.Bool(wire.booleanValue());
            case NULL, MISSING -> new Value.Null();
            case ARRAY -> {
                List<Value> elements = new ArrayList<>(wire.size());
                for (JsonNode element : wire) {
                    elements.add(read(element, true));
                }
                yield new Value.Array(elements);
            }
            case OBJECT -> {
                JsonNode type = wire.get("__type");
                yield type != null && type.isString()
                        ? typed(type.stringValue(), wire, nested)
                        : object(wire);
            }
            case BINARY, POJO -> throw new IllegalArgumentException("no JSON: " + wire);
        };
    }

    private static Value typed(String type, JsonNode wire, boolean nested) {
        return switch (type) {
            case "Date" -> new Value.Date(time(wire));
            case "Pointer" ->
                    new Value.Pointer(text(wire, "className", type), text(wire, "objectId", type));
            case "GeoPoint" -> geoPoint(wire.get("latitude"), wire.get("longitude"));
            case "Polygon" -> polygon(wire);
            case "File" -> new Value.File(text(wire, "name", type));
            case "Bytes" -> bytes(text(wire, "base64", type));
            case "Relation" -> new Value.Relation(text(wire, "className", type));
            case "Object" -> nested ? object(wire) : included(wire);
            default -> {
                if (nested) {
                    yield object(wire);
                }
                throw invalid(type);
            }
        };
    }

    /// A whole object where only a pointer to it can stand.
    private static Value included(JsonNode wire) {
        return wire.path("className").isString() && wire.path("objectId").isString()
                ? new Value.Pointer(
                        text(wire, "className", "Object"), text(wire, "objectId", "Object"))
                : object(wire);
    }

    private static Value object(JsonNode wire) {
        var fields = new LinkedHashMap<String, Value>();
        wire.properties()
                .forEach(property -> {
                    String key = property.getKey();
                    if (key.indexOf('$') >= 0 || key.indexOf('.') >= 0) {
                        throw new RialtoException(
                                ErrorCode.INVALID_NESTED_KEY,
                                "Nested keys should not contain the '$' or '.' characters");
                    }
                    fields.put(key, read(property.getValue(), true));
                });
        return new Value.Obj(fields);
    }

    private static java.time.Instant time(JsonNode wire) {
        String iso = text(wire, "iso", "Date");
        return DateText.read(iso)
                .orElseThrow(() ->
                        new RialtoException(
                                ErrorCode.INVALID_JSON,
                                "Invalid date: "
                                        + shown(iso)
                                        + "; write it as 2026-01-31T12:00:00.000Z"));
    }

    private static Value.Bytes bytes(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            return new Value.Bytes(Base64.getEncoder().encodeToString(bytes));
        } catch (IllegalArgumentException notBase64) {
            throw invalid("Bytes");
        }
    }

    private static Value.Polygon polygon(JsonNode wire) {
        JsonNode coordinates = wire.get("coordinates");
        if (coordinates == null || !coordinates.isArray()) {
            throw invalid("Polygon");
        }
        List<Value.GeoPoint> corners = new ArrayList<>(coordinates.size() + 1);
        for (JsonNode corner : coordinates) {
            if (!corner.isArray() || corner.size() != 2) {
                throw invalid("Polygon");
            }
            corners.add(geoPoint(corner.get(0), corner.get(1)));
        }
        return ring(corners);
    }

    /// The polygon of corners that may or may not repeat the first at the end.
    ///
    /// @throws RialtoException 107 when fewer than three corners differ
    static Value.Polygon ring(List<Value.GeoPoint> corners) {
        if (corners.size() < 3) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON, "Polygon must have at least 3 values");
        }
        List<Value.GeoPoint> ring = new ArrayList<>(corners);
        if (!ring.getFirst().equals(ring.getLast())) {
            ring.add(ring.getFirst());
        }
        if (new HashSet<>(ring).size() < 3) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "GeoJSON: Loop must have at least 3 different vertices");
        }
        return new Value.Polygon(ring);
    }

    static Value.GeoPoint geoPoint(@Nullable JsonNode latitude, @Nullable JsonNode longitude) {
        if (latitude == null
                || longitude == null
                || !latitude.isNumber()
                || !longitude.isNumber()) {
            throw invalid("GeoPoint");
        }
        return geoPoint(latitude.asDouble(), longitude.asDouble());
    }

    /// A place on the globe.
    ///
    /// @throws RialtoException 107 when it is off the globe
    static Value.GeoPoint geoPoint(double latitude, double longitude) {
        if (latitude < -90) {
            throw offGlobe("latitude", latitude, " < -90.0.");
        }
        if (latitude > 90) {
            throw offGlobe("latitude", latitude, " > 90.0.");
        }
        if (longitude < -180) {
            throw offGlobe("longitude", longitude, " < -180.0.");
        }
        if (longitude > 180) {
            throw offGlobe("longitude", longitude, " > 180.0.");
        }
        // Adding zero turns -0.0 into 0.0, which is what the store gives back.
        return new Value.GeoPoint(latitude + 0.0, longitude + 0.0);
    }

    private static RialtoException offGlobe(String which, double degrees, String bound) {
        return new RialtoException(
                ErrorCode.INVALID_JSON, "GeoPoint " + which + " out of bounds: " + degrees + bound);
    }

    private static String text(JsonNode wire, String key, String type) {
        JsonNode value = wire.get(key);
        if (value == null || !value.isString() || value.stringValue().isEmpty()) {
            throw invalid(type);
        }
        return value.stringValue();
    }

    private static RialtoException invalid(String type) {
        return new RialtoException(ErrorCode.INCORRECT_TYPE, "This is not a valid " + shown(type));
    }

    private static String shown(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }
}

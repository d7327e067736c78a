package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the operators on places: `$nearSphere`, `$within`, `$geoWithin`, `$geoIntersects`.
final class GeoConstraints {
    private static final double EARTH_RADIUS_MILES = 3958.8;
    private static final double EARTH_RADIUS_KILOMETERS = 6371;

    private GeoConstraints() {}

    static Predicate near(JsonNode asked) {
        Value.GeoPoint center =
                point(asked.get("$nearSphere"), "bad $nearSphere value; should be GeoPoint");
        OptionalDouble radians = distance(asked, "$maxDistance", 1);
        if (radians.isEmpty()) {
            radians = distance(asked, "$maxDistanceInMiles", EARTH_RADIUS_MILES);
        }
        if (radians.isEmpty()) {
            radians = distance(asked, "$maxDistanceInKilometers", EARTH_RADIUS_KILOMETERS);
        }
        return new Predicate.Near(center, radians);
    }

    private static OptionalDouble distance(JsonNode asked, String name, double radius) {
        JsonNode distance = asked.get(name);
        if (distance == null) {
            return OptionalDouble.empty();
        }
        if (!distance.isNumber()) {
            throw bad("bad " + name + " value; should be a number");
        }
        return OptionalDouble.of(distance.asDouble() / radius);
    }

    static Predicate within(JsonNode within) {
        String message = "malformatted $within arg";
        JsonNode box = within.get("$box");
        if (box == null || !box.isArray() || box.size() != 2) {
            throw bad(message);
        }
        return new Predicate.WithinBox(point(box.get(0), message), point(box.get(1), message));
    }

    static Predicate geoWithin(JsonNode within) {
        JsonNode polygon = within.get("$polygon");
        if (polygon != null) {
            return new Predicate.WithinPolygon(corners(polygon));
        }
        JsonNode sphere = within.get("$centerSphere");
        if (sphere != null) {
            return sphere(sphere);
        }
        throw bad("bad $geoWithin value");
    }

    private static List<Value.GeoPoint> corners(JsonNode polygon) {
        if (polygon.isObject() && polygon.path("__type").asString("").equals("Polygon")) {
            JsonNode coordinates = polygon.get("coordinates");
            if (coordinates == null || !coordinates.isArray() || coordinates.size() < 3) {
                throw bad(
                        "bad $geoWithin value; Polygon.coordinates should contain at least 3 lon/lat"
                                + " pairs");
            }
            return ValueReader.read(polygon) instanceof Value.Polygon(var corners)
                    ? corners
                    : List.of();
        }
        if (!polygon.isArray()) {
            throw bad(
                    "bad $geoWithin value; $polygon should be Polygon object or Array of"
                            + " Parse.GeoPoint's");
        }
        if (polygon.size() < 3) {
            throw bad("bad $geoWithin value; $polygon should contain at least 3 GeoPoints");
        }
        List<Value.GeoPoint> corners = new ArrayList<>(polygon.size());
        for (JsonNode corner : polygon) {
            corners.add(pointOrPair(corner, "bad $geoWithin value"));
        }
        return corners;
    }

    private static Predicate sphere(JsonNode sphere) {
        if (!sphere.isArray() || sphere.size() < 2) {
            throw bad(
                    "bad $geoWithin value; $centerSphere should be an array of Parse.GeoPoint and"
                            + " distance");
        }
        Value.GeoPoint center =
                pointOrPair(sphere.get(0), "bad $geoWithin value; $centerSphere geo point invalid");
        JsonNode radius = sphere.get(1);
        if (!radius.isNumber() || radius.asDouble() < 0) {
            throw bad("bad $geoWithin value; $centerSphere distance invalid");
        }
        return new Predicate.WithinSphere(center, radius.asDouble());
    }

    static Predicate intersects(JsonNode intersects) {
        return new Predicate.Intersects(
                point(
                        intersects.get("$point"),
                        "bad $geoIntersect value; $point should be GeoPoint"));
    }

    /// A GeoPoint, or an array of longitude and latitude.
    private static Value.GeoPoint pointOrPair(JsonNode wire, String message) {
        return wire.isArray() && wire.size() == 2
                ? degrees(wire.get(1), wire.get(0), message)
                : point(wire, message);
    }

    private static Value.GeoPoint point(@Nullable JsonNode wire, String message) {
        if (wire == null || !wire.isObject()) {
            throw bad(message);
        }
        return degrees(wire.get("latitude"), wire.get("longitude"), message);
    }

    private static Value.GeoPoint degrees(
            @Nullable JsonNode latitude, @Nullable JsonNode longitude, String message) {
        if (latitude == null
                || longitude == null
                || !latitude.isNumber()
                || !longitude.isNumber()) {
            throw bad(message);
        }
        return ValueReader.geoPoint(latitude.asDouble(), longitude.asDouble());
    }

    private static RialtoException bad(String message) {
        return new RialtoException(ErrorCode.INVALID_JSON, message);
    }
}

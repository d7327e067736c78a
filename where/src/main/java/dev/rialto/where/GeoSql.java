package dev.rialto.where;

import dev.rialto.model.Geometry;
import dev.rialto.model.GeometryText;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.store.Sql;
import java.util.List;

/// Conditions on places: columns of PostgreSQL's `point` with longitude as x and latitude as y, and
/// `polygon`. Circles are boxes first, which a GiST index answers, then distances.
public final class GeoSql {
    /// Widens boxes around circles, so that rounding loses nothing at the border.
    private static final double MARGIN_DEGREES = 1e-6;

    private GeoSql() {}

    static Sql within(String column, Predicate predicate) {
        return switch (predicate) {
            case Predicate.Near(var center, var maxDistance) ->
                    maxDistance.isEmpty()
                            ? Sql.of(column + " IS NOT NULL")
                            : circle(column, center, maxDistance.getAsDouble());
            case Predicate.WithinSphere(var center, double radius) ->
                    circle(column, center, radius);
            case Predicate.WithinBox(var southWest, var northEast) ->
                    box(column, southWest, northEast);
            case Predicate.WithinPolygon(var corners) ->
                    Sql.of(column + " <@ ?::polygon", GeometryText.polygon(corners));
            default -> throw new IllegalArgumentException("not a geo constraint: " + predicate);
        };
    }

    /// Whether the polygon in a column contains a point.
    public static Sql contains(String column, Value.GeoPoint point) {
        return Sql.of(column + " @> point(?, ?)", point.longitude(), point.latitude());
    }

    /// The haversine of the angle between a point and a column's: it grows with the distance.
    public static Sql haversine(String column, Value.GeoPoint center) {
        return Sql.of(
                "(power(sin(radians("
                        + column
                        + "[1] - ?) / 2), 2) + ? * cos(radians("
                        + column
                        + "[1])) * power(sin(radians("
                        + column
                        + "[0] - ?) / 2), 2))",
                center.latitude(),
                Math.cos(Math.toRadians(center.latitude())),
                center.longitude());
    }

    private static Sql circle(String column, Value.GeoPoint center, double radius) {
        double limit = Geometry.haversine(radius);
        if (limit < 0) {
            return BooleanSql.never();
        }
        if (limit >= 1) {
            return Sql.of(column + " IS NOT NULL");
        }
        return Sql.of("(")
                .add(around(column, center, radius))
                .add(" AND ")
                .add(haversine(column, center))
                .add(" <= ?)", limit);
    }

    /// The smallest box of whole meridians and parallels around a circle.
    private static Sql around(String column, Value.GeoPoint center, double radius) {
        double degrees = Math.toDegrees(radius) + MARGIN_DEGREES;
        double south = center.latitude() - degrees;
        double north = center.latitude() + degrees;
        if (south <= -90 || north >= 90) {
            return rectangle(column, -180, Math.max(south, -90), 180, Math.min(north, 90));
        }
        double reach =
                Math.toDegrees(
                                Math.asin(
                                        Math.min(
                                                1,
                                                Math.sin(radius)
                                                        / Math.cos(
                                                                Math.toRadians(
                                                                        center.latitude())))))
                        + MARGIN_DEGREES;
        double west = center.longitude() - reach;
        double east = center.longitude() + reach;
        if (west < -180) {
            return split(column, south, north, west + 360, east);
        }
        if (east > 180) {
            return split(column, south, north, west, east - 360);
        }
        return rectangle(column, west, south, east, north);
    }

    private static Sql box(String column, Value.GeoPoint southWest, Value.GeoPoint northEast) {
        double south = Math.min(southWest.latitude(), northEast.latitude());
        double north = Math.max(southWest.latitude(), northEast.latitude());
        double west = southWest.longitude();
        double east = northEast.longitude();
        return west <= east
                ? rectangle(column, west, south, east, north)
                : split(column, south, north, west, east);
    }

    /// A box over the date line.
    private static Sql split(String column, double south, double north, double west, double east) {
        return BooleanSql.any(
                List.of(
                        rectangle(column, west, south, 180, north),
                        rectangle(column, -180, south, east, north)));
    }

    private static Sql rectangle(
            String column, double west, double south, double east, double north) {
        return Sql.of(column + " <@ box(point(?, ?), point(?, ?))", west, south, east, north);
    }
}

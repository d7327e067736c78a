package dev.rialto.model;

import java.util.List;

/// Distances and areas on the globe, as both readers of `where` measure them: distances on a
/// sphere, polygons and boxes in the plane of longitude and latitude, with their borders inside.
public final class Geometry {
    private Geometry() {}

    /// The haversine of the angle between two places: 0 at the same place, 1 at opposite ones. It
    /// grows with the distance and is cheaper.
    public static double haversine(Value.GeoPoint one, Value.GeoPoint other) {
        double latitude = Math.sin(Math.toRadians(other.latitude() - one.latitude()) / 2);
        double longitude = Math.sin(Math.toRadians(other.longitude() - one.longitude()) / 2);
        return latitude * latitude
                + Math.cos(Math.toRadians(one.latitude()))
                        * Math.cos(Math.toRadians(other.latitude()))
                        * longitude
                        * longitude;
    }

    /// The haversine of an angle in radians; negative, which no distance is, for a negative one.
    public static double haversine(double radians) {
        if (radians < 0) {
            return -1;
        }
        if (radians >= Math.PI) {
            return 2;
        }
        double sine = Math.sin(radians / 2);
        return sine * sine;
    }

    /// Whether a place is in a box, which may cross the date line.
    static boolean inBox(Value.GeoPoint point, Value.GeoPoint southWest, Value.GeoPoint northEast) {
        double south = Math.min(southWest.latitude(), northEast.latitude());
        double north = Math.max(southWest.latitude(), northEast.latitude());
        if (point.latitude() < south || point.latitude() > north) {
            return false;
        }
        double west = southWest.longitude();
        double east = northEast.longitude();
        double x = point.longitude();
        return west <= east ? x >= west && x <= east : x >= west || x <= east;
    }

    /// Whether a place is inside a polygon or on its border.
    static boolean inPolygon(Value.GeoPoint point, List<Value.GeoPoint> corners) {
        boolean inside = false;
        for (int i = 0; i < corners.size(); i++) {
            Value.GeoPoint a = corners.get(i);
            Value.GeoPoint b = corners.get((i + 1) % corners.size());
            if (onEdge(point, a, b)) {
                return true;
            }
            boolean above = a.latitude() > point.latitude();
            if (above != (b.latitude() > point.latitude())
                    && point.longitude()
                            < (b.longitude() - a.longitude())
                                            * (point.latitude() - a.latitude())
                                            / (b.latitude() - a.latitude())
                                    + a.longitude()) {
                inside = !inside;
            }
        }
        return inside;
    }

    private static boolean onEdge(Value.GeoPoint point, Value.GeoPoint a, Value.GeoPoint b) {
        double cross =
                (b.longitude() - a.longitude()) * (point.latitude() - a.latitude())
                        - (b.latitude() - a.latitude()) * (point.longitude() - a.longitude());
        return Math.abs(cross) < 1e-9
                && point.longitude() >= Math.min(a.longitude(), b.longitude())
                && point.longitude() <= Math.max(a.longitude(), b.longitude())
                && point.latitude() >= Math.min(a.latitude(), b.latitude())
                && point.latitude() <= Math.max(a.latitude(), b.latitude());
    }
}

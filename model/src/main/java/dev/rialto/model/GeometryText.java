package dev.rialto.model;

import dev.rialto.kernel.Json;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/// Points and polygons in PostgreSQL's text form, where the longitude comes first: `(8.5,47.4)` and
/// `((0,0),(0,1),(1,1))`.
public final class GeometryText {
    private GeometryText() {}

    public static String point(Value.GeoPoint point) {
        return "(" + point.longitude() + "," + point.latitude() + ")";
    }

    public static String polygon(List<Value.GeoPoint> corners) {
        return corners.stream().map(GeometryText::point).collect(Collectors.joining(",", "(", ")"));
    }

    /// The numbers in a point or polygon: longitude, latitude, and so on.
    public static double[] coordinates(String text) {
        double[] numbers = new double[(int) text.chars().filter(each -> each == ',').count() + 1];
        int found = 0;
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && "(),".indexOf(text.charAt(end)) < 0) {
                end++;
            }
            if (end > at) {
                numbers[found++] = Double.parseDouble(text.substring(at, end));
            }
            at = end + 1;
        }
        return numbers;
    }

    /// Writes a point in wire form.
    public static void writePoint(String text, JsonGenerator out) {
        double[] point = coordinates(text);
        out.writeStartObject();
        out.writeStringProperty("__type", "GeoPoint");
        out.writeName("latitude");
        Json.writeNumber(out, point[1]);
        out.writeName("longitude");
        Json.writeNumber(out, point[0]);
        out.writeEndObject();
    }

    /// Writes a polygon in wire form.
    public static void writePolygon(String text, JsonGenerator out) {
        double[] corners = coordinates(text);
        out.writeStartObject();
        out.writeStringProperty("__type", "Polygon");
        out.writeArrayPropertyStart("coordinates");
        for (int i = 0; i < corners.length; i += 2) {
            out.writeStartArray();
            Json.writeNumber(out, corners[i + 1]);
            Json.writeNumber(out, corners[i]);
            out.writeEndArray();
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}

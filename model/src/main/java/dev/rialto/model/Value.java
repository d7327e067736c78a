package dev.rialto.model;

import java.time.Instant;
import java.util.List;
import java.util.SequencedMap;

/// A value of a field or in a query, read from its wire form once.
public sealed interface Value {
    /// Whether an element of an array is this value if it contains the value's properties, whatever
    /// else it contains. All other values must be equal.
    default boolean matchesByContainment() {
        return switch (this) {
            case Date _, Bytes _, Pointer _, File _, GeoPoint _, Relation _ -> true;
            case Null _, Bool _, Number _, Text _, Polygon _, Array _, Obj _ -> false;
        };
    }

    record Null() implements Value {}

    record Bool(boolean value) implements Value {}

    record Number(double value) implements Value {}

    record Text(String value) implements Value {}

    /// A time with millisecond precision.
    record Date(Instant value) implements Value {}

    /// Binary data, in base64 with padding.
    record Bytes(String base64) implements Value {}

    record Pointer(String className, String objectId) implements Value {}

    /// A stored file, known by its name.
    record File(String name) implements Value {}

    /// A place, in degrees.
    record GeoPoint(double latitude, double longitude) implements Value {}

    /// A closed ring: the first corner is repeated at the end.
    record Polygon(List<GeoPoint> corners) implements Value {
        public Polygon {
            corners = List.copyOf(corners);
        }
    }

    record Relation(String className) implements Value {}

    record Array(List<Value> elements) implements Value {
        public Array {
            elements = List.copyOf(elements);
        }
    }

    /// A JSON object with no type of its own.
    record Obj(SequencedMap<String, Value> fields) implements Value {}
}

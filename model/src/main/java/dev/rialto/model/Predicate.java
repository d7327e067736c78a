package dev.rialto.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a [Where.On] asks of a value. Against an Array field, most hold when they hold for the
/// array or for one of its elements, as in MongoDB.
public sealed interface Predicate {
    /// Whether it holds for a field that is not there. Fields that are null count as not there.
    default boolean holdsWhenAbsent() {
        return switch (this) {
            case Equal(var value) -> value instanceof Value.Null;
            case NotEqual(var value) -> !(value instanceof Value.Null);
            case In(var values) -> values.contains(new Value.Null());
            case NotIn(var values) -> !values.contains(new Value.Null());
            case Exists(boolean expected) -> !expected;
            case NotInQuery _, DontSelect _ -> true;
            case Not(var predicate) -> !predicate.holdsWhenAbsent();
            case Compare _,
                    All _,
                    AllMatching _,
                    ContainedBy _,
                    Regex _,
                    InQuery _,
                    Select _,
                    TextSearch _,
                    Near _,
                    WithinBox _,
                    WithinPolygon _,
                    WithinSphere _,
                    Intersects _ ->
                    false;
        };
    }

    /// Equal; against an array also "contains". `Null` matches absent values too.
    record Equal(Value value) implements Predicate {}

    /// Not [Equal]; so it matches absent values, unless the value is `Null`.
    record NotEqual(Value value) implements Predicate {}

    /// Ordered before or after a value of the same type.
    record Compare(Comparison comparison, Value value) implements Predicate {}

    /// Comparisons between values of one type.
    enum Comparison {
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL;

        /// Whether it holds for a result of `compareTo`.
        boolean accepts(int order) {
            return switch (this) {
                case LESS -> order < 0;
                case LESS_OR_EQUAL -> order <= 0;
                case GREATER -> order > 0;
                case GREATER_OR_EQUAL -> order >= 0;
            };
        }
    }

    record In(List<Value> values) implements Predicate {
        public In {
            values = List.copyOf(values);
        }
    }

    record NotIn(List<Value> values) implements Predicate {
        public NotIn {
            values = List.copyOf(values);
        }
    }

    record Exists(boolean expected) implements Predicate {}

    /// The array contains all of the values.
    record All(List<Value> values) implements Predicate {
        public All {
            values = List.copyOf(values);
        }
    }

    /// The array contains, for each pattern, a string that matches it.
    record AllMatching(List<Regex> patterns) implements Predicate {
        public AllMatching {
            patterns = List.copyOf(patterns);
        }
    }

    /// The array contains nothing but these values.
    record ContainedBy(List<Value> values) implements Predicate {
        public ContainedBy {
            values = List.copyOf(values);
        }
    }

    /// The text matches a regular expression.
    ///
    /// @param options a subset of `imxs`
    record Regex(String pattern, String options) implements Predicate {}

    /// The pointer (or array element) refers to an object that the query finds.
    record InQuery(SubQuery query) implements Predicate {}

    record NotInQuery(SubQuery query) implements Predicate {}

    /// The value equals the value of `key` in one of the objects that the query finds.
    record Select(SubQuery query, FieldPath key) implements Predicate {}

    record DontSelect(SubQuery query, FieldPath key) implements Predicate {}

    /// Full text search.
    ///
    /// @param language `english`, `de`, `none`, ...
    record TextSearch(
            String term,
            Optional<String> language,
            boolean caseSensitive,
            boolean diacriticSensitive)
            implements Predicate {}

    /// Near a point, the nearest first.
    ///
    /// @param maxDistance in radians
    record Near(Value.GeoPoint center, OptionalDouble maxDistance) implements Predicate {}

    record WithinBox(Value.GeoPoint southWest, Value.GeoPoint northEast) implements Predicate {}

    record WithinPolygon(List<Value.GeoPoint> corners) implements Predicate {
        public WithinPolygon {
            corners = List.copyOf(corners);
        }
    }

    /// Within a distance of a point.
    ///
    /// @param radius in radians
    record WithinSphere(Value.GeoPoint center, double radius) implements Predicate {}

    /// The polygon contains the point.
    record Intersects(Value.GeoPoint point) implements Predicate {}

    /// The nested predicate does not hold.
    record Not(Predicate predicate) implements Predicate {}
}

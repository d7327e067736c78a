package dev.rialto.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A positive [Predicate] made ready to be held against single values in wire form, none of them
/// null. Most hold for an array when they hold for one of its elements.
interface ValueCondition {
    boolean holds(JsonNode value);

    /// @param whole whether it is asked of whole fields, not of values inside them
    static ValueCondition of(
            Predicate predicate, boolean whole, WhereMatcher.MatchContext context) {
        return switch (predicate) {
            case Predicate.Equal(var value) -> equal(value, whole);
            case Predicate.In(var values) -> {
                List<ValueCondition> any = each(values, whole);
                yield value -> any.stream().anyMatch(test -> test.holds(value));
            }
            case Predicate.All(var values) -> all(values, whole);
            case Predicate.ContainedBy(var values) -> containedBy(values);
            case Predicate.Compare(var comparison, var bound) ->
                    value -> anyElement(value, element -> compares(comparison, element, bound));
            case Predicate.Regex regex -> matching(regex);
            case Predicate.AllMatching(var patterns) -> {
                List<ValueCondition> all = patterns.stream().map(ValueCondition::matching).toList();
                yield value -> !all.isEmpty() && all.stream().allMatch(test -> test.holds(value));
            }
            case Predicate.InQuery(var query) ->
                    value -> refersToOneOf(context.find(query), query.className(), value);
            case Predicate.Select(var query, var key) ->
                    value -> isOneOf(context.find(query), key, value, whole);
            case Predicate.Near(var center, var maxDistance) ->
                    place(
                            whole,
                            point ->
                                    maxDistance.isEmpty()
                                            || Geometry.haversine(center, point)
                                                    <= Geometry.haversine(
                                                            maxDistance.getAsDouble()));
            case Predicate.WithinSphere(var center, double radius) ->
                    place(
                            whole,
                            point ->
                                    Geometry.haversine(center, point)
                                            <= Geometry.haversine(radius));
            case Predicate.WithinBox(var southWest, var northEast) ->
                    place(whole, point -> Geometry.inBox(point, southWest, northEast));
            case Predicate.WithinPolygon(var corners) ->
                    place(whole, point -> Geometry.inPolygon(point, corners));
            case Predicate.Intersects(var point) ->
                    value ->
                            whole
                                    && WireValues.type(value).equals("Polygon")
                                    && ValueReader.read(value) instanceof Value.Polygon(var corners)
                                    && Geometry.inPolygon(point, corners);
            case Predicate.Exists _,
                    Predicate.Not _,
                    Predicate.NotEqual _,
                    Predicate.NotIn _,
                    Predicate.NotInQuery _,
                    Predicate.DontSelect _,
                    Predicate.TextSearch _ ->
                    throw new IllegalArgumentException("not a test of one value: " + predicate);
        };
    }

    private static List<ValueCondition> each(List<Value> values, boolean whole) {
        return values.stream().map(value -> equal(value, whole)).toList();
    }

    private static boolean anyElement(JsonNode value, ValueCondition test) {
        if (!value.isArray()) {
            return test.holds(value);
        }
        for (JsonNode element : value) {
            if (test.holds(element)) {
                return true;
            }
        }
        return false;
    }

    private static ValueCondition equal(Value asked, boolean whole) {
        return switch (asked) {
            case Value.Null _ -> _ -> false;
            case Value.Text(var text) ->
                    value ->
                            (whole && WireValues.type(value).equals("Pointer"))
                                    ? WireValues.text(value, "objectId").equals(text)
                                    : anyElement(
                                            value,
                                            element ->
                                                    element.isString()
                                                            && element.stringValue().equals(text));
            case Value.Array _, Value.Obj _, Value.Polygon _ -> {
                JsonNode wire = ValueWriter.write(asked);
                yield value ->
                        WireValues.equal(value, wire)
                                || anyElement(value, element -> WireValues.equal(element, wire));
            }
            case Value.Bool _,
                    Value.Number _,
                    Value.Date _,
                    Value.Bytes _,
                    Value.Pointer _,
                    Value.File _,
                    Value.GeoPoint _,
                    Value.Relation _ -> {
                ValueCondition same = element(asked);
                yield value -> anyElement(value, same);
            }
        };
    }

    /// The test that an element of an array is the value: null equals null here.
    private static ValueCondition element(Value asked) {
        JsonNode wire = ValueWriter.write(asked);
        return asked.matchesByContainment()
                ? value -> WireValues.hasAll(value, wire)
                : value -> WireValues.equal(value, wire);
    }

    private static ValueCondition all(List<Value> values, boolean whole) {
        List<ValueCondition> tests =
                values.stream()
                        .map(value ->
                                value instanceof Value.Null ? nullElement() : equal(value, whole))
                        .toList();
        return value -> !tests.isEmpty() && tests.stream().allMatch(test -> test.holds(value));
    }

    private static ValueCondition nullElement() {
        return value -> value.isArray() && anyElement(value, JsonNode::isNull);
    }

    private static ValueCondition containedBy(List<Value> values) {
        List<ValueCondition> allowed = values.stream().map(ValueCondition::element).toList();
        return value -> {
            if (!value.isArray()) {
                return false;
            }
            for (JsonNode element : value) {
                if (allowed.stream().noneMatch(test -> test.holds(element))) {
                    return false;
                }
            }
            return true;
        };
    }

    private static ValueCondition matching(Predicate.Regex regex) {
        TextPattern pattern = TextPattern.of(regex);
        if (!pattern.runsInMemory()) {
            pattern.isFoundIn("");
        }
        return value ->
                anyElement(
                        value,
                        element -> element.isString() && pattern.isFoundIn(element.stringValue()));
    }

    private static boolean compares(Predicate.Comparison comparison, JsonNode value, Value bound) {
        return switch (bound) {
            case Value.Number(double number) ->
                    value.isNumber()
                            && comparison.accepts(
                                    Double.compare(value.asDouble() + 0.0, number + 0.0));
            case Value.Text(var text) ->
                    value.isString()
                            && comparison.accepts(WireValues.order(value.stringValue(), text));
            case Value.Bool(boolean bool) ->
                    value.isBoolean()
                            && comparison.accepts(Boolean.compare(value.booleanValue(), bool));
            case Value.Date(var time) ->
                    WireValues.type(value).equals("Date")
                            && DateText.read(WireValues.text(value, "iso"))
                                    .filter(read -> comparison.accepts(read.compareTo(time)))
                                    .isPresent();
            case Value.Null _,
                    Value.Bytes _,
                    Value.Pointer _,
                    Value.File _,
                    Value.GeoPoint _,
                    Value.Polygon _,
                    Value.Relation _,
                    Value.Array _,
                    Value.Obj _ ->
                    false;
        };
    }

    private static boolean refersToOneOf(List<ObjectNode> found, String className, JsonNode value) {
        Set<String> ids = new HashSet<>();
        found.forEach(object -> ids.add(WireValues.text(object, "objectId")));
        return anyElement(
                value,
                element ->
                        WireValues.type(element).equals("Pointer")
                                && WireValues.text(element, "className").equals(className)
                                && ids.contains(WireValues.text(element, "objectId")));
    }

    private static boolean isOneOf(
            List<ObjectNode> found, FieldPath key, JsonNode value, boolean whole) {
        List<JsonNode> keys = new ArrayList<>();
        found.forEach(object -> keys.addAll(WireValues.selected(key, object)));
        ValueCondition any =
                candidate -> keys.stream().anyMatch(one -> WireValues.equal(one, candidate));
        boolean byId = whole && WireValues.type(value).equals("Pointer");
        return any.holds(value)
                || anyElement(value, any)
                || (byId && any.holds(value.path("objectId")));
    }

    private static ValueCondition place(
            boolean whole, java.util.function.Predicate<Value.GeoPoint> test) {
        return value -> whole && point(value).filter(test).isPresent();
    }

    private static Optional<Value.GeoPoint> point(JsonNode value) {
        return WireValues.type(value).equals("GeoPoint")
                        && ValueReader.read(value) instanceof Value.GeoPoint point
                ? Optional.of(point)
                : Optional.empty();
    }
}

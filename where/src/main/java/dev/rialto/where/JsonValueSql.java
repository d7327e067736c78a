package dev.rialto.where;

import dev.rialto.kernel.Json;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.ValueWriter;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.List;

/// Conditions on one jsonb value, and on its elements when it is an array.
///
/// @param place the expression of the value, without parameters; used more than once
record JsonValueSql(String place) {
    /// @param predicate one that sees nothing but the value
    Sql condition(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Equal(var value) -> in(List.of(value));
            case Predicate.In(var values) -> in(values);
            case Predicate.Compare(var comparison, var value) -> compare(comparison, value);
            case Predicate.Regex regex -> matches(regex);
            case Predicate.AllMatching(var patterns) ->
                    patterns.isEmpty()
                            ? BooleanSql.never()
                            : BooleanSql.all(patterns.stream().map(this::matches).toList());
            case Predicate.All(var values) -> all(values);
            case Predicate.ContainedBy(var values) -> containedBy(values);
            default ->
                    throw new IllegalArgumentException(
                            "not a constraint on a single value: " + predicate);
        };
    }

    /// That the value, or one of its elements when it is an array, fulfils a condition on `e.v`.
    Sql anyElement(Sql condition) {
        return Sql.of(
                        "EXISTS (SELECT 1 FROM jsonb_path_query("
                                + place
                                + ", '$[*]') AS e(v) WHERE ")
                .add(condition)
                .add(")");
    }

    private Sql in(List<Value> values) {
        List<String> contained = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (Value value : values) {
            String wire = Json.write(ValueWriter.write(value));
            switch (value) {
                case Value.Null _ -> {}
                // A scalar is contained in itself and in the array that has it.
                case Value.Bool _, Value.Number _, Value.Text _ -> contained.add(wire);
                case Value.Date _,
                        Value.Bytes _,
                        Value.Pointer _,
                        Value.File _,
                        Value.GeoPoint _,
                        Value.Relation _ -> {
                    contained.add(wire);
                    contained.add("[" + wire + "]");
                }
                case Value.Polygon _, Value.Array _, Value.Obj _ -> equal.add(wire);
            }
        }
        List<Sql> any = new ArrayList<>(3);
        if (!contained.isEmpty()) {
            any.add(contains(contained));
        }
        if (!equal.isEmpty()) {
            any.add(one(place + " = ", equal));
            any.add(anyElement(one("e.v = ", equal)));
        }
        return BooleanSql.any(any);
    }

    private Sql contains(List<String> parts) {
        if (parts.size() > 2) {
            return one(place + " @> ", parts);
        }
        return BooleanSql.any(
                parts.stream().map(part -> Sql.of(place + " @> ?::jsonb", part)).toList());
    }

    private static Sql one(String operation, List<String> wires) {
        return wires.size() == 1
                ? Sql.of(operation + "?::jsonb", wires.getFirst())
                : Sql.of(operation + "ANY(?::jsonb[])", (Object) wires.toArray(String[]::new));
    }

    private Sql compare(Predicate.Comparison comparison, Value bound) {
        String operator = ColumnSql.operator(comparison);
        return switch (bound) {
            case Value.Number _ -> anyElement(scalar("number", operator, bound));
            case Value.Bool _ -> anyElement(scalar("boolean", operator, bound));
            case Value.Text(var text) ->
                    anyElement(
                            Sql.of(
                                    "jsonb_typeof(e.v) = 'string' AND e.v #>> '{}'"
                                            + operator
                                            + "?",
                                    text));
            case Value.Date(var time) ->
                    anyElement(Sql.of("rialto.wire_time(e.v)" + operator + "?", time));
            case Value.Null _,
                    Value.Bytes _,
                    Value.Pointer _,
                    Value.File _,
                    Value.GeoPoint _,
                    Value.Polygon _,
                    Value.Relation _,
                    Value.Array _,
                    Value.Obj _ ->
                    BooleanSql.never();
        };
    }

    private static Sql scalar(String type, String operator, Value bound) {
        return Sql.of(
                "jsonb_typeof(e.v) = '" + type + "' AND e.v" + operator + "?::jsonb",
                Json.write(ValueWriter.write(bound)));
    }

    private Sql matches(Predicate.Regex regex) {
        return anyElement(
                Sql.of("jsonb_typeof(e.v) = 'string' AND ")
                        .add(ColumnSql.matches("(e.v #>> '{}')", regex)));
    }

    private Sql all(List<Value> values) {
        if (values.isEmpty()) {
            return BooleanSql.never();
        }
        List<Sql> all = new ArrayList<>(values.size());
        for (Value value : values) {
            all.add(
                    value instanceof Value.Null
                            ? Sql.of(place + " @> '[null]'::jsonb")
                            : in(List.of(value)));
        }
        return BooleanSql.all(all);
    }

    private Sql containedBy(List<Value> values) {
        Sql allowed = BooleanSql.any(elementIn(values));
        return Sql.of("(jsonb_typeof(" + place + ") = 'array' AND NOT ")
                .add(anyElement(BooleanSql.not(allowed)))
                .add(")");
    }

    /// Conditions, one of which `e.v` fulfils when it is one of the values.
    private static List<Sql> elementIn(List<Value> values) {
        List<String> contained = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (Value value : values) {
            String wire = Json.write(ValueWriter.write(value));
            (value.matchesByContainment() ? contained : equal).add(wire);
        }
        List<Sql> any = new ArrayList<>(2);
        if (!contained.isEmpty()) {
            any.add(one("e.v @> ", contained));
        }
        if (!equal.isEmpty()) {
            any.add(one("e.v = ", equal));
        }
        return any;
    }
}

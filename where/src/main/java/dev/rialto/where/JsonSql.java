package dev.rialto.where;

import dev.rialto.kernel.Json;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.model.Predicate;
import dev.rialto.model.SubQuery;
import dev.rialto.model.Value;
import dev.rialto.store.Sql;
import java.util.Optional;
import java.util.stream.Collectors;

/// Conditions on columns of type Object and Array, and on values inside them: jsonb in wire form. A
/// path with a position in it (`a.0.b`) is followed to the letter; any other looks into the
/// elements of arrays on its way.
///
/// @param column qualified and quoted
record JsonSql(String column, FieldPath path, SubQuerySql subQueries) {
    /// What stands for a value at a nested path.
    private static final String NESTED = "n.v";

    static boolean isJson(FieldType type) {
        return type instanceof FieldType.Obj || type instanceof FieldType.Array;
    }

    /// @param predicate a positive one
    Sql condition(Predicate predicate) {
        if (predicate instanceof Predicate.TextSearch search) {
            return path.isNested() ? BooleanSql.never() : TextSearchSql.matches(column, search);
        }
        if (predicate instanceof Predicate.Equal(Value.Null _)) {
            return BooleanSql.not(exists(BooleanSql.always()));
        }
        if (predicate instanceof Predicate.In(var values) && values.contains(new Value.Null())) {
            return BooleanSql.any(
                    java.util.List.of(
                            BooleanSql.not(exists(BooleanSql.always())), exists(value(predicate))));
        }
        return exists(value(predicate));
    }

    /// That there is a value which fulfils a condition on [#place].
    private Sql exists(Sql condition) {
        if (!path.isNested()) {
            return condition.text().equals("TRUE") ? Sql.of(column + " IS NOT NULL") : condition;
        }
        return Sql.of("EXISTS (SELECT 1 FROM ")
                .add(values(column, path))
                .add(" AS n(v) WHERE jsonb_typeof(n.v) <> 'null' AND ")
                .add(condition)
                .add(")");
    }

    private String place() {
        return path.isNested() ? NESTED : column;
    }

    private Sql value(Predicate predicate) {
        var place = new JsonValueSql(place());
        return switch (predicate) {
            case Predicate.Exists _ -> BooleanSql.always();
            case Predicate.InQuery(var query) -> inQuery(place, query);
            case Predicate.Select(var query, var key) -> select(place, query, key);
            case Predicate.Equal _,
                    Predicate.Compare _,
                    Predicate.In _,
                    Predicate.All _,
                    Predicate.AllMatching _,
                    Predicate.ContainedBy _,
                    Predicate.Regex _ ->
                    place.condition(predicate);
            case Predicate.Near _,
                    Predicate.WithinBox _,
                    Predicate.WithinPolygon _,
                    Predicate.WithinSphere _,
                    Predicate.Intersects _ ->
                    BooleanSql.never();
            case Predicate.TextSearch _,
                    Predicate.NotEqual _,
                    Predicate.NotIn _,
                    Predicate.NotInQuery _,
                    Predicate.DontSelect _,
                    Predicate.Not _ ->
                    throw new IllegalArgumentException(
                            "not a constraint on a single value: " + predicate);
        };
    }

    private Sql inQuery(JsonValueSql place, SubQuery query) {
        Optional<Sql> ids = subQueries.ids(query);
        return ids.isEmpty()
                ? BooleanSql.never()
                : place.anyElement(
                        Sql.of(
                                        "e.v->>'__type' = 'Pointer' AND e.v->>'className' = ? AND"
                                                + " e.v->>'objectId' IN (",
                                        query.className())
                                .add(ids.get())
                                .add(")"));
    }

    private Sql select(JsonValueSql place, SubQuery query, FieldPath key) {
        Optional<Sql> found = subQueries.jsonValues(query, key);
        if (found.isEmpty()) {
            subQueries.check(query, Optional.of(key));
            return BooleanSql.never();
        }
        Sql whole = Sql.of(place() + " IN (").add(found.get()).add(")");
        Sql element = Sql.of("e.v IN (").add(found.get()).add(")");
        return BooleanSql.any(java.util.List.of(whole, place.anyElement(element)));
    }

    /// A call in `FROM` that yields the values at the path.
    static Sql values(String column, FieldPath path) {
        return path.hasPosition()
                ? Sql.of(
                        "(SELECT " + column + " #> ?)",
                        (Object) path.below().toArray(String[]::new))
                : Sql.of("jsonb_path_query(" + column + ", ?::jsonpath)", jsonPath(path));
    }

    private static String jsonPath(FieldPath path) {
        return path.below().stream()
                .map(step -> "." + Json.write(Json.nodes().stringNode(step)))
                .collect(Collectors.joining("", "$", ""));
    }
}

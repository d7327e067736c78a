package dev.rialto.where;

import dev.rialto.model.FieldType;
import dev.rialto.model.GeometryText;
import dev.rialto.model.Predicate;
import dev.rialto.model.TextPattern;
import dev.rialto.model.Value;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Conditions on a column that holds single values: of any type but Object and Array.
///
/// @param column qualified and quoted
record ColumnSql(String column, FieldType type, SubQuerySql subQueries) {
    /// @param predicate a positive one
    Sql condition(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Equal(var value) -> equal(value);
            case Predicate.Compare(var comparison, var value) -> compare(comparison, value);
            case Predicate.In(var values) -> in(values);
            case Predicate.Exists _ -> Sql.of(column + " IS NOT NULL");
            case Predicate.All(var values) -> all(values);
            case Predicate.Regex regex -> matches(regex);
            case Predicate.AllMatching(var patterns) ->
                    patterns.isEmpty()
                            ? BooleanSql.never()
                            : BooleanSql.all(patterns.stream().map(this::matches).toList());
            case Predicate.InQuery(var query) -> inQuery(query);
            case Predicate.Select(var query, var key) ->
                    subQueries.selects(column, type, query, key);
            case Predicate.TextSearch search ->
                    type instanceof FieldType.Text
                            ? TextSearchSql.matches(column, search)
                            : BooleanSql.never();
            case Predicate.Near _,
                    Predicate.WithinBox _,
                    Predicate.WithinPolygon _,
                    Predicate.WithinSphere _ ->
                    type instanceof FieldType.GeoPoint
                            ? GeoSql.within(column, predicate)
                            : BooleanSql.never();
            case Predicate.Intersects(var point) ->
                    type instanceof FieldType.Polygon
                            ? GeoSql.contains(column, point)
                            : BooleanSql.never();
            case Predicate.ContainedBy _ -> BooleanSql.never();
            case Predicate.NotEqual _,
                    Predicate.NotIn _,
                    Predicate.NotInQuery _,
                    Predicate.DontSelect _,
                    Predicate.Not _ ->
                    throw new IllegalArgumentException("not positive: " + predicate);
        };
    }

    private Sql equal(Value value) {
        if (value instanceof Value.Null) {
            return Sql.of(column + " IS NULL");
        }
        if (value instanceof Value.Polygon polygon) {
            // The operator for polygons tells them apart only to within a tolerance.
            return type instanceof FieldType.Polygon
                    ? Sql.of(
                            column + "::text = ?::polygon::text",
                            GeometryText.polygon(polygon.corners()))
                    : BooleanSql.never();
        }
        if (value instanceof Value.GeoPoint point) {
            return type instanceof FieldType.GeoPoint
                    ? Sql.of(
                            "(" + column + "[0] = ? AND " + column + "[1] = ?)",
                            point.longitude(),
                            point.latitude())
                    : BooleanSql.never();
        }
        Object bound = bound(value);
        return bound == null ? BooleanSql.never() : Sql.of(column + " = ?", bound);
    }

    /// What to compare the column with; null when the value's type is another.
    private @Nullable Object bound(Value value) {
        return switch (type) {
            case FieldType.Text _ -> value instanceof Value.Text(var text) ? text : null;
            case FieldType.Number _ -> value instanceof Value.Number(double number) ? number : null;
            case FieldType.Bool _ -> value instanceof Value.Bool(boolean bool) ? bool : null;
            case FieldType.Date _ -> value instanceof Value.Date(var time) ? time : null;
            case FieldType.File _ -> value instanceof Value.File(var name) ? name : null;
            case FieldType.Bytes _ ->
                    value instanceof Value.Bytes(var base64)
                            ? Base64.getDecoder().decode(base64)
                            : null;
            case FieldType.Pointer(var target) ->
                    switch (value) {
                        case Value.Pointer(var className, var objectId)
                                when className.equals(target) ->
                                objectId;
                        case Value.Text(var objectId) -> objectId;
                        default -> null;
                    };
            case FieldType.Obj _,
                    FieldType.Array _,
                    FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.Acl _,
                    FieldType.Relation _ ->
                    null;
        };
    }

    private Sql compare(Predicate.Comparison comparison, Value value) {
        boolean ordered =
                type instanceof FieldType.Text
                        || type instanceof FieldType.Number
                        || type instanceof FieldType.Bool
                        || type instanceof FieldType.Date;
        Object bound = ordered ? bound(value) : null;
        return bound == null
                ? BooleanSql.never()
                : Sql.of(column + operator(comparison) + "?", bound);
    }

    static String operator(Predicate.Comparison comparison) {
        return switch (comparison) {
            case LESS -> " < ";
            case LESS_OR_EQUAL -> " <= ";
            case GREATER -> " > ";
            case GREATER_OR_EQUAL -> " >= ";
        };
    }

    private Sql in(List<Value> values) {
        String array = arrayType();
        if (array.isEmpty()) {
            return BooleanSql.any(values.stream().map(this::equal).toList());
        }
        List<String> texts = new ArrayList<>(values.size());
        boolean orNull = false;
        for (Value value : values) {
            Object bound = bound(value);
            if (bound != null) {
                texts.add(bound.toString());
            }
            orNull |= value instanceof Value.Null;
        }
        List<Sql> any = new ArrayList<>(2);
        if (!texts.isEmpty()) {
            any.add(
                    Sql.of(
                            column + " = ANY(" + array + ")",
                            (Object) texts.toArray(String[]::new)));
        }
        if (orNull) {
            any.add(Sql.of(column + " IS NULL"));
        }
        return BooleanSql.any(any);
    }

    /// A parameter of many values, sent as text; empty for types that are compared one by one.
    private String arrayType() {
        return switch (type) {
            case FieldType.Text _, FieldType.File _, FieldType.Pointer _ -> "?";
            case FieldType.Number _ -> "?::double precision[]";
            case FieldType.Bool _ -> "?::boolean[]";
            case FieldType.Date _,
                    FieldType.Bytes _,
                    FieldType.Obj _,
                    FieldType.Array _,
                    FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.Acl _,
                    FieldType.Relation _ ->
                    "";
        };
    }

    private Sql all(List<Value> values) {
        if (values.isEmpty() || values.contains(new Value.Null())) {
            return BooleanSql.never();
        }
        return BooleanSql.all(values.stream().map(this::equal).toList());
    }

    private Sql matches(Predicate.Regex regex) {
        return type instanceof FieldType.Text ? matches(column, regex) : BooleanSql.never();
    }

    /// A condition on a text expression.
    static Sql matches(String text, Predicate.Regex regex) {
        TextPattern pattern = TextPattern.of(regex);
        Optional<String> prefix = pattern.prefix();
        if (prefix.isPresent()) {
            // Not `^@`, which no index of PostgreSQL 14 answers.
            return Sql.of(text + " LIKE ?", literal(prefix.get()) + "%");
        }
        Optional<String> part = pattern.part();
        return part.isPresent()
                ? Sql.of("strpos(" + text + ", ?) > 0", part.get())
                : Sql.of(text + " ~ ?", pattern.postgres());
    }

    /// Text as a pattern of `LIKE` that stands for itself.
    private static String literal(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    private Sql inQuery(dev.rialto.model.SubQuery query) {
        Optional<Sql> ids = subQueries.ids(query);
        return type instanceof FieldType.Pointer(var target)
                        && target.equals(query.className())
                        && ids.isPresent()
                ? Sql.of(column + " IN (").add(ids.get()).add(")")
                : BooleanSql.never();
    }
}

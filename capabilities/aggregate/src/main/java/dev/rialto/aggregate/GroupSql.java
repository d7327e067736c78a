package dev.rialto.aggregate;

import dev.rialto.model.FieldType;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Compiles a `$group` over the rows of the stage before it.
final class GroupSql {
    private final Rows rows;
    private final ExpressionSql expressions;

    GroupSql(Rows rows) {
        this.rows = rows;
        this.expressions = new ExpressionSql(rows);
    }

    Rows compile(Stage.Group group) {
        TypedSql key = key(group.id());
        List<Sql> items = new ArrayList<>();
        List<Rows.Column> columns = new ArrayList<>();
        items.add(Rows.item(key.sql(), PipelineNames.ID));
        columns.add(new Rows.Column(PipelineNames.ID, key.type(), true));
        for (Map.Entry<String, Stage.Accumulator> each : group.fields().entrySet()) {
            TypedSql value = accumulate(each.getValue());
            items.add(Rows.item(value.sql(), each.getKey()));
            columns.add(new Rows.Column(each.getKey(), value.type(), true));
        }
        return new Rows(
                Rows.select(items).add(rows.from()).add(" GROUP BY 1"),
                columns,
                List.of(),
                false,
                false);
    }

    /// What is grouped by; what is empty is null.
    private TypedSql key(Expression id) {
        return switch (id) {
            case Expression.Obj(var fields) when fields.isEmpty() -> TypedSql.missing();
            case Expression.Array(var elements) when elements.isEmpty() -> TypedSql.missing();
            case Expression.Constant(var wire)
                    when wire.isString() && wire.stringValue().isEmpty() ->
                    TypedSql.missing();
            default -> expressions.groupKey(id);
        };
    }

    private TypedSql accumulate(Stage.Accumulator accumulator) {
        TypedSql input = expressions.compile(accumulator.input());
        return switch (accumulator.kind()) {
            case SUM -> sum(accumulator.input(), input);
            case AVG -> new TypedSql(number("avg(", input, ")"), ValueType.NUMBER);
            case MIN -> extreme(input, false);
            case MAX -> extreme(input, true);
            case PUSH -> list("", input, rows.orderBy());
            case ADD_TO_SET -> list("DISTINCT ", input, Sql.empty());
            case FIRST -> nth(input, "[1]");
            case LAST -> nth(input, "[count(*)::integer]");
            case COUNT -> new TypedSql(Sql.of("count(*)::double precision"), ValueType.NUMBER);
        };
    }

    private static TypedSql sum(Expression expression, TypedSql input) {
        return new TypedSql(
                expression instanceof Expression.Constant
                        ? number("coalesce(count(*) * ", input, ", 0)")
                        : number("coalesce(sum(", input, "), 0)"),
                ValueType.NUMBER);
    }

    /// An aggregate of numbers, which passes over other values.
    private static Sql number(String before, TypedSql input, String after) {
        return Sql.of(before)
                .add(input.number().orElseGet(() -> Sql.of("0::double precision * NULL")))
                .add(after);
    }

    private static TypedSql extreme(TypedSql input, boolean greatest) {
        String function =
                switch (input.type().fieldType()) {
                    case FieldType.Text _,
                            FieldType.Number _,
                            FieldType.Date _,
                            FieldType.Pointer _,
                            FieldType.File _ ->
                            greatest ? "max(" : "min(";
                    case FieldType.Bool _ -> greatest ? "bool_or(" : "bool_and(";
                    case FieldType.Obj _,
                            FieldType.Array _,
                            FieldType.GeoPoint _,
                            FieldType.Polygon _,
                            FieldType.Bytes _,
                            FieldType.Relation _,
                            FieldType.Acl _ ->
                            "";
                };
        if (!function.isEmpty()) {
            return new TypedSql(Sql.of(function).add(input.sql()).add(")"), input.type());
        }
        TypedSql any = input.any();
        return new TypedSql(
                Sql.of("(array_agg(")
                        .add(any.sql())
                        .add(" ORDER BY ")
                        .add(any.sql())
                        .add(greatest ? " DESC NULLS LAST))[1]" : " NULLS LAST))[1]"),
                ValueType.ANY);
    }

    private static TypedSql list(String distinct, TypedSql input, Sql order) {
        Sql wire = input.wire();
        return new TypedSql(
                Sql.of("coalesce(jsonb_agg(" + distinct)
                        .add(wire)
                        .add(order)
                        .add(") FILTER (WHERE ")
                        .add(wire)
                        .add(" IS NOT NULL), '[]')"),
                ValueType.ARRAY);
    }

    private TypedSql nth(TypedSql input, String position) {
        return new TypedSql(
                Sql.of("(array_agg(").add(input.sql()).add(rows.orderBy()).add("))" + position),
                input.type());
    }
}

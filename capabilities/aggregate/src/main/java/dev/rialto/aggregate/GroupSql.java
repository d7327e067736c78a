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
        Typed key = key(group.id());
        List<Sql> items = new ArrayList<>();
        List<Rows.Column> columns = new ArrayList<>();
        items.add(Rows.item(key.sql(), PipelineNames.ID));
        columns.add(new Rows.Column(PipelineNames.ID, key.shape(), true));
        for (Map.Entry<String, Stage.Accumulator> each : group.fields().entrySet()) {
            Typed value = accumulate(each.getValue());
            items.add(Rows.item(value.sql(), each.getKey()));
            columns.add(new Rows.Column(each.getKey(), value.shape(), true));
        }
        return new Rows(
                Rows.select(items).add(rows.from()).add(" GROUP BY 1"),
                columns,
                List.of(),
                false,
                false);
    }

    /// What is grouped by; what is empty is null.
    private Typed key(Expression id) {
        return switch (id) {
            case Expression.Obj(var fields) when fields.isEmpty() -> Typed.missing();
            case Expression.Array(var elements) when elements.isEmpty() -> Typed.missing();
            case Expression.Constant(var wire)
                    when wire.isString() && wire.stringValue().isEmpty() ->
                    Typed.missing();
            default -> expressions.groupKey(id);
        };
    }

    private Typed accumulate(Stage.Accumulator accumulator) {
        Typed input = expressions.compile(accumulator.input());
        return switch (accumulator.kind()) {
            case SUM -> sum(accumulator.input(), input);
            case AVG -> new Typed(number("avg(", input, ")"), Shape.NUMBER);
            case MIN -> extreme(input, false);
            case MAX -> extreme(input, true);
            case PUSH -> list("", input, rows.orderBy());
            case ADD_TO_SET -> list("DISTINCT ", input, Sql.empty());
            case FIRST -> nth(input, "[1]");
            case LAST -> nth(input, "[count(*)::integer]");
            case COUNT -> new Typed(Sql.of("count(*)::double precision"), Shape.NUMBER);
        };
    }

    private static Typed sum(Expression expression, Typed input) {
        return new Typed(
                expression instanceof Expression.Constant
                        ? number("coalesce(count(*) * ", input, ", 0)")
                        : number("coalesce(sum(", input, "), 0)"),
                Shape.NUMBER);
    }

    /// An aggregate of numbers, which passes over other values.
    private static Sql number(String before, Typed input, String after) {
        return Sql.of(before)
                .add(input.number().orElseGet(() -> Sql.of("0::double precision * NULL")))
                .add(after);
    }

    private static Typed extreme(Typed input, boolean greatest) {
        String function =
                switch (input.shape().type()) {
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
            return new Typed(Sql.of(function).add(input.sql()).add(")"), input.shape());
        }
        Typed any = input.any();
        return new Typed(
                Sql.of("(array_agg(")
                        .add(any.sql())
                        .add(" ORDER BY ")
                        .add(any.sql())
                        .add(greatest ? " DESC NULLS LAST))[1]" : " NULLS LAST))[1]"),
                Shape.ANY);
    }

    private static Typed list(String distinct, Typed input, Sql order) {
        Sql wire = input.wire();
        return new Typed(
                Sql.of("coalesce(jsonb_agg(" + distinct)
                        .add(wire)
                        .add(order)
                        .add(") FILTER (WHERE ")
                        .add(wire)
                        .add(" IS NOT NULL), '[]')"),
                Shape.ARRAY);
    }

    private Typed nth(Typed input, String position) {
        return new Typed(
                Sql.of("(array_agg(").add(input.sql()).add(rows.orderBy()).add("))" + position),
                input.shape());
    }
}

package dev.rialto.aggregate;

import static dev.rialto.aggregate.PipelineReader.bad;

import dev.rialto.kernel.Json;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.model.Value;
import dev.rialto.model.ValueReader;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Compiles expressions over the columns of one stage, which stand in `t`.
final class ExpressionSql {
    private final Rows rows;
    private final OperatorSql operators = new OperatorSql();

    ExpressionSql(Rows rows) {
        this.rows = rows;
    }

    TypedSql compile(Expression expression) {
        return switch (expression) {
            case Expression.Constant(var wire) -> constant(wire);
            case Expression.Reference(var path) -> reference(path);
            case Expression.Obj(var fields) -> object(fields, false);
            case Expression.Array(var elements) -> array(elements);
            case Expression.Call(var operator, var arguments) ->
                    operators.compile(operator, arguments.stream().map(this::compile).toList());
            case Expression.PartOfDate(var part, var date, var timezone) ->
                    new TypedSql(
                            Sql.of(part.before())
                                    .add(local(part.wireName(), date, timezone))
                                    .add(part.after()),
                            ValueType.NUMBER);
            case Expression.DateFormat format -> dateFormat(format);
            case Expression.Put(var holder, var below, var value) -> put(holder, below, value);
            case Expression.Pick(var field, var shape) -> reshape("rialto.any_pick", field, shape);
            case Expression.Drop(var field, var shape) -> reshape("rialto.any_drop", field, shape);
        };
    }

    /// A value by which objects are found: of a pointer its id.
    TypedSql id(FieldPath path) {
        return bareId(reference(path));
    }

    /// What to group by. Pointers are told as bare ids, as Parse does.
    TypedSql groupKey(Expression expression) {
        return expression instanceof Expression.Obj(var fields)
                ? object(fields, true)
                : bareId(compile(expression)).ordered();
    }

    private static TypedSql bareId(TypedSql value) {
        return value.type().fieldType() instanceof FieldType.Pointer
                ? new TypedSql(value.sql(), ValueType.TEXT)
                : value;
    }

    private static TypedSql constant(JsonNode wire) {
        return switch (wire.getNodeType()) {
            case STRING -> new TypedSql(Sql.of("?::text", wire.stringValue()), ValueType.TEXT);
            case NUMBER ->
                    new TypedSql(Sql.of("?::double precision", wire.asDouble()), ValueType.NUMBER);
            case BOOLEAN -> new TypedSql(Sql.of("?::boolean", wire.booleanValue()), ValueType.BOOL);
            case NULL, MISSING -> TypedSql.missing();
            case ARRAY -> new TypedSql(Sql.of("?::jsonb", Json.write(wire)), ValueType.ARRAY);
            case OBJECT, BINARY, POJO ->
                    ValueReader.read(wire) instanceof Value.Date(var time)
                            ? new TypedSql(Sql.of("?::timestamptz", time), ValueType.DATE)
                            : new TypedSql(Sql.of("?::jsonb", Json.write(wire)), ValueType.ANY);
        };
    }

    private TypedSql reference(FieldPath path) {
        Optional<Rows.Column> column = rows.column(path.field());
        if (column.isEmpty()) {
            return rows.root()
                    .map(root -> inside(Rows.value(root), path.steps()))
                    .orElseGet(TypedSql::missing);
        }
        if (!column.get().type().isStored()) {
            return TypedSql.missing();
        }
        TypedSql whole = Rows.value(column.get());
        return path.isNested() ? inside(whole, path.below()) : whole;
    }

    private TypedSql dateFormat(Expression.DateFormat format) {
        Sql text =
                Sql.of("to_char(")
                        .add(local("$dateToString", format.date(), format.timezone()))
                        .add(", ?)", format.format());
        return new TypedSql(
                format.otherwise()
                        .map(otherwise -> Sql.of("coalesce(").add(text).add(", ?)", otherwise))
                        .orElse(text),
                ValueType.TEXT);
    }

    private TypedSql put(Expression holder, List<String> below, Expression value) {
        return new TypedSql(
                Sql.of("rialto.json_put(")
                        .add(compile(holder).wire())
                        .add(", ?, coalesce(", (Object) below.toArray(String[]::new))
                        .add(compile(value).wire())
                        .add(", 'null'))"),
                ValueType.OBJECT);
    }

    /// The row as an object, as results have it.
    Sql row() {
        List<Sql> parts = new ArrayList<>();
        List<Sql> nulls = new ArrayList<>();
        for (Rows.Column column : rows.columns()) {
            Sql value = Rows.isRoot(column) ? Rows.value(column).sql() : told(column);
            if (Rows.isRoot(column)) {
                parts.addFirst(value);
            } else {
                boolean shown = column.shownWhenNull();
                (shown ? nulls : parts)
                        .add(
                                Sql.of("jsonb_build_object(?::text, ", column.name())
                                        .add(value)
                                        .add(")"));
            }
        }
        Sql known = Sql.of("rialto.without_nulls(").add(Sql.join(" || ", parts, "'{}'")).add(")");
        return nulls.isEmpty() ? known : known.add(" || ").add(Sql.join(" || ", nulls, ""));
    }

    private static Sql told(Rows.Column column) {
        if (column.type().fieldType() instanceof FieldType.Relation(var target)) {
            return Sql.of(
                    "?::jsonb",
                    Json.write(Json.object().put("__type", "Relation").put("className", target)));
        }
        TypedSql value = Rows.value(column);
        boolean plainDate =
                column.type().equals(ValueType.DATE) && AggregateWriter.isPlainDate(column.name());
        return plainDate ? value.wire().add(" -> 'iso'") : value.wire();
    }

    private static TypedSql inside(TypedSql whole, List<String> steps) {
        if (whole.type().isJson()) {
            boolean isObject = whole.type().equals(ValueType.OBJECT) && steps.size() == 1;
            return new TypedSql(
                    isObject
                            ? Sql.of("nullif(")
                                    .add(whole.sql())
                                    .add(" -> ?::text, 'null')", steps.getFirst())
                            : Sql.of("rialto.any_at(")
                                    .add(whole.sql())
                                    .add(", ?)", (Object) steps.toArray(String[]::new)),
                    ValueType.ANY);
        }
        String step = steps.size() == 1 ? steps.getFirst() : "";
        return switch (whole.type().fieldType()) {
            case FieldType.Pointer _ when step.equals("objectId") ->
                    new TypedSql(whole.sql(), ValueType.TEXT);
            case FieldType.File _ when step.equals("name") ->
                    new TypedSql(whole.sql(), ValueType.TEXT);
            case FieldType.GeoPoint _ when step.equals("latitude") ->
                    new TypedSql(Sql.of("").add(whole.sql()).add("[1]"), ValueType.NUMBER);
            case FieldType.GeoPoint _ when step.equals("longitude") ->
                    new TypedSql(Sql.of("").add(whole.sql()).add("[0]"), ValueType.NUMBER);
            default -> TypedSql.missing();
        };
    }

    private TypedSql object(Map<String, Expression> fields, boolean bareIds) {
        if (fields.isEmpty()) {
            return new TypedSql(Sql.of("'{}'::jsonb"), ValueType.OBJECT);
        }
        boolean scalars = true;
        List<Sql> parts = new ArrayList<>(fields.size());
        for (Map.Entry<String, Expression> each : fields.entrySet()) {
            TypedSql compiled = compile(each.getValue());
            TypedSql value = bareIds ? bareId(compiled) : compiled;
            scalars &= !value.type().isJson();
            parts.add(
                    Sql.of("jsonb_build_object(?::text, ", each.getKey())
                            .add(value.wire())
                            .add(")"));
        }
        // The built-in function is faster, but takes nulls out of objects inside too.
        return new TypedSql(
                Sql.of(scalars ? "jsonb_strip_nulls(" : "rialto.without_nulls(")
                        .add(Sql.join(" || ", parts, ""))
                        .add(")"),
                ValueType.OBJECT);
    }

    private TypedSql array(List<Expression> elements) {
        List<Sql> parts = new ArrayList<>(elements.size());
        for (Expression element : elements) {
            parts.add(Sql.of("jsonb_build_array(").add(compile(element).wire()).add(")"));
        }
        return new TypedSql(
                Sql.of("(").add(Sql.join(" || ", parts, "'[]'::jsonb")).add(")"), ValueType.ARRAY);
    }

    /// A date as the calendar of a time zone shows it.
    private Sql local(String operator, Expression date, Optional<String> timezone) {
        TypedSql value = compile(date);
        Sql moment =
                value.date()
                        .orElseThrow(() ->
                                bad(operator + " takes a date, not " + value.type().display()));
        return Sql.of("(").add(moment).add(" AT TIME ZONE ?)", timezone.orElse("UTC"));
    }

    private TypedSql reshape(String function, String field, JsonNode shape) {
        Optional<Rows.Column> column = rows.column(field);
        if (column.isEmpty() || !column.get().type().isStored()) {
            return TypedSql.missing();
        }
        return new TypedSql(
                Sql.of(function + "(")
                        .add(Rows.value(column.get()).wire())
                        .add(", ?::jsonb)", Json.write(shape)),
                column.get().type().isJson() ? column.get().type() : ValueType.ANY);
    }
}

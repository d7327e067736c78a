package dev.rialto.aggregate;

import static dev.rialto.aggregate.PipelineReader.bad;

import dev.rialto.aggregate.Expression.Operator;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.List;

/// Compiles the operators of expressions. A value of a type that an operator has no use for is
/// refused when the column tells it, and null when only the row does.
final class OperatorSql {
    TypedSql compile(Operator operator, List<TypedSql> arguments) {
        return switch (operator) {
            case ADD -> add(arguments);
            case SUBTRACT -> subtract(arguments);
            case MULTIPLY -> numeric(infix(" * ", numbers(operator, arguments)));
            case DIVIDE -> numeric(infix(" / ", numbers(operator, arguments)));
            case MOD -> modulo(numbers(operator, arguments));
            case ABS -> numeric(call("abs", numbers(operator, arguments)));
            case CEIL -> numeric(call("ceil", numbers(operator, arguments)));
            case FLOOR -> numeric(call("floor", numbers(operator, arguments)));
            case TRUNC -> numeric(call("trunc", numbers(operator, arguments)));
            case ROUND -> round(numbers(operator, arguments));
            case CONCAT -> new TypedSql(infix(" || ", texts(operator, arguments)), ValueType.TEXT);
            case SUBSTRING -> substring(arguments);
            case LENGTH ->
                    numeric(
                            Sql.of("length(")
                                    .add(texts(operator, arguments).getFirst())
                                    .add(")::double precision"));
            case TO_UPPER -> letters("upper", operator, arguments);
            case TO_LOWER -> letters("lower", operator, arguments);
            case SIZE -> size(arguments.getFirst());
            case ELEMENT_AT -> elementAt(arguments);
            case IF_NULL -> ifNull(arguments);
            case COND -> condition(arguments);
            case EQUAL -> compare(" IS NOT DISTINCT FROM ", arguments);
            case NOT_EQUAL -> compare(" IS DISTINCT FROM ", arguments);
            case LESS -> compare(" < ", arguments);
            case LESS_OR_EQUAL -> compare(" <= ", arguments);
            case GREATER -> compare(" > ", arguments);
            case GREATER_OR_EQUAL -> compare(" >= ", arguments);
            case AND -> logical(infix(" AND ", booleans(arguments), "true"));
            case OR -> logical(infix(" OR ", booleans(arguments), "false"));
            case NOT -> logical(Sql.of("(NOT ").add(arguments.getFirst().asBoolean()).add(")"));
        };
    }

    /// Numbers, or one date and milliseconds.
    private static TypedSql add(List<TypedSql> arguments) {
        List<TypedSql> dates =
                arguments.stream().filter(each -> each.type().equals(ValueType.DATE)).toList();
        if (dates.isEmpty()) {
            return numeric(infix(" + ", numbers(Operator.ADD, arguments)));
        }
        if (dates.size() > 1) {
            throw bad("$add takes only one date");
        }
        List<TypedSql> others = new ArrayList<>(arguments);
        others.remove(dates.getFirst());
        return others.isEmpty()
                ? dates.getFirst()
                : later(dates.getFirst(), " + ", infix(" + ", numbers(Operator.ADD, others)));
    }

    private static TypedSql subtract(List<TypedSql> arguments) {
        TypedSql from = arguments.getFirst();
        TypedSql what = arguments.getLast();
        if (!from.type().equals(ValueType.DATE)) {
            return numeric(infix(" - ", numbers(Operator.SUBTRACT, arguments)));
        }
        return what.type().equals(ValueType.DATE)
                ? numeric(
                        Sql.of("round(extract(epoch FROM ")
                                .add(infix(" - ", List.of(from.sql(), what.sql())))
                                .add(") * 1000)::double precision"))
                : later(from, " - ", numbers(Operator.SUBTRACT, List.of(what)).getFirst());
    }

    private static TypedSql later(TypedSql date, String sign, Sql milliseconds) {
        return new TypedSql(
                Sql.of("(")
                        .add(date.sql())
                        .add(sign)
                        .add("make_interval(secs => ")
                        .add(milliseconds)
                        .add(" / 1000))"),
                ValueType.DATE);
    }

    private static TypedSql modulo(List<Sql> numbers) {
        return numeric(
                Sql.of("(")
                        .add(numbers.getFirst())
                        .add("::numeric % ")
                        .add(numbers.getLast())
                        .add("::numeric)::double precision"));
    }

    private static TypedSql round(List<Sql> numbers) {
        return numbers.size() == 1
                ? numeric(call("round", numbers))
                : numeric(
                        Sql.of("round(")
                                .add(numbers.getFirst())
                                .add("::numeric, ")
                                .add(numbers.getLast())
                                .add("::integer)::double precision"));
    }

    private static TypedSql letters(String function, Operator operator, List<TypedSql> arguments) {
        return new TypedSql(
                Sql.of(function + "(coalesce(")
                        .add(texts(operator, arguments).getFirst())
                        .add(", ''))"),
                ValueType.TEXT);
    }

    /// From a position that counts from 0; a negative length is all that follows.
    private static TypedSql substring(List<TypedSql> arguments) {
        Sql text = texts(Operator.SUBSTRING, arguments.subList(0, 1)).getFirst();
        List<Sql> bounds = numbers(Operator.SUBSTRING, arguments.subList(1, 3));
        return new TypedSql(
                Sql.of("rialto.substring(")
                        .add(text)
                        .add(", ")
                        .add(Sql.join(", ", bounds, ""))
                        .add(")"),
                ValueType.TEXT);
    }

    private static TypedSql size(TypedSql array) {
        if (!array.type().isJson()) {
            throw bad("$size takes an array, not " + array.type().display());
        }
        return numeric(Sql.of("rialto.any_size(").add(array.sql()).add(")"));
    }

    private static TypedSql elementAt(List<TypedSql> arguments) {
        TypedSql array = arguments.getFirst();
        if (!array.type().isJson()) {
            throw bad("$arrayElemAt takes an array, not " + array.type().display());
        }
        return new TypedSql(
                Sql.of("nullif(")
                        .add(array.sql())
                        .add(" -> ")
                        .add(numbers(Operator.ELEMENT_AT, List.of(arguments.getLast())).getFirst())
                        .add("::integer, 'null')"),
                ValueType.ANY);
    }

    private static TypedSql ifNull(List<TypedSql> arguments) {
        List<TypedSql> alike = alike(arguments);
        return new TypedSql(
                Sql.of("coalesce(")
                        .add(Sql.join(", ", alike.stream().map(TypedSql::sql).toList(), ""))
                        .add(")"),
                alike.getFirst().type());
    }

    private static TypedSql condition(List<TypedSql> arguments) {
        List<TypedSql> alike = alike(arguments.subList(1, 3));
        return new TypedSql(
                Sql.of("CASE WHEN ")
                        .add(arguments.getFirst().asBoolean())
                        .add(" THEN ")
                        .add(alike.getFirst().sql())
                        .add(" ELSE ")
                        .add(alike.getLast().sql())
                        .add(" END"),
                alike.getFirst().type());
    }

    private static TypedSql compare(String operator, List<TypedSql> arguments) {
        List<Sql> sides = alike(arguments).stream().map(each -> each.ordered().sql()).toList();
        return logical(Sql.of("coalesce(").add(infix(operator, sides)).add(", false)"));
    }

    /// The values in one type: their own if it is the same, else wire form.
    private static List<TypedSql> alike(List<TypedSql> values) {
        ValueType first = values.getFirst().type();
        return values.stream().allMatch(each -> each.type().equals(first))
                ? values
                : values.stream().map(TypedSql::any).toList();
    }

    private static List<Sql> numbers(Operator operator, List<TypedSql> arguments) {
        return arguments.stream()
                .map(each ->
                        each.number()
                                .orElseThrow(() ->
                                        bad(
                                                operator.wireName()
                                                        + " only supports numeric types, not "
                                                        + each.type().display())))
                .toList();
    }

    private static List<Sql> texts(Operator operator, List<TypedSql> arguments) {
        return arguments.stream()
                .map(each ->
                        each.text()
                                .orElseThrow(() ->
                                        bad(
                                                operator.wireName()
                                                        + " only supports strings, not "
                                                        + each.type().display())))
                .toList();
    }

    private static List<Sql> booleans(List<TypedSql> arguments) {
        return arguments.stream().map(TypedSql::asBoolean).toList();
    }

    private static Sql infix(String operator, List<Sql> operands) {
        return infix(operator, operands, "");
    }

    private static Sql infix(String operator, List<Sql> operands, String none) {
        return Sql.of("(").add(Sql.join(operator, operands, none)).add(")");
    }

    private static Sql call(String function, List<Sql> arguments) {
        return Sql.of(function + "(").add(Sql.join(", ", arguments, "")).add(")");
    }

    private static TypedSql numeric(Sql sql) {
        return new TypedSql(sql, ValueType.NUMBER);
    }

    private static TypedSql logical(Sql sql) {
        return new TypedSql(sql, ValueType.BOOL);
    }
}

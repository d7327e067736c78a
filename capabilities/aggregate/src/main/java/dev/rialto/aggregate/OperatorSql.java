package dev.rialto.aggregate;

import static dev.rialto.aggregate.PipelineReader.bad;

import dev.rialto.aggregate.Expression.Operator;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.List;

/// Compiles the operators of expressions. A value of a type that an operator has no use for is
/// refused when the column tells it, and null when only the row does.
final class OperatorSql {
    Typed compile(Operator operator, List<Typed> arguments) {
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
            case CONCAT -> new Typed(infix(" || ", texts(operator, arguments)), Shape.TEXT);
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
            case AND -> logical(infix(" AND ", truths(arguments), "true"));
            case OR -> logical(infix(" OR ", truths(arguments), "false"));
            case NOT -> logical(Sql.of("(NOT ").add(arguments.getFirst().truth()).add(")"));
        };
    }

    /// Numbers, or one date and milliseconds.
    private static Typed add(List<Typed> arguments) {
        List<Typed> dates =
                arguments.stream().filter(each -> each.shape().equals(Shape.DATE)).toList();
        if (dates.isEmpty()) {
            return numeric(infix(" + ", numbers(Operator.ADD, arguments)));
        }
        if (dates.size() > 1) {
            throw bad("$add takes only one date");
        }
        List<Typed> others = new ArrayList<>(arguments);
        others.remove(dates.getFirst());
        return others.isEmpty()
                ? dates.getFirst()
                : later(dates.getFirst(), " + ", infix(" + ", numbers(Operator.ADD, others)));
    }

    private static Typed subtract(List<Typed> arguments) {
        Typed from = arguments.getFirst();
        Typed what = arguments.getLast();
        if (!from.shape().equals(Shape.DATE)) {
            return numeric(infix(" - ", numbers(Operator.SUBTRACT, arguments)));
        }
        return what.shape().equals(Shape.DATE)
                ? numeric(
                        Sql.of("round(extract(epoch FROM ")
                                .add(infix(" - ", List.of(from.sql(), what.sql())))
                                .add(") * 1000)::double precision"))
                : later(from, " - ", numbers(Operator.SUBTRACT, List.of(what)).getFirst());
    }

    private static Typed later(Typed date, String sign, Sql milliseconds) {
        return new Typed(
                Sql.of("(")
                        .add(date.sql())
                        .add(sign)
                        .add("make_interval(secs => ")
                        .add(milliseconds)
                        .add(" / 1000))"),
                Shape.DATE);
    }

    private static Typed modulo(List<Sql> numbers) {
        return numeric(
                Sql.of("(")
                        .add(numbers.getFirst())
                        .add("::numeric % ")
                        .add(numbers.getLast())
                        .add("::numeric)::double precision"));
    }

    private static Typed round(List<Sql> numbers) {
        return numbers.size() == 1
                ? numeric(call("round", numbers))
                : numeric(
                        Sql.of("round(")
                                .add(numbers.getFirst())
                                .add("::numeric, ")
                                .add(numbers.getLast())
                                .add("::integer)::double precision"));
    }

    private static Typed letters(String function, Operator operator, List<Typed> arguments) {
        return new Typed(
                Sql.of(function + "(coalesce(")
                        .add(texts(operator, arguments).getFirst())
                        .add(", ''))"),
                Shape.TEXT);
    }

    /// From a position that counts from 0; a negative length is all that follows.
    private static Typed substring(List<Typed> arguments) {
        Sql text = texts(Operator.SUBSTRING, arguments.subList(0, 1)).getFirst();
        List<Sql> bounds = numbers(Operator.SUBSTRING, arguments.subList(1, 3));
        return new Typed(
                Sql.of("rialto.substring(")
                        .add(text)
                        .add(", ")
                        .add(Sql.join(", ", bounds, ""))
                        .add(")"),
                Shape.TEXT);
    }

    private static Typed size(Typed array) {
        if (!array.shape().isJson()) {
            throw bad("$size takes an array, not " + array.shape().display());
        }
        return numeric(Sql.of("rialto.any_size(").add(array.sql()).add(")"));
    }

    private static Typed elementAt(List<Typed> arguments) {
        Typed array = arguments.getFirst();
        if (!array.shape().isJson()) {
            throw bad("$arrayElemAt takes an array, not " + array.shape().display());
        }
        return new Typed(
                Sql.of("nullif(")
                        .add(array.sql())
                        .add(" -> ")
                        .add(numbers(Operator.ELEMENT_AT, List.of(arguments.getLast())).getFirst())
                        .add("::integer, 'null')"),
                Shape.ANY);
    }

    private static Typed ifNull(List<Typed> arguments) {
        List<Typed> alike = alike(arguments);
        return new Typed(
                Sql.of("coalesce(")
                        .add(Sql.join(", ", alike.stream().map(Typed::sql).toList(), ""))
                        .add(")"),
                alike.getFirst().shape());
    }

    private static Typed condition(List<Typed> arguments) {
        List<Typed> alike = alike(arguments.subList(1, 3));
        return new Typed(
                Sql.of("CASE WHEN ")
                        .add(arguments.getFirst().truth())
                        .add(" THEN ")
                        .add(alike.getFirst().sql())
                        .add(" ELSE ")
                        .add(alike.getLast().sql())
                        .add(" END"),
                alike.getFirst().shape());
    }

    private static Typed compare(String operator, List<Typed> arguments) {
        List<Sql> sides = alike(arguments).stream().map(each -> each.ordered().sql()).toList();
        return logical(Sql.of("coalesce(").add(infix(operator, sides)).add(", false)"));
    }

    /// The values in one shape: their own if it is the same, else wire form.
    private static List<Typed> alike(List<Typed> values) {
        Shape first = values.getFirst().shape();
        return values.stream().allMatch(each -> each.shape().equals(first))
                ? values
                : values.stream().map(Typed::any).toList();
    }

    private static List<Sql> numbers(Operator operator, List<Typed> arguments) {
        return arguments.stream()
                .map(each ->
                        each.number()
                                .orElseThrow(() ->
                                        bad(
                                                operator.wireName()
                                                        + " only supports numeric types, not "
                                                        + each.shape().display())))
                .toList();
    }

    private static List<Sql> texts(Operator operator, List<Typed> arguments) {
        return arguments.stream()
                .map(each ->
                        each.text()
                                .orElseThrow(() ->
                                        bad(
                                                operator.wireName()
                                                        + " only supports strings, not "
                                                        + each.shape().display())))
                .toList();
    }

    private static List<Sql> truths(List<Typed> arguments) {
        return arguments.stream().map(Typed::truth).toList();
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

    private static Typed numeric(Sql sql) {
        return new Typed(sql, Shape.NUMBER);
    }

    private static Typed logical(Sql sql) {
        return new Typed(sql, Shape.BOOL);
    }
}

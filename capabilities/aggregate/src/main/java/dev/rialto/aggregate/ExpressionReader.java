package dev.rialto.aggregate;

import static dev.rialto.aggregate.PipelineNames.shown;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the expressions of one pipeline, and counts them.
final class ExpressionReader {
    private static final int MAX_DEPTH = 20;
    private static final int MAX_EXPRESSIONS = 2_000;
    private static final String DEFAULT_FORMAT = "%Y-%m-%dT%H:%M:%S.%LZ";

    private int count;

    /// @throws RialtoException INVALID_QUERY or INVALID_KEY_NAME
    Expression read(JsonNode wire) {
        return read(wire, 0);
    }

    private Expression read(JsonNode wire, int depth) {
        if (depth > MAX_DEPTH) {
            throw bad("expressions may be nested up to " + MAX_DEPTH + " levels");
        }
        if (++count > MAX_EXPRESSIONS) {
            throw bad("a pipeline is limited to " + MAX_EXPRESSIONS + " expressions");
        }
        return switch (wire.getNodeType()) {
            case STRING ->
                    wire.stringValue().startsWith("$")
                            ? new Expression.Reference(PipelineNames.reference(wire.stringValue()))
                            : new Expression.Constant(wire);
            case NUMBER, BOOLEAN, NULL, MISSING, BINARY, POJO -> new Expression.Constant(wire);
            case ARRAY -> new Expression.Array(list(wire, depth));
            case OBJECT -> object((ObjectNode) wire, depth);
        };
    }

    private List<Expression> list(JsonNode wires, int depth) {
        List<Expression> all = new ArrayList<>(wires.size());
        for (JsonNode wire : wires) {
            all.add(read(wire, depth + 1));
        }
        return all;
    }

    private Expression object(ObjectNode wire, int depth) {
        if (wire.path("__type").isString()) {
            return new Expression.Constant(wire);
        }
        Optional<JsonNode> date = MatchRewriter.extendedDate(wire);
        if (date.isPresent()) {
            return new Expression.Constant(date.get());
        }
        boolean operator = false;
        for (String key : wire.propertyNames()) {
            operator |= key.startsWith("$");
        }
        if (operator) {
            if (wire.size() != 1) {
                throw bad(
                        "an expression must have one operator but found "
                                + shown(String.join(", ", wire.propertyNames())));
            }
            Map.Entry<String, JsonNode> only = wire.properties().iterator().next();
            return call(only.getKey(), only.getValue(), depth);
        }
        SequencedMap<String, Expression> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : wire.properties()) {
            fields.put(PipelineNames.key(each.getKey()), read(each.getValue(), depth + 1));
        }
        return new Expression.Obj(fields);
    }

    private Expression call(String name, JsonNode operand, int depth) {
        if (name.equals("$literal")) {
            return new Expression.Constant(operand);
        }
        if (name.equals("$dateToString")) {
            return dateFormat(operand, depth);
        }
        Optional<Expression.DatePart> part = Expression.DatePart.of(name);
        if (part.isPresent()) {
            return partOfDate(part.get(), name, operand, depth);
        }
        Expression.Operator operator =
                Expression.Operator.of(alias(name))
                        .orElseThrow(() -> bad("Unrecognized expression '" + shown(name) + "'"));
        List<Expression> arguments =
                operator == Expression.Operator.COND && operand.isObject()
                        ? condition(operand, depth)
                        : operand.isArray()
                                ? list(operand, depth)
                                : List.of(read(operand, depth + 1));
        if (!operator.takes(arguments.size())) {
            throw bad(name + " does not accept " + arguments.size() + " arguments");
        }
        return new Expression.Call(operator, arguments);
    }

    /// Strings are counted in code points, whatever the name says.
    private static String alias(String name) {
        return switch (name) {
            case "$substr", "$substrBytes" -> Expression.Operator.SUBSTRING.wireName();
            case "$strLenBytes" ->
                    throw bad("$strLenBytes is not supported; $strLenCP counts characters");
            default -> name;
        };
    }

    private List<Expression> condition(JsonNode operand, int depth) {
        if (operand.size() != 3
                || !operand.has("if")
                || !operand.has("then")
                || !operand.has("else")) {
            throw bad("$cond must have if, then and else");
        }
        return List.of(
                read(operand.get("if"), depth + 1),
                read(operand.get("then"), depth + 1),
                read(operand.get("else"), depth + 1));
    }

    private Expression partOfDate(
            Expression.DatePart part, String name, JsonNode operand, int depth) {
        JsonNode only = operand.isArray() && operand.size() == 1 ? operand.get(0) : operand;
        if (only.isObject() && only.has("date")) {
            requireOnly(only, name, List.of("date", "timezone"));
            return new Expression.PartOfDate(
                    part, read(only.get("date"), depth + 1), text(only, name, "timezone"));
        }
        if (only.isArray()) {
            throw bad(name + " takes one date");
        }
        return new Expression.PartOfDate(part, read(only, depth + 1), Optional.empty());
    }

    private Expression dateFormat(JsonNode operand, int depth) {
        if (!operand.isObject() || !operand.has("date")) {
            throw bad("$dateToString must have a date");
        }
        requireOnly(operand, "$dateToString", List.of("date", "format", "timezone", "onNull"));
        String format = text(operand, "$dateToString", "format").orElse(DEFAULT_FORMAT);
        return new Expression.DateFormat(
                read(operand.get("date"), depth + 1),
                postgresFormat(format),
                text(operand, "$dateToString", "timezone"),
                text(operand, "$dateToString", "onNull"));
    }

    private static void requireOnly(JsonNode operand, String name, List<String> known) {
        for (String key : operand.propertyNames()) {
            if (!known.contains(key)) {
                throw bad(name + " has no option '" + shown(key) + "'");
            }
        }
    }

    private static Optional<String> text(JsonNode operand, String name, String option) {
        JsonNode value = operand.get(option);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString() || value.stringValue().startsWith("$")) {
            throw bad(option + " of " + name + " must be a constant string");
        }
        return Optional.of(value.stringValue());
    }

    /// Turns `%Y-%m` into `YYYY"-"MM`: all but the conversions is quoted.
    private static String postgresFormat(String format) {
        if (format.length() > 200) {
            throw bad("format of $dateToString is limited to 200 characters");
        }
        var pattern = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                quote(c, pattern);
            } else if (++i == format.length()) {
                throw bad("format of $dateToString ends with %");
            } else {
                conversion(format.charAt(i), pattern);
            }
        }
        return pattern.toString();
    }

    private static void quote(char c, StringBuilder pattern) {
        pattern.append('"');
        if (c == '"' || c == '\\') {
            pattern.append('\\');
        }
        pattern.append(c).append('"');
    }

    private static void conversion(char letter, StringBuilder pattern) {
        switch (letter) {
            case 'Y' -> pattern.append("YYYY");
            case 'm' -> pattern.append("MM");
            case 'd' -> pattern.append("DD");
            case 'H' -> pattern.append("HH24");
            case 'M' -> pattern.append("MI");
            case 'S' -> pattern.append("SS");
            case 'L' -> pattern.append("MS");
            case 'j' -> pattern.append("DDD");
            case 'w' -> pattern.append("D");
            case 'u' -> pattern.append("ID");
            case 'V' -> pattern.append("IW");
            case 'G' -> pattern.append("IYYY");
            case 'b' -> pattern.append("Mon");
            case 'B' -> pattern.append("FMMonth");
            case '%' -> quote('%', pattern);
            default -> throw bad("format of $dateToString does not support %" + letter);
        }
    }

    private static RialtoException bad(String message) {
        return new RialtoException(ErrorCode.INVALID_QUERY, message);
    }
}

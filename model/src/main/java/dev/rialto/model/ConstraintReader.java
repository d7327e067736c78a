package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads what a `where` asks of one field: a value, or an object of `$` operators.
final class ConstraintReader {
    private final WhereParser.Reading reading;
    private final Instant now;

    ConstraintReader(WhereParser.Reading reading, Instant now) {
        this.reading = reading;
        this.now = now;
    }

    void read(FieldPath path, JsonNode asked, WhereParser.Scope scope, List<Where> into) {
        if (!isOperators(asked)) {
            into.add(on(path, new Predicate.Equal(value(path, asked))));
            return;
        }
        // SDKs put a constraint beside the value of an earlier "equal to" on the same field.
        ObjectNode value = Json.object();
        asked.properties().stream()
                .filter(each -> !each.getKey().startsWith("$"))
                .forEach(each -> value.set(each.getKey(), each.getValue()));
        if (!value.isEmpty()) {
            into.add(on(path, new Predicate.Equal(value(path, value))));
        }
        for (String operator : asked.propertyNames()) {
            if (!operator.startsWith("$")) {
                continue;
            }
            if (operator.equals("$not")) {
                into.add(not(path, asked.get(operator), scope));
                continue;
            }
            Predicate predicate = predicate(path, operator, asked, scope);
            if (predicate != null) {
                into.add(on(path, predicate));
            }
        }
    }

    private Where on(FieldPath path, Predicate predicate) {
        reading.countPredicate();
        return new Where.On(path, predicate);
    }

    private Where not(FieldPath path, JsonNode asked, WhereParser.Scope scope) {
        if (!isOperators(asked)) {
            throw bad("bad $not value");
        }
        if (scope.depth() >= reading.limits().depth()) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "Query condition nesting depth exceeds maximum allowed depth of "
                            + reading.limits().depth());
        }
        List<Where> parts = new ArrayList<>();
        read(path, asked, scope.deeper(), parts);
        return parts.size() == 1 && parts.getFirst() instanceof Where.On(var same, var predicate)
                ? new Where.On(same, new Predicate.Not(predicate))
                : new Where.Nor(List.of(new Where.And(parts)));
    }

    private static boolean isOperators(JsonNode asked) {
        if (!asked.isObject()) {
            return false;
        }
        for (String key : asked.propertyNames()) {
            if (key.startsWith("$")) {
                return true;
            }
        }
        return false;
    }

    /// @return null for an operator that only modifies another one
    private @Nullable Predicate predicate(
            FieldPath path, String operator, JsonNode asked, WhereParser.Scope scope) {
        JsonNode operand = asked.get(operator);
        return switch (operator) {
            case "$eq" -> new Predicate.Equal(single(path, operand));
            case "$ne" -> new Predicate.NotEqual(single(path, operand));
            case "$lt" -> compare(Predicate.Comparison.LESS, path, operand, scope);
            case "$lte" -> compare(Predicate.Comparison.LESS_OR_EQUAL, path, operand, scope);
            case "$gt" -> compare(Predicate.Comparison.GREATER, path, operand, scope);
            case "$gte" -> compare(Predicate.Comparison.GREATER_OR_EQUAL, path, operand, scope);
            case "$in" -> new Predicate.In(values(path, operator, operand));
            case "$nin" -> new Predicate.NotIn(values(path, operator, operand));
            case "$exists" -> exists(operand);
            case "$all" -> all(path, operand);
            case "$containedBy" -> {
                if (!operand.isArray()) {
                    throw bad("bad $containedBy: should be an array");
                }
                yield new Predicate.ContainedBy(values(path, operator, operand));
            }
            case "$regex" -> regex(operand, asked.get("$options"));
            case "$text" -> TextConstraint.read(operand);
            case "$nearSphere" -> GeoConstraints.near(asked);
            case "$within" -> GeoConstraints.within(operand);
            case "$geoWithin" -> {
                Predicate within = GeoConstraints.geoWithin(operand);
                if (within instanceof Predicate.WithinPolygon(var corners)) {
                    reading.countValues(corners.size());
                }
                yield within;
            }
            case "$geoIntersects" -> GeoConstraints.intersects(operand);
            case "$inQuery" -> new Predicate.InQuery(subQuery(operator, operand, scope));
            case "$notInQuery" -> new Predicate.NotInQuery(subQuery(operator, operand, scope));
            case "$select" ->
                    new Predicate.Select(
                            selected(operator, operand, scope), key(operator, operand));
            case "$dontSelect" ->
                    new Predicate.DontSelect(
                            selected(operator, operand, scope), key(operator, operand));
            case "$options" -> {
                options(operand);
                yield null;
            }
            case "$maxDistance", "$maxDistanceInMiles", "$maxDistanceInKilometers" -> null;
            default ->
                    throw new RialtoException(
                            ErrorCode.INVALID_QUERY, "bad constraint: " + shown(operator));
        };
    }

    private Predicate compare(
            Predicate.Comparison comparison,
            FieldPath path,
            JsonNode operand,
            WhereParser.Scope scope) {
        if (!operand.isObject() || !operand.has("$relativeTime")) {
            return new Predicate.Compare(comparison, single(path, operand));
        }
        Optional<FieldType> type = scope.types().apply(path.field());
        if (type.isPresent() && (path.isNested() || !(type.get() instanceof FieldType.Date))) {
            throw bad("$relativeTime can only be used with Date field");
        }
        JsonNode text = operand.get("$relativeTime");
        if (!text.isString()) {
            throw bad("bad $relativeTime value; should be a string");
        }
        return new Predicate.Compare(
                comparison, new Value.Date(RelativeTime.read(text.stringValue(), now)));
    }

    private Value single(FieldPath path, JsonNode operand) {
        if (operand.isObject() && operand.has("$relativeTime")) {
            throw bad("$relativeTime can only be used with the $lt, $lte, $gt, and $gte operators");
        }
        return value(path, operand);
    }

    private Value value(FieldPath path, JsonNode wire) {
        Value value = ValueReader.read(wire);
        if (value instanceof Value.Array(var elements)) {
            reading.countValues(elements.size());
        }
        return value instanceof Value.Text(var text) && isServerTime(path)
                ? new Value.Date(
                        DateText.read(text)
                                .orElseThrow(() -> bad("bad " + path + " value; should be a date")))
                : value;
    }

    /// Whether a field holds a date that the wire shows as plain text.
    private static boolean isServerTime(FieldPath path) {
        return !path.isNested()
                && (path.field().equals("createdAt") || path.field().equals("updatedAt"));
    }

    private List<Value> values(FieldPath path, String operator, JsonNode operand) {
        if (!operand.isArray()) {
            throw bad("bad " + operator + " value");
        }
        reading.countValues(operand.size());
        List<Value> values = new ArrayList<>(operand.size());
        for (JsonNode element : operand) {
            values.add(single(path, element));
        }
        return values;
    }

    private static Predicate exists(JsonNode operand) {
        if (operand.isObject() && operand.has("$relativeTime")) {
            throw bad("$relativeTime can only be used with the $lt, $lte, $gt, and $gte operators");
        }
        return new Predicate.Exists(isTruthy(operand));
    }

    /// As JavaScript sees it.
    private static boolean isTruthy(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> value.asDouble() != 0;
            case STRING -> !value.stringValue().isEmpty();
            case NULL, MISSING -> false;
            case OBJECT, ARRAY, BINARY, POJO -> true;
        };
    }

    private Predicate all(FieldPath path, JsonNode operand) {
        if (!operand.isArray()) {
            throw bad("bad $all value");
        }
        int patterns = 0;
        boolean impossible = false;
        for (JsonNode element : operand) {
            patterns += element.isObject() && element.has("$regex") ? 1 : 0;
            impossible |= isOperators(element);
        }
        if (patterns == 0) {
            // No stored value has such a key.
            return impossible
                    ? new Predicate.In(List.of())
                    : new Predicate.All(values(path, "$all", operand));
        }
        if (patterns < operand.size()) {
            throw bad(
                    "All $all values must be of regex type or none: " + shown(operand.toString()));
        }
        reading.countValues(patterns);
        List<Predicate.Regex> all = new ArrayList<>(patterns);
        for (JsonNode element : operand) {
            reading.countPredicate();
            all.add(regex(element.get("$regex"), element.get("$options")));
        }
        return new Predicate.AllMatching(all);
    }

    private Predicate.Regex regex(JsonNode pattern, @Nullable JsonNode options) {
        if (!pattern.isString()) {
            throw new RialtoException(ErrorCode.INVALID_QUERY, "$regex value must be a string");
        }
        if (pattern.stringValue().length() > reading.limits().regexLength()) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "$regex is too long; at most "
                            + reading.limits().regexLength()
                            + " characters are allowed");
        }
        var regex =
                new Predicate.Regex(pattern.stringValue(), options == null ? "" : options(options));
        TextPattern.of(regex);
        return regex;
    }

    private static String options(JsonNode options) {
        if (!options.isString()) {
            throw new RialtoException(ErrorCode.INVALID_QUERY, "$options value must be a string");
        }
        String letters = options.stringValue();
        for (int i = 0; i < letters.length(); i++) {
            if ("imxsu".indexOf(letters.charAt(i)) < 0) {
                throw new RialtoException(
                        ErrorCode.INVALID_QUERY, "Bad $options value for query: " + shown(letters));
            }
        }
        return letters.replace("u", "");
    }

    private SubQuery selected(String operator, JsonNode operand, WhereParser.Scope scope) {
        JsonNode query = operand.get("query");
        if (query == null || operand.size() != 2) {
            throw improper(operator);
        }
        return subQuery(operator, query, scope);
    }

    private FieldPath key(String operator, JsonNode operand) {
        JsonNode key = operand.get("key");
        if (key == null || !key.isString() || key.stringValue().isEmpty()) {
            throw improper(operator);
        }
        return reading.path(key.stringValue());
    }

    private SubQuery subQuery(String operator, JsonNode query, WhereParser.Scope scope) {
        JsonNode className = query.get("className");
        JsonNode where = query.get("where");
        boolean needsWhere = operator.endsWith("Query");
        if (className == null
                || !className.isString()
                || (where == null && needsWhere)
                || (where != null && !where.isObject())) {
            throw improper(operator);
        }
        String queried = redirected(operator, className.stringValue(), query);
        WhereParser.Scope inside = reading.subQuery(scope, queried);
        return new SubQuery(
                queried,
                where == null ? Where.all() : reading.where(where, inside),
                order(query.get("order")),
                SubQueryBounds.read(query, "limit"),
                SubQueryBounds.read(query, "skip"));
    }

    private String redirected(String operator, String className, JsonNode query) {
        JsonNode field = query.path("redirectClassNameForKey");
        if (field.isMissingNode() || field.isNull()) {
            return className;
        }
        if (!field.isString()) {
            throw improper(operator);
        }
        return reading.redirected(className, field.stringValue());
    }

    private List<String> order(@Nullable JsonNode order) {
        List<String> keys = NameList.read(order, "order");
        keys.forEach(key -> reading.path(key.startsWith("-") ? key.substring(1) : key));
        return keys;
    }

    private static RialtoException improper(String operator) {
        return new RialtoException(ErrorCode.INVALID_QUERY, "improper usage of " + operator);
    }

    private static RialtoException bad(String message) {
        return new RialtoException(ErrorCode.INVALID_JSON, message);
    }

    private static String shown(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }
}

package dev.rialto.sdk.testing;

import dev.rialto.sdk.Entity;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The conditions of a query, as the server understands them: comparisons are typed, null is
/// absent, a list matches when it or one of its elements does.
final class Conditions {
    private Conditions() {}

    static boolean match(Entity object, Map<?, ?> where) {
        return where.entrySet().stream()
                .allMatch(each ->
                        switch (String.valueOf(each.getKey())) {
                            case "$or" -> anyMatches(object, each.getValue());
                            case "$nor" -> !anyMatches(object, each.getValue());
                            case "$and" ->
                                    list(each.getValue()).stream()
                                            .allMatch(one -> match(object, map(one)));
                            case String field -> holds(value(object, field), each.getValue());
                        });
    }

    private static boolean anyMatches(Entity object, @Nullable Object alternatives) {
        return list(alternatives).stream().anyMatch(one -> match(object, map(one)));
    }

    /// What a field, or a path with dots, leads to.
    static @Nullable Object value(Entity object, String path) {
        if (path.equals("objectId")) {
            return object.id();
        }
        @Nullable Object value = object.fields();
        for (String name : path.split("\\.", -1)) {
            value =
                    switch (value) {
                        case Map<?, ?> map -> map.get(name);
                        case Entity inner -> inner.get(name);
                        case null, default -> null;
                    };
        }
        return value;
    }

    private static boolean holds(@Nullable Object value, @Nullable Object condition) {
        if (!(condition instanceof Map<?, ?> operators)
                || operators.isEmpty()
                || !String.valueOf(operators.keySet().iterator().next()).startsWith("$")) {
            return equal(value, condition);
        }
        return operators.entrySet().stream()
                .allMatch(each ->
                        holds(value, String.valueOf(each.getKey()), each.getValue(), operators));
    }

    private static boolean holds(
            @Nullable Object value, String operator, @Nullable Object wanted, Map<?, ?> all) {
        return switch (operator) {
            case "$eq" -> equal(value, wanted);
            case "$ne" -> !equal(value, wanted);
            case "$in" -> list(wanted).stream().anyMatch(each -> equal(value, each));
            case "$nin" -> list(wanted).stream().noneMatch(each -> equal(value, each));
            case "$all" -> list(wanted).stream().allMatch(each -> equal(value, each));
            case "$not" -> !holds(value, wanted);
            case "$exists" -> Boolean.TRUE.equals(wanted) == (value != null);
            case "$lt" -> compares(value, wanted, each -> each < 0);
            case "$lte" -> compares(value, wanted, each -> each <= 0);
            case "$gt" -> compares(value, wanted, each -> each > 0);
            case "$gte" -> compares(value, wanted, each -> each >= 0);
            case "$regex" -> found(value, String.valueOf(wanted), all.get("$options"));
            case "$options" -> true;
            default ->
                    throw new UnsupportedOperationException(
                            "a TestContext does not support " + operator + ": try it on a server");
        };
    }

    private static boolean equal(@Nullable Object value, @Nullable Object wanted) {
        return same(value, wanted)
                || (value instanceof List<?> list
                        && list.stream().anyMatch(each -> same(each, wanted)));
    }

    private static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one == null || other == null) {
            return one == null && other == null;
        }
        if (one instanceof byte[] bytes && other instanceof byte[] others) {
            return Arrays.equals(bytes, others);
        }
        if (one instanceof List<?> list && other instanceof List<?> others) {
            return list.size() == others.size()
                    && IntStream.range(0, list.size())
                            .allMatch(each -> same(list.get(each), others.get(each)));
        }
        OptionalInt order = order(one, other);
        return order.isPresent() ? order.getAsInt() == 0 : identity(one).equals(identity(other));
    }

    /// An object that was included is still equal to the pointer to it.
    private static Object identity(Object value) {
        return value instanceof Entity object ? object.pointer() : value;
    }

    private static boolean compares(
            @Nullable Object value, @Nullable Object wanted, IntPredicate right) {
        if (value instanceof List<?> list) {
            return list.stream().anyMatch(each -> compares(each, wanted, right));
        }
        OptionalInt order =
                value == null || wanted == null ? OptionalInt.empty() : order(value, wanted);
        return order.isPresent() && right.test(order.getAsInt());
    }

    /// How two values of the same type stand to each other; empty for others.
    static OptionalInt order(Object one, Object other) {
        return switch (one) {
            case Number a when other instanceof Number b ->
                    OptionalInt.of(
                            a instanceof Long && b instanceof Long
                                    ? Long.compare(a.longValue(), b.longValue())
                                    : Double.compare(a.doubleValue(), b.doubleValue()));
            case String a when other instanceof String b -> OptionalInt.of(a.compareTo(b));
            case Instant a when other instanceof Instant b -> OptionalInt.of(a.compareTo(b));
            case Boolean a when other instanceof Boolean b -> OptionalInt.of(a.compareTo(b));
            default -> OptionalInt.empty();
        };
    }

    private static boolean found(
            @Nullable Object value, String expression, @Nullable Object options) {
        String letters = Optional.ofNullable(options).map(String::valueOf).orElse("");
        Pattern pattern =
                Pattern.compile((letters.isEmpty() ? "" : "(?" + letters + ")") + expression);
        return value instanceof List<?> list
                ? list.stream().anyMatch(each -> isFound(each, pattern))
                : isFound(value, pattern);
    }

    private static boolean isFound(@Nullable Object value, Pattern pattern) {
        return value instanceof String text && pattern.matcher(text).find();
    }

    private static List<?> list(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("not a list of conditions: " + value);
    }

    private static Map<?, ?> map(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException("no conditions: " + value);
    }
}

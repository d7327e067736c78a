package dev.rialto.sdk;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A question for objects of a class. Unchangeable: each method makes another.
///
/// @param where field names to values or to maps of operators, in the form of Parse's REST queries
/// @param order field names, with a dash before those that go down
/// @param include pointers whose objects are to be in the answer
/// @param keys if not empty, only these fields are answered
/// @param limit how many at most; -1 for the server's usual 100
public record Query(
        String className,
        Map<String, @Nullable Object> where,
        List<String> order,
        List<String> include,
        List<String> keys,
        int skip,
        int limit) {
    public Query {
        where = Collections.unmodifiableMap(new LinkedHashMap<>(where));
        order = List.copyOf(order);
        include = List.copyOf(include);
        keys = List.copyOf(keys);
    }

    /// All objects of a class.
    public static Query of(String className) {
        return new Query(className, Map.of(), List.of(), List.of(), List.of(), 0, -1);
    }

    public Query equalTo(String field, @Nullable Object value) {
        return withWhere(field, value);
    }

    public Query notEqualTo(String field, @Nullable Object value) {
        return operator(field, "$ne", value);
    }

    public Query lessThan(String field, Object value) {
        return operator(field, "$lt", value);
    }

    public Query atMost(String field, Object value) {
        return operator(field, "$lte", value);
    }

    public Query greaterThan(String field, Object value) {
        return operator(field, "$gt", value);
    }

    public Query atLeast(String field, Object value) {
        return operator(field, "$gte", value);
    }

    public Query oneOf(String field, List<?> values) {
        return operator(field, "$in", List.copyOf(values));
    }

    public Query exists(String field, boolean wanted) {
        return operator(field, "$exists", wanted);
    }

    public Query startsWith(String field, String prefix) {
        return operator(field, "$regex", "^\\Q" + prefix.replace("\\E", "\\E\\\\E\\Q") + "\\E");
    }

    /// Objects in a relation of another object.
    public Query relatedTo(Entity.Pointer object, String relation) {
        return withWhere("$relatedTo", Map.of("object", object, "key", relation));
    }

    /// Any operator of Parse's REST queries, e.g. `$nearSphere`.
    public Query operator(String field, String operator, @Nullable Object value) {
        var operators = new LinkedHashMap<String, @Nullable Object>();
        if (where.get(field) instanceof Map<?, ?> before) {
            before.forEach((name, each) -> operators.put(String.valueOf(name), each));
        }
        operators.put(operator, value);
        return withWhere(field, operators);
    }

    public Query ascending(String field) {
        return new Query(className, where, added(order, field), include, keys, skip, limit);
    }

    public Query descending(String field) {
        return ascending("-" + field);
    }

    public Query including(String pointer) {
        return new Query(className, where, order, added(include, pointer), keys, skip, limit);
    }

    public Query only(String... fields) {
        return new Query(className, where, order, include, List.of(fields), skip, limit);
    }

    public Query skip(int count) {
        return new Query(className, where, order, include, keys, count, limit);
    }

    public Query limit(int count) {
        return new Query(className, where, order, include, keys, skip, count);
    }

    private Query withWhere(String field, @Nullable Object value) {
        var changed = new LinkedHashMap<String, @Nullable Object>(where);
        changed.put(field, value);
        return new Query(className, changed, order, include, keys, skip, limit);
    }

    private static List<String> added(List<String> before, String last) {
        var all = new ArrayList<>(before);
        all.add(last);
        return all;
    }
}

package dev.rialto.sdk;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A change of some fields of an object, done in one step, whatever others do meanwhile.
/// Unchangeable: each method makes another.
///
/// @param fields field names to values or to operations in the form of Parse's REST API
/// @param condition the object is only changed if it matches; its class does not matter
public record Update(Map<String, @Nullable Object> fields, Optional<Query> condition) {
    public Update {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /// A change of nothing yet.
    public static Update create() {
        return new Update(Map.of(), Optional.empty());
    }

    public Update set(String field, @Nullable Object value) {
        var changed = new LinkedHashMap<String, @Nullable Object>(fields);
        changed.put(field, value);
        return new Update(changed, condition);
    }

    /// Removes a field's value.
    public Update unset(String field) {
        return set(field, Map.of("__op", "Delete"));
    }

    /// Adds to a number; one that is missing counts as 0.
    public Update increment(String field, double by) {
        return set(field, Map.of("__op", "Increment", "amount", by));
    }

    /// Adds values to the end of a list.
    public Update add(String field, Object... values) {
        return operation(field, "Add", Arrays.asList(values));
    }

    /// Adds those values to a list that are not in it.
    public Update addUnique(String field, Object... values) {
        return operation(field, "AddUnique", Arrays.asList(values));
    }

    /// Removes all occurrences of values from a list.
    public Update remove(String field, Object... values) {
        return operation(field, "Remove", Arrays.asList(values));
    }

    /// Adds objects to a relation.
    public Update relate(String field, Entity.Pointer... objects) {
        return operation(field, "AddRelation", Arrays.asList(objects));
    }

    /// Removes objects from a relation.
    public Update unrelate(String field, Entity.Pointer... objects) {
        return operation(field, "RemoveRelation", Arrays.asList(objects));
    }

    /// The same change, done only if the object matches a query's conditions. Otherwise it fails
    /// with code 1412 and nothing changes.
    public Update onlyIf(Query matches) {
        return new Update(fields, Optional.of(matches));
    }

    private Update operation(String field, String name, List<?> objects) {
        return set(field, Map.of("__op", name, "objects", List.copyOf(objects)));
    }
}

package dev.rialto.model;

import java.util.Arrays;
import java.util.List;

/// Where a value stands in an object: a field, and the keys or array positions below it.
///
/// @param steps at least one; the first is the field
public record FieldPath(List<String> steps) {
    public FieldPath {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a path has at least one step");
        }
    }

    /// Reads `a` or `a.b.0`.
    public static FieldPath of(String dotted) {
        return new FieldPath(Arrays.asList(dotted.split("\\.", -1)));
    }

    public String field() {
        return steps.getFirst();
    }

    public boolean isNested() {
        return steps.size() > 1;
    }

    /// The steps below the field.
    public List<String> below() {
        return steps.subList(1, steps.size());
    }

    @Override
    public String toString() {
        return String.join(".", steps);
    }
}

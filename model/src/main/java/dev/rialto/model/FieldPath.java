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
            throw new IllegalArgumentException("a path has at least one segment");
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

    /// Whether a step below the field is a position in an array.
    public boolean hasPosition() {
        return below().stream().anyMatch(FieldPath::isPosition);
    }

    /// Whether a step may be a position in an array.
    static boolean isPosition(String step) {
        return !step.isEmpty()
                && step.length() < 10
                && step.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public String toString() {
        return String.join(".", steps);
    }
}

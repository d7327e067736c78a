package dev.rialto.model;

import java.util.List;
import java.util.OptionalInt;

/// A query inside a predicate.
///
/// @param order keys, each with a leading `-` when descending
public record SubQuery(
        String className, Where where, List<String> order, OptionalInt limit, OptionalInt skip) {
    public SubQuery {
        order = List.copyOf(order);
    }
}

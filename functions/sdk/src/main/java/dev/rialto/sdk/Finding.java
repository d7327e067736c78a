package dev.rialto.sdk;

/// A query that is about to be run.
///
/// @param single whether one object is asked for by its id
public record Finding(Query query, boolean single) {}

package dev.rialto.sdk;

/// A deletion of an object, before or after it was done.
public record Deleting(Entity object) {}

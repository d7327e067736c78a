package dev.rialto.kernel;

/// A tenant: one application with its keys, its data and its users.
///
/// @param id the application id that clients send
/// @param schema the PostgreSQL schema that holds the app's tables
public record App(String id, String schema) {}

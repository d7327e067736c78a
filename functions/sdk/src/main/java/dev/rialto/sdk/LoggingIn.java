package dev.rialto.sdk;

/// A user who logs in or has logged in or out.
public record LoggingIn(Entity user) {}

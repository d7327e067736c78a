package dev.rialto.apps;

import java.time.Instant;

/// A key that an app has. Its text can't be told any more.
///
/// @param label the first digits of its hash
public record StoredKey(AppKeyKind kind, String label, Instant createdAt) {}

package dev.rialto.http;

import dev.rialto.kernel.App;

/// An app and the keys it takes. Keys are compared in constant time and may be kept hashed.
public interface AppKeys {
    App app();

    boolean isMaster(String key);

    boolean isReadOnlyMaster(String key);

    boolean isMaintenance(String key);

    /// Whether a caller without one of the keys above must send a client key: true as soon as the
    /// app has one of any kind.
    boolean requiresClientKey();

    boolean isClientKey(ClientKeyKind kind, String key);
}

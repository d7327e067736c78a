package dev.rialto.apps;

import dev.rialto.http.AppKeys;
import dev.rialto.http.ClientKeyKind;
import dev.rialto.kernel.App;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An app and the hashes of its keys, as read at one moment.
///
/// @param webhookKey the key that goes with calls to webhooks
record HashedKeys(App app, Map<AppKeyKind, List<KeyHash>> hashes, Optional<NewKey> webhookKey)
        implements AppKeys {
    HashedKeys {
        hashes = Map.copyOf(hashes);
    }

    @Override
    public boolean isMaster(String key) {
        return has(AppKeyKind.MASTER, key);
    }

    @Override
    public boolean isReadOnlyMaster(String key) {
        return has(AppKeyKind.READ_ONLY_MASTER, key);
    }

    @Override
    public boolean isMaintenance(String key) {
        return has(AppKeyKind.MAINTENANCE, key);
    }

    @Override
    public boolean requiresClientKey() {
        for (ClientKeyKind kind : ClientKeyKind.values()) {
            if (hashes.containsKey(stored(kind))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isClientKey(ClientKeyKind kind, String key) {
        return has(stored(kind), key);
    }

    private static AppKeyKind stored(ClientKeyKind kind) {
        return switch (kind) {
            case JAVASCRIPT -> AppKeyKind.JAVASCRIPT;
            case REST -> AppKeyKind.REST;
            case CLIENT -> AppKeyKind.CLIENT;
            case DOTNET -> AppKeyKind.DOTNET;
        };
    }

    private boolean has(AppKeyKind kind, String key) {
        List<KeyHash> known = hashes.getOrDefault(kind, List.of());
        if (known.isEmpty()) {
            return false;
        }
        var given = KeyHash.of(key);
        boolean found = false;
        for (KeyHash each : known) {
            found |= each.matches(given);
        }
        return found;
    }
}

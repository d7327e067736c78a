package dev.rialto.http;

import dev.rialto.kernel.Caller;
import java.util.Map;
import java.util.Optional;

/// The keys that a client sent, and the rule of whom they make it. A key that is sent and wrong is
/// refused; nobody falls back to less.
///
/// @param master the master or the read-only master key
public record SentKeys(
        Optional<String> maintenance, Optional<String> master, Map<ClientKeyKind, String> client) {
    private static final Caller ANONYMOUS = new Caller.Anonymous();
    private static final Caller MASTER = new Caller.Master();
    private static final Caller READ_ONLY_MASTER = new Caller.ReadOnlyMaster();
    private static final Caller MAINTENANCE = new Caller.Maintenance();

    /// @return empty when a key is wrong, or none was sent and the app wants one
    public Optional<Caller> holder(AppKeys keys) {
        if (maintenance.isPresent()) {
            return keys.isMaintenance(maintenance.get())
                    ? Optional.of(MAINTENANCE)
                    : Optional.empty();
        }
        if (master.isPresent()) {
            if (keys.isMaster(master.get())) {
                return Optional.of(MASTER);
            }
            return keys.isReadOnlyMaster(master.get())
                    ? Optional.of(READ_ONLY_MASTER)
                    : Optional.empty();
        }
        boolean known =
                client.entrySet().stream()
                        .anyMatch(each -> keys.isClientKey(each.getKey(), each.getValue()));
        return known || !keys.requiresClientKey() ? Optional.of(ANONYMOUS) : Optional.empty();
    }

    /// Whether there is no key at all.
    public boolean isEmpty() {
        return maintenance.isEmpty() && master.isEmpty() && client.isEmpty();
    }
}

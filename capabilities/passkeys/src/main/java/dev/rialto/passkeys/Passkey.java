package dev.rialto.passkeys;

import dev.rialto.kernel.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A passkey of a user.
///
/// @param credential its attested credential data, with the public key
/// @param counter of its last use
/// @param verified whether it has ever verified its user
/// @param transports ways in which browsers reach it
record Passkey(
        String id,
        byte[] credentialId,
        String userId,
        String name,
        byte[] credential,
        long counter,
        boolean verified,
        Backup backup,
        List<String> transports,
        Times times) {

    /// Whether it may be on several devices, and is.
    record Backup(boolean eligible, boolean done) {}

    /// @param cloneSeenAt when a counter was sent that was used already
    record Times(Instant createdAt, Optional<Instant> usedAt, Optional<Instant> cloneSeenAt) {
        static Times at(Instant now) {
            return new Times(now, Optional.empty(), Optional.empty());
        }
    }

    /// As its user sees it.
    ObjectNode shown() {
        ObjectNode shown = Json.object().put("objectId", id).put("name", name);
        date(shown, "createdAt", times.createdAt());
        times.usedAt().ifPresent(at -> date(shown, "usedAt", at));
        times.cloneSeenAt().ifPresent(at -> date(shown, "cloneSeenAt", at));
        return shown.put("backupEligible", backup.eligible()).put("backedUp", backup.done());
    }

    static void date(ObjectNode object, String field, Instant time) {
        object.putObject(field)
                .put("__type", "Date")
                .put("iso", Instant.ofEpochMilli(time.toEpochMilli()).toString());
    }
}

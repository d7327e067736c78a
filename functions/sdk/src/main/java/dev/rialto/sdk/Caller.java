package dev.rialto.sdk;

import java.util.Optional;
import java.util.Set;

/// Who asks.
///
/// @param userId the object id of the user who is logged in, if somebody is
/// @param roles names of all roles the user holds, directly or through other roles
/// @param master whether the caller holds the master key, or is the server itself
/// @param installationId the installation that the request comes from, as the client says it
public record Caller(
        Optional<String> userId,
        Set<String> roles,
        boolean master,
        Optional<String> installationId) {
    public Caller {
        roles = Set.copyOf(roles);
    }

    /// Somebody who is not logged in.
    public static Caller anonymous() {
        return new Caller(Optional.empty(), Set.of(), false, Optional.empty());
    }

    /// A user who is logged in.
    public static Caller user(String id, String... roles) {
        return new Caller(Optional.of(id), Set.of(roles), false, Optional.empty());
    }

    /// The holder of the master key.
    public static Caller masterKey() {
        return new Caller(Optional.empty(), Set.of(), true, Optional.empty());
    }
}

package dev.rialto.accounts;

import dev.rialto.accounts.spi.AuthProvider;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The links between users and what they sign in with besides a password: `authData`.
final class Identities {
    private final AccountStore store;
    private final Map<String, AuthProvider> providers;

    Identities(AccountStore store, Map<String, AuthProvider> providers) {
        this.store = store;
        this.providers = Map.copyOf(providers);
    }

    /// What a client says about its identities, checked.
    ///
    /// @param linked by provider, in an order that is the same for everybody, so that two
    ///   transactions can't wait for each other
    /// @param unlinked providers that were given as null
    record Claims(SortedMap<String, AuthProvider.Identity> linked, SortedSet<String> unlinked) {

        /// `anonymous`, or several names with commas between them.
        String providerNames() {
            return String.join(",", linked.keySet());
        }

        /// Whether a user's `authData` is already what it would be with these claims.
        boolean areIn(JsonNode stored) {
            return linked.entrySet().stream()
                    .allMatch(each -> each.getValue().kept().equals(stored.path(each.getKey())));
        }
    }

    /// Whether `authData` names an identity at all; without one, it is a username's sign-up.
    static boolean isGiven(JsonNode authData) {
        return authData.isObject() && authData.valueStream().anyMatch(each -> !isNothing(each));
    }

    /// `authData` without empty objects and nulls, which SDKs send for what a new user hasn't got.
    static ObjectNode withoutNothing(JsonNode authData) {
        ObjectNode given = Json.object();
        authData.properties()
                .forEach(each -> {
                    if (!isNothing(each.getValue())) {
                        given.set(each.getKey(), each.getValue());
                    }
                });
        return given;
    }

    private static boolean isNothing(JsonNode claims) {
        return claims.isNull() || (claims.isObject() && claims.isEmpty());
    }

    /// Checks `authData` with the providers.
    ///
    /// @throws RialtoException UNSUPPORTED_SERVICE for what is no map of known providers
    Claims verify(App app, JsonNode authData) {
        if (!authData.isObject() || authData.has("__op")) {
            throw unsupported();
        }
        var claims = new Claims(new TreeMap<>(), new TreeSet<>());
        for (Map.Entry<String, JsonNode> each : authData.properties()) {
            AuthProvider provider = providers.get(each.getKey());
            if (each.getValue().isNull()) {
                claims.unlinked().add(each.getKey());
            } else if (provider == null || !(each.getValue() instanceof ObjectNode said)) {
                throw unsupported();
            } else if (said.isEmpty()) {
                throw unsupported();
            } else {
                claims.linked().put(each.getKey(), provider.verify(app, said));
            }
        }
        return claims;
    }

    /// The user whom the identities belong to.
    ///
    /// @throws RialtoException ACCOUNT_ALREADY_LINKED when they belong to several
    Optional<String> owner(App app, Claims claims) {
        Set<String> owners = new HashSet<>();
        claims.linked()
                .forEach((provider, identity) ->
                        store.owner(app, provider, identity.id()).ifPresent(owners::add));
        if (owners.size() > 1) {
            throw alreadyLinked();
        }
        return owners.stream().findFirst();
    }

    /// Forgets links to users who are gone without a trace, as after a purge of the class.
    void releaseDangling(App app, Claims claims) {
        claims.linked()
                .forEach((provider, identity) ->
                        store.releaseDangling(app, provider, identity.id()));
    }

    /// Links and unlinks, in the transaction that writes the user.
    ///
    /// @param stored the user's `authData` so far
    /// @return the user's `authData` from now on
    /// @throws RialtoException ACCOUNT_ALREADY_LINKED when somebody else has one of the identities
    ObjectNode link(App app, String userId, Claims claims, JsonNode stored) {
        ObjectNode merged = stored instanceof ObjectNode object ? object.deepCopy() : Json.object();
        claims.linked()
                .forEach((provider, identity) -> {
                    if (!store.claim(app, provider, identity.id(), userId)) {
                        throw alreadyLinked();
                    }
                    merged.set(provider, identity.kept());
                });
        claims.unlinked()
                .forEach(provider -> {
                    store.release(app, provider, userId);
                    merged.remove(provider);
                });
        return merged;
    }

    static RialtoException alreadyLinked() {
        return new RialtoException(ErrorCode.ACCOUNT_ALREADY_LINKED, "this auth is already used");
    }

    private static RialtoException unsupported() {
        return new RialtoException(
                ErrorCode.UNSUPPORTED_SERVICE, "This authentication method is unsupported.");
    }
}

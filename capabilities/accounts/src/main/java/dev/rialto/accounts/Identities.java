package dev.rialto.accounts;

import dev.rialto.accounts.spi.AuthProvider;
import dev.rialto.accounts.spi.AuthProviderSource;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The links between users and the identities that they sign in with: `authData`.
final class Identities {
    private final AccountStore store;
    private final Map<String, AuthProvider> providers;
    private final List<AuthProviderSource> others = new CopyOnWriteArrayList<>();

    Identities(AccountStore store, Map<String, AuthProvider> providers) {
        this.store = store;
        this.providers = Map.copyOf(providers);
    }

    void accept(AuthProviderSource source) {
        others.add(source);
    }

    private Optional<AuthProvider> provider(App app, String name) {
        return Optional.ofNullable(providers.get(name))
                .or(() ->
                        others.stream()
                                .map(each -> each.find(app, name))
                                .flatMap(Optional::stream)
                                .findFirst());
    }

    /// The verified identities that a client claims.
    ///
    /// @param linked by provider, in a fixed order, so that two transactions can't deadlock
    /// @param unlinked providers that were given as null
    record Claims(SortedMap<String, AuthProvider.Identity> linked, SortedSet<String> unlinked) {

        static Claims of(String provider, AuthProvider.Identity identity) {
            return new Claims(new TreeMap<>(Map.of(provider, identity)), new TreeSet<>());
        }

        /// `anonymous`, or several names separated by commas.
        String providerNames() {
            return String.join(",", linked.keySet());
        }

        /// Whether a user's `authData` already equals these claims.
        boolean areIn(JsonNode stored) {
            return linked.entrySet().stream()
                    .allMatch(each -> each.getValue().kept().equals(stored.path(each.getKey())));
        }
    }

    /// Whether `authData` names an identity; otherwise it is a sign-up by username.
    static boolean isGiven(JsonNode authData) {
        return authData.isObject() && authData.valueStream().anyMatch(each -> !isNothing(each));
    }

    /// `authData` without empty objects and nulls, which SDKs send for providers that a new user
    /// doesn't use.
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
    /// @throws RialtoException UNSUPPORTED_SERVICE if it is not a map of known providers
    Claims verify(App app, JsonNode authData) {
        if (!authData.isObject() || authData.has("__op")) {
            throw unsupported();
        }
        var claims = new Claims(new TreeMap<>(), new TreeSet<>());
        for (Map.Entry<String, JsonNode> each : authData.properties()) {
            if (each.getValue().isNull()) {
                claims.unlinked().add(each.getKey());
            } else if (each.getValue() instanceof ObjectNode said && !said.isEmpty()) {
                AuthProvider provider =
                        provider(app, each.getKey()).orElseThrow(Identities::unsupported);
                claims.linked().put(each.getKey(), provider.verify(app, said));
            } else {
                throw unsupported();
            }
        }
        return claims;
    }

    /// The user whom the identities belong to.
    ///
    /// @throws RialtoException ACCOUNT_ALREADY_LINKED if they belong to several users
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

    /// Deletes links to users that were removed without their rules, such as by a purge of the
    /// class.
    void releaseDangling(App app, Claims claims) {
        claims.linked()
                .forEach((provider, identity) ->
                        store.releaseDangling(app, provider, identity.id()));
    }

    /// Links and unlinks, in the transaction that writes the user.
    ///
    /// @param stored the user's `authData` so far
    /// @return the user's `authData` from now on
    /// @throws RialtoException ACCOUNT_ALREADY_LINKED if another user has one of the identities
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

package dev.rialto.accounts;

import dev.rialto.accounts.spi.AdditionalFactor;
import dev.rialto.accounts.spi.AuthProvider;
import dev.rialto.accounts.spi.AuthProviderSource;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Draft;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What users have in `authData`: the identities that they sign in with, and additional factors.
final class Identities {
    private final AccountStore store;
    private final Map<String, AuthProvider> providers;
    private final List<AuthProviderSource> others = new CopyOnWriteArrayList<>();
    private final Map<String, AdditionalFactor> factors = new ConcurrentHashMap<>();

    Identities(AccountStore store, Map<String, AuthProvider> providers) {
        this.store = store;
        this.providers = Map.copyOf(providers);
    }

    void accept(AuthProviderSource source) {
        others.add(source);
    }

    void accept(AdditionalFactor factor) {
        factors.put(factor.name(), factor);
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
    /// @param factors what was said about additional factors, which is checked when the user is
    ///   written: a log-in leaves them as they are
    record Claims(
            SortedMap<String, AuthProvider.Identity> linked,
            SortedSet<String> unlinked,
            SortedMap<String, Factor> factors) {

        static Claims of(String provider, AuthProvider.Identity identity) {
            return new Claims(
                    new TreeMap<>(Map.of(provider, identity)), new TreeSet<>(), new TreeMap<>());
        }

        /// The same identities alone.
        Claims withoutFactors() {
            return new Claims(linked, unlinked, new TreeMap<>());
        }

        /// What a client said, with additional factors as it sent them: in the body that becomes a
        /// user, these claims have taken their place.
        ObjectNode said(ObjectNode body) {
            ObjectNode said = body.deepCopy();
            if (!(body.path("authData") instanceof ObjectNode)) {
                ObjectNode authData = said.putObject("authData");
                factors.forEach((name, factor) -> {
                    if (factor instanceof Factor.Said(var about)) {
                        about.ifPresent(each -> authData.set(name, each));
                    }
                });
            }
            return said;
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

    /// An additional factor that is written.
    sealed interface Factor {
        /// What was said about it; empty to remove it.
        record Said(Optional<ObjectNode> about) implements Factor {}

        /// A change that was found to be valid.
        record Checked(AdditionalFactor.Change change) implements Factor {}
    }

    /// Whether `authData` names an identity; otherwise it is a sign-up by username.
    boolean isGiven(JsonNode authData) {
        return authData.isObject()
                && authData.properties().stream()
                        .anyMatch(each ->
                                !factors.containsKey(each.getKey()) && !isNothing(each.getValue()));
    }

    /// Whether `authData` would link or unlink an identity. Additional factors have checks of their
    /// own.
    boolean isChange(JsonNode said, JsonNode stored) {
        return !said.isObject()
                || said.properties().stream()
                        .filter(each -> !factors.containsKey(each.getKey()))
                        .anyMatch(each ->
                                !each.getValue().equals(stored.path(each.getKey()))
                                        && !(isNothing(each.getValue())
                                                && stored.path(each.getKey()).isMissingNode()));
    }

    /// Whether `authData` is empty but for what stands for nothing.
    static boolean isEmpty(JsonNode authData) {
        return !authData.isObject() || authData.valueStream().allMatch(Identities::isNothing);
    }

    /// The names of the identities in a user's `authData`, with commas between them.
    String providerNames(JsonNode authData) {
        return authData.propertyNames().stream()
                .filter(each -> !factors.containsKey(each))
                .collect(Collectors.joining(","));
    }

    /// Hides what nobody may see of additional factors.
    void present(JsonNode authData) {
        if (authData instanceof ObjectNode shown) {
            factors.forEach((name, factor) -> {
                if (shown.has(name)) {
                    shown.set(name, factor.shown(shown.path(name)));
                }
            });
        }
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

    /// `authData` without what the user already has there. SDKs send all of it when they add a
    /// provider, and the proofs of the others are no longer known.
    JsonNode withoutKnown(App app, String userId, JsonNode authData) {
        if (!(authData instanceof ObjectNode given)
                || given.valueStream().allMatch(Identities::isNothing)) {
            return authData;
        }
        JsonNode stored = store.authData(app, userId);
        ObjectNode rest = given.deepCopy();
        given.properties().stream()
                .filter(each -> each.getValue().equals(stored.path(each.getKey())))
                .forEach(each -> rest.remove(each.getKey()));
        return rest;
    }

    /// Checks `authData` with the providers.
    ///
    /// @throws RialtoException UNSUPPORTED_SERVICE if it is not a map of known providers
    Claims verify(App app, JsonNode authData) {
        if (!authData.isObject() || authData.has("__op")) {
            throw unsupported();
        }
        var claims = new Claims(new TreeMap<>(), new TreeSet<>(), new TreeMap<>());
        for (Map.Entry<String, JsonNode> each : authData.properties()) {
            if (factors.containsKey(each.getKey())) {
                claims.factors().put(each.getKey(), said(each.getValue()));
            } else if (each.getValue().isNull()) {
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

    private static Factor said(JsonNode value) {
        if (value.isNull()) {
            return new Factor.Said(Optional.empty());
        }
        if (value instanceof ObjectNode about) {
            return new Factor.Said(Optional.of(about));
        }
        throw unsupported();
    }

    /// Checks what is said about additional factors.
    Claims checkFactors(Draft draft, Claims claims) {
        var checked = new TreeMap<String, Factor>();
        claims.factors()
                .forEach((name, factor) ->
                        checked.put(
                                name,
                                switch (factor) {
                                    case Factor.Checked done -> done;
                                    case Factor.Said said -> check(draft, name, said);
                                }));
        return new Claims(claims.linked(), claims.unlinked(), checked);
    }

    private Factor check(Draft draft, String name, Factor.Said said) {
        var asked =
                new AdditionalFactor.Asked(
                        draft.app(),
                        draft.caller(),
                        draft.call(),
                        draft.objectId(),
                        draft.creating(),
                        said.about());
        return new Factor.Checked(
                Optional.ofNullable(factors.get(name))
                        .orElseThrow(Identities::unsupported)
                        .check(asked));
    }

    /// Makes the changes of additional factors, in the transaction that writes the user.
    ///
    /// @param authData of the user
    /// @param responses what the client is told of them
    void change(Claims claims, ObjectNode authData, ObjectNode responses) {
        claims.factors()
                .forEach((name, factor) -> {
                    if (!(factor instanceof Factor.Checked(var change))) {
                        throw new IllegalStateException(name + " was not checked");
                    }
                    AdditionalFactor.Outcome outcome = change.make();
                    outcome.kept()
                            .ifPresentOrElse(
                                    kept -> authData.set(name, kept), () -> authData.remove(name));
                    if (!outcome.response().isEmpty()) {
                        responses.set(name, outcome.response());
                    }
                });
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

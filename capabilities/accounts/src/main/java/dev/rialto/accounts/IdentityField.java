package dev.rialto.accounts;

import dev.rialto.kernel.Json;
import dev.rialto.spi.Draft;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

/// Processes the `authData` of a request into links to identities.
final class IdentityField {
    private final Identities identities;

    IdentityField(Identities identities) {
        this.identities = identities;
    }

    /// Whether a draft claims identities, verified or not.
    boolean isGiven(Draft draft) {
        JsonNode authData = draft.fields().path("authData");
        return checked(authData)
                .map(claims -> !claims.linked().isEmpty())
                .orElseGet(() -> identities.isGiven(authData));
    }

    private static Optional<Identities.Claims> checked(JsonNode authData) {
        return authData instanceof POJONode node && node.getPojo() instanceof Identities.Claims done
                ? Optional.of(done)
                : Optional.empty();
    }

    /// The claims in the draft's `authData`. They are verified once and then replace it.
    Optional<Identities.Claims> claims(Draft draft) {
        JsonNode authData = draft.fields().path("authData");
        if (authData.isMissingNode()) {
            return Optional.empty();
        }
        Optional<Identities.Claims> done = checked(authData);
        if (done.isPresent()) {
            return done;
        }
        if (draft.creating() && Identities.isEmpty(authData)) {
            draft.fields().remove("authData");
            return Optional.empty();
        }
        JsonNode given =
                draft.creating()
                        ? Identities.withoutNothing(authData)
                        : identities.withoutKnown(draft.app(), draft.objectId(), authData);
        Identities.Claims claims = identities.verify(draft.app(), given);
        draft.fields().set("authData", Json.nodes().pojoNode(claims));
        return Optional.of(claims);
    }

    /// The same, with additional factors checked.
    Optional<Identities.Claims> check(Draft draft) {
        Optional<Identities.Claims> claims =
                claims(draft).map(each -> identities.checkFactors(draft, each));
        claims.ifPresent(each -> draft.fields().set("authData", Json.nodes().pojoNode(each)));
        return claims;
    }

    /// Links the identities that are claimed, once they are known to be free.
    void link(Draft draft) {
        Optional<Identities.Claims> claims = check(draft);
        if (claims.isEmpty()) {
            return;
        }
        JsonNode stored =
                draft.original()
                        .map(user -> user.path("authData"))
                        .orElseGet(Json.nodes()::missingNode);
        ObjectNode merged = identities.link(draft.app(), draft.objectId(), claims.get(), stored);
        identities.change(claims.get(), merged, draft.responses());
        draft.fields()
                .set("authData", merged.isEmpty() ? Json.object().put("__op", "Delete") : merged);
    }

    /// Hides what nobody may see of a user's `authData`.
    void present(ObjectNode user) {
        identities.present(user.path("authData"));
    }

    /// How a user who was created with `authData` has signed up; empty when by a password.
    Optional<String> providerNames(JsonNode authData) {
        return Optional.of(identities.providerNames(authData)).filter(names -> !names.isEmpty());
    }
}

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

    /// Whether a draft has claims, verified or not.
    static boolean isGiven(Draft draft) {
        JsonNode authData = draft.fields().path("authData");
        return authData instanceof POJONode || Identities.isGiven(authData);
    }

    /// The claims in the draft's `authData`. They are verified once and then replace it.
    Optional<Identities.Claims> claims(Draft draft) {
        JsonNode authData = draft.fields().path("authData");
        if (authData.isMissingNode()) {
            return Optional.empty();
        }
        if (authData instanceof POJONode node
                && node.getPojo() instanceof Identities.Claims checked) {
            return Optional.of(checked);
        }
        if (draft.creating() && !Identities.isGiven(authData)) {
            draft.fields().remove("authData");
            return Optional.empty();
        }
        JsonNode given = draft.creating() ? Identities.withoutNothing(authData) : authData;
        Identities.Claims claims = identities.verify(draft.app(), given);
        draft.fields().set("authData", Json.nodes().pojoNode(claims));
        return Optional.of(claims);
    }

    /// Links the identities that are claimed, once they are known to be free.
    void link(Draft draft) {
        Optional<Identities.Claims> claims = claims(draft);
        if (claims.isEmpty()) {
            return;
        }
        JsonNode stored =
                draft.original()
                        .map(user -> user.path("authData"))
                        .orElseGet(Json.nodes()::missingNode);
        ObjectNode merged = identities.link(draft.app(), draft.objectId(), claims.get(), stored);
        draft.fields()
                .set("authData", merged.isEmpty() ? Json.object().put("__op", "Delete") : merged);
    }
}

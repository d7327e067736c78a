package dev.rialto.accounts;

import dev.rialto.kernel.Caller;
import dev.rialto.spi.Draft;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Opens the sessions that a write to a user brings with it.
final class SessionOpening {
    private final Sessions sessions;
    private final IdentityField identities;
    private final EmailField emails;

    SessionOpening(Sessions sessions, IdentityField identities, EmailField emails) {
        this.sessions = sessions;
        this.identities = identities;
        this.emails = emails;
    }

    /// Logs in a new user, unless somebody else made it, or its address must be verified first.
    void first(Draft draft, ObjectNode answer) {
        boolean byClient =
                draft.call().isPresent()
                        && switch (draft.caller()) {
                            case Caller.Anonymous _ -> true;
                            case Caller.User _ -> !draft.fields().has("authData");
                            case Caller.Master _ -> true;
                            // Migrating users does not log them in.
                            case Caller.ReadOnlyMaster _, Caller.Maintenance _ -> false;
                        };
        Optional<String> providers = identities.providerNames(draft.fields().path("authData"));
        if (!byClient || (providers.isEmpty() && !emails.opensSession(draft))) {
            return;
        }
        answer.set(
                "sessionToken",
                providers
                        .map(names -> open(draft, "login", names))
                        .orElseGet(() -> open(draft, "signup", "password")));
    }

    /// Ends the sessions of a user who has a new password, and opens another one where it changed
    /// the password itself.
    void another(Draft draft, ObjectNode answer) {
        if (!emails.endsSessions(draft.app())) {
            return;
        }
        sessions.endAll(draft.app(), draft.objectId());
        if (draft.caller() instanceof Caller.User self && self.id().equals(draft.objectId())) {
            answer.set("sessionToken", open(draft, "login", "password"));
        }
    }

    private JsonNode open(Draft draft, String action, String provider) {
        return sessions.open(
                        draft.app(),
                        Sessions.Opening.of(draft.objectId(), action, provider, draft.call()))
                .path("sessionToken");
    }
}

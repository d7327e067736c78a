package dev.rialto.accounts;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.spi.Draft;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The rules for users who change what they, or whom they let write them, sign in by or get back
/// into their accounts by.
final class CredentialRules {
    private static final String USERNAME = "username";

    private static final Set<String> FIELDS =
            Set.of(
                    USERNAME,
                    "email",
                    "password",
                    "authData",
                    "phone",
                    "mobilePhoneNumber",
                    // Whoever may write a user may give it another password.
                    "ACL");

    private final StoredUsers users;
    private final Identities identities;
    private final Sessions sessions;
    private final SignIn signIn;

    CredentialRules(StoredUsers users, Identities identities, Sessions sessions, SignIn signIn) {
        this.users = users;
        this.identities = identities;
        this.sessions = sessions;
        this.signIn = signIn;
    }

    private static Optional<Caller.User> changing(Draft draft) {
        return draft.caller() instanceof Caller.User user
                        && FIELDS.stream().anyMatch(draft.fields()::has)
                ? Optional.of(user)
                : Optional.empty();
    }

    /// Refuses programs that act for a user, and users who don't prove what the app asks for.
    void check(Draft draft) {
        changing(draft)
                .ifPresent(user -> {
                    SessionRules.requireOwn(user);
                    if (isChange(draft)) {
                        signIn.requireChangeable(draft.app(), user, draft.call());
                    }
                });
    }

    /// Refuses users whose session has ended meanwhile, in the transaction of the write.
    void confirm(Draft draft) {
        changing(draft).ifPresent(user -> sessions.holdRunning(draft.app(), user));
    }

    /// Whether fields are to become what they are not. Clients send back what they have read.
    private boolean isChange(Draft draft) {
        ObjectNode fields = draft.fields();
        if (fields.has("password")) {
            return true;
        }
        ObjectNode stored = users.find(draft.app(), draft.objectId()).orElseGet(Json::object);
        return FIELDS.stream()
                .filter(fields::has)
                .anyMatch(field ->
                        field.equals("authData")
                                ? identities.isChange(fields.path(field), stored.path(field))
                                : !field.equals(USERNAME)
                                        && !isSame(fields.path(field), stored.path(field)));
    }

    private static boolean isSame(JsonNode said, JsonNode stored) {
        return said.equals(stored) || (isNothing(said) && isNothing(stored));
    }

    private static boolean isNothing(JsonNode value) {
        return value.isNull() || value.isMissingNode() || value.asString("x").isEmpty();
    }
}

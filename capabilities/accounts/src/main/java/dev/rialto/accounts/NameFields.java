package dev.rialto.accounts;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Draft;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The `username` of a user, and what it has to do with the `email` of another one.
final class NameFields {
    private static final String USERNAME_MADE = "username made";
    private static final int MADE_USERNAME = 25;

    private final AccountStore store;
    private final Ids ids = new Ids();

    NameFields(AccountStore store) {
        this.store = store;
    }

    /// Whether a value is a string that is not empty.
    static boolean isText(JsonNode value) {
        return value.isString() && !value.stringValue().isEmpty();
    }

    /// Adds the username to the response if it was generated here.
    static void answer(Draft draft, ObjectNode answer) {
        if (draft.isMarked(USERNAME_MADE)) {
            answer.set("username", draft.fields().path("username"));
        }
    }

    /// Validates it, and generates one for a new user without one. What users log in or are written
    /// to by is not another user's to choose. An address that nobody has verified may be anybody's,
    /// so that it reserves no username.
    ///
    /// @throws RialtoException USERNAME_MISSING, USERNAME_TAKEN, EMAIL_TAKEN
    void check(Draft draft) {
        checkUsername(draft);
        if (draft.caller().seesEverything()) {
            return;
        }
        String username = changed(draft, "username");
        if (!username.isEmpty()
                && store.isVerifiedOfAnother(draft.app(), username, draft.objectId())) {
            throw new RialtoException(
                    ErrorCode.USERNAME_TAKEN, "Account already exists for this username.");
        }
        String email = changed(draft, "email");
        if (!email.isEmpty() && store.isUsernameOfAnother(draft.app(), email, draft.objectId())) {
            throw new RialtoException(
                    ErrorCode.EMAIL_TAKEN, "Account already exists for this email address.");
        }
    }

    /// What a field becomes; empty when it stays as it is.
    private static String changed(Draft draft, String field) {
        JsonNode value = draft.fields().path(field);
        boolean same = draft.original().filter(user -> user.path(field).equals(value)).isPresent();
        return same || value.asString("").indexOf('\0') >= 0 ? "" : value.asString("");
    }

    private void checkUsername(Draft draft) {
        JsonNode username = draft.fields().path("username");
        if (draft.creating() && username.isMissingNode()) {
            draft.fields().put("username", madeUsername());
            draft.mark(USERNAME_MADE);
        } else if (!username.isMissingNode() && !isText(username)) {
            throw new RialtoException(ErrorCode.USERNAME_MISSING, "bad or missing username");
        }
    }

    private String madeUsername() {
        var name = new StringBuilder();
        while (name.length() < MADE_USERNAME) {
            name.append(ids.objectId());
        }
        return name.substring(0, MADE_USERNAME);
    }
}

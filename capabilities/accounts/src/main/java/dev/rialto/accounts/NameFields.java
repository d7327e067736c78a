package dev.rialto.accounts;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Draft;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The `username` of a user.
final class NameFields {
    private static final String USERNAME_MADE = "username made";
    private static final int MADE_USERNAME = 25;

    private final Ids ids;

    NameFields(Ids ids) {
        this.ids = ids;
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

    /// Validates it, and generates one for a new user without one.
    ///
    /// @throws RialtoException USERNAME_MISSING
    void check(Draft draft) {
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

package dev.rialto.accounts;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Draft;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The `username` and the `email` of a user.
final class NameFields {
    private static final String USERNAME_MADE = "username made";
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@]+");
    private static final int MADE_USERNAME = 25;

    private final Ids ids;

    NameFields(Ids ids) {
        this.ids = ids;
    }

    /// Whether a value is a string that is not empty.
    static boolean isText(JsonNode value) {
        return value.isString() && !value.stringValue().isEmpty();
    }

    /// Validates both, and generates a username for a new user without one.
    ///
    /// @throws RialtoException USERNAME_MISSING, INVALID_EMAIL_ADDRESS
    void check(Draft draft) {
        checkUsername(draft);
        checkEmail(draft);
    }

    /// Adds the username to the response if it was generated here.
    static void answer(Draft draft, ObjectNode answer) {
        if (draft.isMarked(USERNAME_MADE)) {
            answer.set("username", draft.fields().path("username"));
        }
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

    private static void checkEmail(Draft draft) {
        ObjectNode fields = draft.fields();
        JsonNode email = fields.path("email");
        if (email.isMissingNode()) {
            return;
        }
        if (email.isString() && email.stringValue().isEmpty()) {
            // A missing address need not be unique.
            fields.putNull("email");
        } else if (email.isString() && !EMAIL.matcher(email.stringValue()).matches()) {
            throw new RialtoException(
                    ErrorCode.INVALID_EMAIL_ADDRESS, "Email address format is invalid.");
        }
        boolean changed =
                draft.original()
                        .filter(user -> user.path("emailVerified").asBoolean(false))
                        .filter(user -> !user.path("email").equals(email))
                        .isPresent();
        if (changed && !fields.has("emailVerified")) {
            fields.put("emailVerified", false);
        }
    }
}

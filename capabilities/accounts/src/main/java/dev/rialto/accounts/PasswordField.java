package dev.rialto.accounts;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Draft;
import java.time.Clock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.POJONode;

/// Processes the `password` of a request into a hash in a hidden column.
final class PasswordField {
    static final String HASH = "_hashed_password";
    static final String CHANGED = "_password_changed_at";

    private final PasswordHasher hasher;
    private final int minLength;
    private final Clock clock;

    /// @param minLength the minimum length of a new password
    PasswordField(PasswordHasher hasher, int minLength, Clock clock) {
        this.hasher = hasher;
        this.minLength = minLength;
        this.clock = clock;
    }

    /// A password that is already hashed. It is a Java object in the draft, which no client can
    /// send, and which reveals nothing when it is printed.
    private static final class Hashed {
        private final String text;

        Hashed(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /// Replaces the password by its hash; slow.
    ///
    /// @throws RialtoException PASSWORD_MISSING if it is not a string, VALIDATION_FAILED if it is
    ///   too short or too long
    void hash(Draft draft) {
        JsonNode password = draft.fields().path("password");
        if (password.isMissingNode() || password instanceof POJONode) {
            return;
        }
        if (!password.isString() || password.stringValue().isEmpty()) {
            throw new RialtoException(ErrorCode.PASSWORD_MISSING, "password is required");
        }
        if (password.stringValue().length() > Credentials.MAX_PASSWORD_LENGTH) {
            throw new RialtoException(
                    ErrorCode.VALIDATION_FAILED,
                    "a password must have at most "
                            + Credentials.MAX_PASSWORD_LENGTH
                            + " characters");
        }
        if (password.stringValue().codePointCount(0, password.stringValue().length()) < minLength) {
            throw new RialtoException(
                    ErrorCode.VALIDATION_FAILED,
                    "Password does not meet the Password Policy requirements: it must have at least "
                            + minLength
                            + " characters.");
        }
        String hash = hasher.hash(password.stringValue());
        draft.fields().set("password", Json.nodes().pojoNode(new Hashed(hash)));
    }

    /// Moves the hash to its column, so that no password is stored.
    void store(Draft draft) {
        hash(draft);
        if (draft.fields().remove("password") instanceof POJONode node
                && node.getPojo() instanceof Hashed hash) {
            draft.fields().put(HASH, hash.text);
            draft.fields().set(CHANGED, Sessions.date(clock.instant()));
        }
    }
}

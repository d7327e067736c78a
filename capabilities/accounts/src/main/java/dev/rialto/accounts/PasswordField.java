package dev.rialto.accounts;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Draft;
import dev.rialto.spi.Objects;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

/// Processes the `password` of a request into a hash in a hidden column.
final class PasswordField {
    static final String HASH = "_hashed_password";
    static final String CHANGED = "_password_changed_at";

    private final Supplier<Objects> objects;
    private final PasswordHasher hasher;
    private final PasswordRules rules;
    private final Clock clock;

    PasswordField(
            Supplier<Objects> objects, PasswordHasher hasher, PasswordRules rules, Clock clock) {
        this.objects = objects;
        this.hasher = hasher;
        this.rules = rules;
        this.clock = clock;
    }

    /// A password that is already hashed. It is a Java object in the draft, which no client can
    /// send, and which reveals nothing when it is printed.
    private static final class Hashed {
        private final String password;
        private final String hash;
        private final List<String> others;

        /// @param others hashes of other passwords of the user
        Hashed(String password, String hash, List<String> others) {
            this.password = password;
            this.hash = hash;
            this.others = others;
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /// Replaces the password by its hash; slow.
    ///
    /// @throws RialtoException PASSWORD_MISSING if it is not a string, VALIDATION_FAILED if the
    ///   app's users may not choose it
    void hash(Draft draft) {
        JsonNode password = draft.fields().path("password");
        if (password.isMissingNode() || password instanceof POJONode) {
            return;
        }
        if (!password.isString() || password.stringValue().isEmpty()) {
            throw new RialtoException(ErrorCode.PASSWORD_MISSING, "password is required");
        }
        String text = password.stringValue();
        rules.checkContent(draft.app(), text);
        List<String> others =
                isOwnToChange(draft)
                        ? stored(draft)
                                .map(user -> rules.checkHistory(draft.app(), text, user, List.of()))
                                .orElseGet(List::of)
                        : List.of();
        Hashed hashed = new Hashed(text, hasher.hash(text), others);
        draft.fields().set("password", Json.nodes().pojoNode(hashed));
    }

    /// Whether the caller may change the user, whatever its ACL says. To others an answer about the
    /// user's passwords would reveal them, so they are compared later.
    private static boolean isOwnToChange(Draft draft) {
        return draft.caller().seesEverything()
                || (draft.caller() instanceof Caller.User self
                        && self.id().equals(draft.objectId()));
    }

    private Optional<ObjectNode> stored(Draft draft) {
        if (draft.creating() || rules.of(draft.app()).history() == 0) {
            return Optional.empty();
        }
        return draft.original()
                .or(() ->
                        objects
                                .get()
                                .findHidden(
                                        draft.app(),
                                        UserRules.CLASS,
                                        Sessions.text("objectId", draft.objectId()),
                                        1)
                                .stream()
                                .findFirst());
    }

    /// Moves the hash to its column, so that no password is stored.
    ///
    /// @throws RialtoException VALIDATION_FAILED if the user may not choose the password
    void store(Draft draft) {
        hash(draft);
        if (draft.fields().remove("password") instanceof POJONode node
                && node.getPojo() instanceof Hashed hashed) {
            checkUsername(draft, hashed);
            stored(draft)
                    .ifPresent(user ->
                            rules.checkHistory(draft.app(), hashed.password, user, hashed.others));
            keepHistory(draft);
            draft.fields().put(HASH, hashed.hash);
            draft.fields().set(CHANGED, Sessions.date(clock.instant()));
        }
    }

    private void checkUsername(Draft draft, Hashed hashed) {
        JsonNode given = draft.fields().path("username");
        String username =
                given.isString()
                        ? given.stringValue()
                        : draft.original()
                                .map(user -> user.path("username").asString(""))
                                .orElse("");
        rules.checkUsername(draft.app(), hashed.password, username);
    }

    private void keepHistory(Draft draft) {
        draft.original()
                .ifPresent(user -> {
                    ArrayNode history = rules.historyAfter(draft.app(), user);
                    if (!history.isEmpty() || user.path(PasswordRules.HISTORY).isArray()) {
                        draft.fields().set(PasswordRules.HISTORY, history);
                    }
                });
    }
}

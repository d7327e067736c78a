package dev.rialto.accounts;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.AppSettings.PerApp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Decides which passwords users may choose.
final class PasswordRules {
    /// Hashes of the passwords before the current one, the oldest first.
    static final String HISTORY = "_password_history";

    private static final String REFUSED = "Password does not meet the Password Policy requirements";

    private final PerApp<AccountPolicy> policies;
    private final Optional<LeakedPasswords> leaked;
    private final PasswordHasher hasher;

    PasswordRules(
            PerApp<AccountPolicy> policies,
            Optional<LeakedPasswords> leaked,
            PasswordHasher hasher) {
        this.policies = policies;
        this.leaked = leaked;
        this.hasher = hasher;
    }

    PasswordPolicy of(App app) {
        return policies.of(app).passwords();
    }

    /// Rejects a password for what it is.
    ///
    /// @throws RialtoException VALIDATION_FAILED
    void checkContent(App app, String password) {
        PasswordPolicy policy = of(app);
        if (password.length() > Credentials.MAX_PASSWORD_LENGTH) {
            throw refused(
                    "a password must have at most "
                            + Credentials.MAX_PASSWORD_LENGTH
                            + " characters");
        }
        if (password.codePointCount(0, password.length()) < policy.minLength()) {
            throw refused(
                    policy, ": it must have at least %d characters.".formatted(policy.minLength()));
        }
        if (policy.pattern().filter(pattern -> !pattern.matches(password)).isPresent()) {
            throw refused(policy, ".");
        }
        if (leaked.filter(list -> list.contains(password)).isPresent()) {
            throw refused(policy, ": it is in a list of leaked passwords.");
        }
    }

    /// Rejects a password that contains the username.
    ///
    /// @throws RialtoException VALIDATION_FAILED
    void checkUsername(App app, String password, String username) {
        if (of(app).notUsername() && !username.isEmpty() && password.contains(username)) {
            throw refused("Password cannot contain your username.");
        }
    }

    /// Rejects one of the last passwords of a user. Slow: each of them is hashed.
    ///
    /// @param user as it is stored
    /// @param known hashes of other passwords, which need not be compared
    /// @return the hashes of the other passwords
    /// @throws RialtoException VALIDATION_FAILED
    List<String> checkHistory(App app, String password, ObjectNode user, Collection<String> known) {
        int history = of(app).history();
        List<String> last = lastPasswords(user, history);
        for (String hash : last) {
            if (!known.contains(hash) && hasher.matches(password, hash)) {
                throw refused(
                        "New password should not be the same as last %d passwords."
                                .formatted(history));
            }
        }
        return last;
    }

    /// What a user's history is once its password has changed.
    ///
    /// @param user as it is stored
    ArrayNode historyAfter(App app, ObjectNode user) {
        ArrayNode kept = Json.nodes().arrayNode();
        // The new password is one of those that the next one must differ from.
        lastPasswords(user, of(app).history() - 1).forEach(kept::add);
        return kept;
    }

    /// The hashes of a user's last passwords, the current one last.
    private static List<String> lastPasswords(ObjectNode user, int limit) {
        List<String> hashes = new ArrayList<>();
        for (JsonNode each : user.path(HISTORY)) {
            hashes.add(each.asString(""));
        }
        String current = user.path(PasswordField.HASH).asString("");
        if (!current.isEmpty()) {
            hashes.add(current);
        }
        return hashes.subList(Math.max(0, hashes.size() - Math.max(0, limit)), hashes.size());
    }

    private static RialtoException refused(PasswordPolicy policy, String why) {
        return refused(policy.error().orElse(REFUSED + why));
    }

    private static RialtoException refused(String message) {
        return new RialtoException(ErrorCode.VALIDATION_FAILED, message);
    }
}

package dev.rialto.accounts;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.Where;
import dev.rialto.spi.Objects;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Checks usernames, emails and passwords. A hash is computed whether or not the user exists, so
/// that the response time does not reveal that.
final class Credentials {
    /// Longer passwords are rejected: nobody types them, and hashing reads all of a password.
    static final int MAX_PASSWORD_LENGTH = 4096;

    private static final int MAX_CANDIDATES = 2;

    private final Supplier<Objects> objects;
    private final AccountStore store;
    private final PasswordHasher hasher;
    private final AttemptLimits limits;
    private final Decoys decoys;

    Credentials(
            Supplier<Objects> objects,
            AccountStore store,
            PasswordHasher hasher,
            AttemptLimits limits,
            Decoys decoys) {
        this.objects = objects;
        this.store = store;
        this.hasher = hasher;
        this.limits = limits;
        this.decoys = decoys;
    }

    /// Finds the user with these credentials, with hidden fields.
    ///
    /// @param said `username` or `email` or both, which must then match, and `password`
    /// @throws RialtoException OBJECT_NOT_FOUND, with the same message whatever was wrong, and
    ///   another one after too many wrong passwords; REQUEST_LIMIT_EXCEEDED
    ObjectNode check(Call call, JsonNode said) {
        JsonNode username = said.path("username");
        JsonNode email = said.path("email");
        JsonNode password = said.path("password");
        if (isAbsent(username) && isAbsent(email)) {
            throw new RialtoException(ErrorCode.USERNAME_MISSING, "username/email is required.");
        }
        if (isAbsent(password)) {
            throw new RialtoException(ErrorCode.PASSWORD_MISSING, "password is required.");
        }
        if (!password.isString()
                || !(isAbsent(email) || email.isString())
                || !(isAbsent(username) || username.isString())
                || password.stringValue().length() > MAX_PASSWORD_LENGTH) {
            throw wrong();
        }
        var names = new Names(username.asString(""), email.asString(""));
        return limits.check(
                        call.app(),
                        names.given(),
                        AttemptLimits.From.of(call),
                        () -> matching(call.app(), names, password.stringValue()),
                        user -> user.path("objectId").asString(""))
                .orElseThrow(Credentials::wrong);
    }

    /// The names that a client sends; empty if missing.
    private record Names(String username, String email) {
        List<String> given() {
            return Stream.of(username, email).filter(name -> !name.isEmpty()).distinct().toList();
        }
    }

    private Optional<ObjectNode> matching(App app, Names names, String password) {
        Optional<ObjectNode> user = find(app, names.username(), names.email());
        Optional<String> stored = user.flatMap(Credentials::hash);
        String decoy = decoys.hash(app, names.username() + "\n" + names.email());
        boolean matches = hasher.matches(password, stored.orElse(decoy));
        if (!matches || stored.isEmpty() || isLockedOut(user.get())) {
            return Optional.empty();
        }
        renewHash(app, user.get(), stored.get(), password);
        return user;
    }

    private Optional<ObjectNode> find(App app, String username, String email) {
        if (username.isEmpty()) {
            return first(app, Sessions.text("email", email));
        }
        if (!email.isEmpty()) {
            return first(
                    app,
                    new Where.And(
                            List.of(
                                    Sessions.text("username", username),
                                    Sessions.text("email", email))));
        }
        List<ObjectNode> candidates =
                objects.get()
                        .findHidden(
                                app,
                                UserRules.CLASS,
                                new Where.Or(
                                        List.of(
                                                Sessions.text("username", username),
                                                Sessions.text("email", username))),
                                MAX_CANDIDATES);
        // A user may have chosen another user's email address as a username.
        return candidates.stream()
                .filter(user -> user.path("username").asString("").equals(username))
                .findFirst()
                .or(() -> candidates.stream().findFirst());
    }

    private Optional<ObjectNode> first(App app, Where where) {
        return objects.get().findHidden(app, UserRules.CLASS, where, 1).stream().findFirst();
    }

    private static Optional<String> hash(ObjectNode user) {
        JsonNode hash = user.path(PasswordField.HASH);
        return hash.isString() ? Optional.of(hash.stringValue()) : Optional.empty();
    }

    /// An ACL without entries, which locks a user out.
    static boolean isLockedOut(ObjectNode user) {
        JsonNode acl = user.path("ACL");
        return acl.isObject() && acl.isEmpty();
    }

    private void renewHash(App app, ObjectNode user, String stored, String password) {
        if (!hasher.isOutdated(stored)) {
            return;
        }
        String fresh = hasher.hash(password);
        if (store.replaceHash(app, user.path("objectId").asString(""), stored, fresh)) {
            user.put(PasswordField.HASH, fresh);
        }
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isString() && value.stringValue().isEmpty());
    }

    static RialtoException wrong() {
        return new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "Invalid username/password.");
    }
}

package dev.rialto.codes;

import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.Channel;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Users by the addresses that they have proven to own.
final class CodeLogIn {
    private static final String METHOD = "code";

    private final Users users;
    private final SignIns signIns;

    CodeLogIn(Users users, SignIns signIns) {
        this.users = users;
        this.signIns = signIns;
    }

    /// The user who would be logged in by a code to an address.
    ///
    /// A phone must be verified: who has mistyped a number, or has set that of somebody else, has
    /// not given away the account.
    Optional<ObjectNode> find(App app, Recipient address) {
        return switch (address.channel()) {
            case MAIL -> {
                Optional<ObjectNode> exact = users.findBy(app, "email", address.address());
                Optional<ObjectNode> other =
                        users.findBy(app, "email", Recipient.folded(address.address()));
                yield exact.or(() -> other).filter(user -> address.isSame(mail(user)));
            }
            case SMS -> users.findBy(app, "_verified_phone", address.address());
        };
    }

    /// Where messages to a user go: the address that the user has, not the one that was asked for.
    static Recipient own(Recipient asked, ObjectNode user) {
        return asked.channel() == Channel.MAIL ? asked.as(mail(user)) : asked;
    }

    private static String mail(ObjectNode user) {
        return user.path("email").asString("");
    }

    /// Logs in the user who has just proven to own an address, or signs it up.
    ///
    /// @param signUp whether an address that no user has becomes a new user
    Optional<ObjectNode> logIn(Call call, Recipient address, boolean signUp) {
        App app = call.app();
        String field = address.channel() == Channel.MAIL ? "email" : "phone";
        Optional<ObjectNode> known = find(app, address).map(user -> users.prove(app, user, field));
        if (known.isEmpty() && !signUp) {
            return Optional.empty();
        }
        ObjectNode user =
                known.orElseGet(() ->
                        users.create(
                                app,
                                Json.object()
                                        .put(field, address.address())
                                        .put(field + "Verified", true)));
        return Optional.of(signIns.admit(call, user, METHOD));
    }

    /// Marks an address as verified that a user has just proven to own.
    ///
    /// @return what has changed
    ObjectNode verify(App app, String userId, Recipient address) {
        ObjectNode changes =
                switch (address.channel()) {
                    case MAIL -> {
                        requireOwnMail(app, userId, address);
                        yield Json.object().put("emailVerified", true);
                    }
                    case SMS ->
                            Json.object()
                                    .put("phone", address.address())
                                    .put("phoneVerified", true);
                };
        users.update(app, userId, changes.deepCopy());
        return changes;
    }

    /// @throws RialtoException INVALID_VALUE when it is not the email address of the user
    void requireOwnMail(App app, String userId, Recipient address) {
        boolean isOwn =
                users.find(app, userId).filter(user -> address.isSame(mail(user))).isPresent();
        if (!isOwn) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, "email must be the email address of the user");
        }
    }
}

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
            case MAIL ->
                    users.withEmail(app, address.address())
                            .filter(user -> address.isSame(mail(user)));
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
        Optional<ObjectNode> known = find(app, address);
        if (known.isPresent()) {
            return known.map(user ->
                    signIns.admit(call, user, METHOD, each -> users.prove(app, each, field)));
        }
        if (!signUp) {
            return Optional.empty();
        }
        ObjectNode fields =
                Json.object().put(field, address.address()).put(field + "Verified", true);
        return Optional.of(signIns.admit(call, users.create(app, fields), METHOD));
    }

    /// Refuses a user who may not get another phone now: codes to a verified one log in.
    void requireChangeable(Call call) {
        signIns.requireChangeable(call);
    }

    /// Marks an address as verified that a user has just proven to own.
    ///
    /// @return what has changed
    ObjectNode verify(App app, String userId, Recipient address) {
        return switch (address.channel()) {
            case MAIL -> {
                if (!users.verifyEmail(app, userId, requireOwnMail(app, userId, address))) {
                    throw notOwn();
                }
                yield Json.object().put("emailVerified", true);
            }
            case SMS -> {
                ObjectNode changes =
                        Json.object().put("phone", address.address()).put("phoneVerified", true);
                users.update(app, userId, changes.deepCopy());
                yield changes;
            }
        };
    }

    /// @return the email address as the user has it
    /// @throws RialtoException INVALID_VALUE when it is not the email address of the user
    String requireOwnMail(App app, String userId, Recipient address) {
        return users.find(app, userId)
                .map(CodeLogIn::mail)
                .filter(address::isSame)
                .orElseThrow(CodeLogIn::notOwn);
    }

    private static RialtoException notOwn() {
        return new RialtoException(
                ErrorCode.INVALID_VALUE, "email must be the email address of the user");
    }
}

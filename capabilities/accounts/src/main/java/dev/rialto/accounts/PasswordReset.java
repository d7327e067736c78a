package dev.rialto.accounts;

import dev.rialto.accounts.EmailSettings.Reset;
import dev.rialto.accounts.LinkTokens.Link;
import dev.rialto.accounts.LinkTokens.Purpose;
import dev.rialto.accounts.LinkTokens.Recipient;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Lets users who can read the mail to their address choose a new password.
final class PasswordReset {
    private final Database database;
    private final LinkTokens tokens;
    private final AccountMail mail;
    private final StoredUsers users;

    PasswordReset(Database database, LinkTokens tokens, AccountMail mail, StoredUsers users) {
        this.database = database;
        this.tokens = tokens;
        this.mail = mail;
        this.users = users;
    }

    /// Sends a link to the user with an address, or whose username is that address if it has no
    /// other.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND where the app lets everybody know who has an
    ///   address
    void request(App app, Call call, String address) {
        // The first look-up makes the class if the app has none yet.
        Optional<ObjectNode> user =
                users.findBy(app, "email", address)
                        .or(() -> tokens.owner(app, address).flatMap(id -> users.find(app, id)))
                        .or(() ->
                                users.findBy(app, "username", address)
                                        .filter(each -> !NameFields.isText(each.path("email"))));
        if (user.isEmpty() && !mail.settings(app).reset().silent()) {
            throw new RialtoException(
                    ErrorCode.OBJECT_NOT_FOUND, "A user with that email does not exist.");
        }
        user.filter(each -> EmailField.isEmail(address(each)))
                .ifPresent(each -> send(app, call, each));
    }

    /// Sends another link to where one was sent that has expired.
    ///
    /// @return whether there is such a link
    boolean requestAgain(App app, Call call, String token) {
        Optional<Link> expired =
                tokens.find(app, Purpose.RESET, token)
                        .filter(link -> !link.used() && tokens.isExpired(link));
        expired.flatMap(link -> addressee(app, link)).ifPresent(user -> send(app, call, user));
        return expired.isPresent();
    }

    private void send(App app, Call call, ObjectNode user) {
        EmailSettings settings = mail.settings(app);
        Reset rules = settings.reset();
        var to =
                new Recipient(
                        user.path("objectId").asString(""),
                        address(user),
                        mail.language(Optional.of(call)));
        database.inTransaction(() -> {
            if (tokens.mayIssue(app, to, settings.mailsPerHour())) {
                mail.sendLink(
                        app,
                        user,
                        to,
                        new AccountMail.Link(
                                "password-reset",
                                "request_password_reset",
                                tokens.issue(
                                        app, Purpose.RESET, to, rules.validity(), rules.reuse()),
                                rules.validity()));
            }
            return true;
        });
    }

    /// A token for a user whose identity was proved otherwise.
    String grant(App app, Recipient to) {
        return tokens.issue(app, Purpose.RESET, to, mail.settings(app).reset().validity(), false);
    }

    /// The user for whom a link still works.
    Optional<ObjectNode> find(App app, String token) {
        return tokens.valid(app, Purpose.RESET, token).flatMap(link -> addressee(app, link));
    }

    /// Sets a new password. A link works once, unless the password is refused.
    ///
    /// @throws RialtoException OTHER_CAUSE when the link doesn't work, or what the rules for
    ///   passwords say
    void complete(App app, String token, String password) {
        Link link = tokens.take(app, Purpose.RESET, token).orElseThrow(() -> refusal(app, token));
        ObjectNode user = addressee(app, link).orElseThrow(PasswordReset::invalid);
        boolean done = false;
        try {
            // Hashing takes long, so that no transaction is held meanwhile.
            users.update(app, link.userId(), Json.object().put("password", password));
            done = true;
        } finally {
            if (!done && hasPasswordOf(app, user)) {
                tokens.giveBack(app, link);
            }
        }
        if (!EmailVerification.isVerified(user)) {
            disown(app, user);
        }
    }

    /// Gives the user to whoever has followed the link, and so reads the mail of the address. Until
    /// then nobody had proven that, and somebody else may have signed up.
    private void disown(App app, ObjectNode user) {
        boolean hasEmail = NameFields.isText(user.path("email"));
        ObjectNode proven = Json.object();
        if (hasEmail) {
            proven.put("emailVerified", true);
        }
        users.disown(app, user, hasEmail ? "email" : "username", proven);
    }

    private boolean hasPasswordOf(App app, ObjectNode before) {
        return users.find(app, before.path("objectId").asString(""))
                .filter(user ->
                        user.path(PasswordField.HASH).equals(before.path(PasswordField.HASH)))
                .isPresent();
    }

    private RialtoException refusal(App app, String token) {
        boolean expired =
                tokens.find(app, Purpose.RESET, token)
                        .filter(link -> !link.used() && tokens.isExpired(link))
                        .isPresent();
        return expired
                ? new RialtoException(ErrorCode.OTHER_CAUSE, "The password reset link has expired")
                : invalid();
    }

    static RialtoException invalid() {
        return new RialtoException(
                ErrorCode.OTHER_CAUSE,
                "Failed to reset password: username / email / token is invalid");
    }

    private Optional<ObjectNode> addressee(App app, Link link) {
        return users.find(app, link.userId()).filter(user -> address(user).equals(link.address()));
    }

    /// Where the mail of a user goes.
    private static String address(ObjectNode user) {
        return NameFields.isText(user.path("email"))
                ? user.path("email").stringValue()
                : user.path("username").asString("");
    }
}

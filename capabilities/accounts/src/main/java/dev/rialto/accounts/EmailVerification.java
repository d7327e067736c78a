package dev.rialto.accounts;

import dev.rialto.accounts.EmailSettings.Verification;
import dev.rialto.accounts.LinkTokens.Link;
import dev.rialto.accounts.LinkTokens.Purpose;
import dev.rialto.accounts.LinkTokens.Recipient;
import dev.rialto.accounts.spi.SignInCheck;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Verifies that users can read the mail to their addresses.
final class EmailVerification {
    private static final String PASSWORD = "password";

    private final Database database;
    private final LinkTokens tokens;
    private final AccountMail mail;
    private final Users users;

    EmailVerification(Database database, LinkTokens tokens, AccountMail mail, Users users) {
        this.database = database;
        this.tokens = tokens;
        this.mail = mail;
        this.users = users;
    }

    /// What became of a link.
    enum Outcome {
        VERIFIED,
        EXPIRED,
        INVALID
    }

    /// Keeps users whose address is not verified from logging in with a password, where that is
    /// asked for. The holder of the master key may check a password nevertheless.
    void requireVerified(SignInCheck.Attempt attempt) {
        if (!attempt.method().equals(PASSWORD) || isVerified(attempt.user())) {
            return;
        }
        Verification rules = mail.settings(attempt.app()).verification();
        boolean ignored =
                !attempt.opensSession()
                        && attempt.call().map(Call::caller).orElse(null) instanceof Caller.Master
                        && isYes(attempt.said());
        if (rules.required() && rules.beforeLogIn() && !ignored) {
            throw notVerified();
        }
    }

    /// A parameter of a GET request is a string.
    private static boolean isYes(ObjectNode said) {
        return said.path("ignoreEmailVerification").asString("").equals("true");
    }

    static RialtoException notVerified() {
        return new RialtoException(ErrorCode.EMAIL_NOT_FOUND, "User email is not verified.");
    }

    static boolean isVerified(ObjectNode user) {
        return user.path("emailVerified").asBoolean(false);
    }

    /// Sends a link to a user's address, unless too many were sent. In the transaction that gives
    /// the user the address, or in one of its own.
    void send(App app, ObjectNode user, String language) {
        EmailSettings settings = mail.settings(app);
        Verification rules = settings.verification();
        var to =
                new Recipient(
                        user.path("objectId").asString(""),
                        user.path("email").asString(""),
                        language);
        database.inTransaction(() -> {
            if (tokens.mayIssue(app, to, settings.mailsPerHour())) {
                String token =
                        tokens.issue(app, Purpose.VERIFY, to, rules.validity(), rules.reuse());
                mail.sendLink(
                        app,
                        user,
                        to,
                        new AccountMail.Link(
                                "verification", "verify_email", token, rules.validity()));
            }
            return true;
        });
    }

    /// Sends another link to who asks for one by the address.
    ///
    /// @throws RialtoException EMAIL_NOT_FOUND or OTHER_CAUSE, where the app lets everybody know
    ///   who has an address
    void resend(App app, Call call, String address) {
        Verification rules = mail.settings(app).verification();
        Optional<ObjectNode> user = withAddress(app, address);
        if (!rules.silent()) {
            if (user.isEmpty()) {
                throw new RialtoException(
                        ErrorCode.EMAIL_NOT_FOUND, "No user found with email " + address);
            }
            if (isVerified(user.get())) {
                throw new RialtoException(
                        ErrorCode.OTHER_CAUSE, "Email " + address + " is already verified.");
            }
        }
        user.ifPresent(found -> sendAgain(app, call, found));
    }

    /// Sends another link to who followed one that no longer works, or names the user.
    ///
    /// @return whether it was sent; false also when that is nobody's affair
    boolean resend(App app, Call call, String token, String username) {
        Optional<ObjectNode> user =
                token.isEmpty()
                        ? users.findBy(app, "username", username)
                        : tokens.find(app, Purpose.VERIFY, token)
                                .flatMap(link -> addressee(app, link));
        return user.isPresent() && sendAgain(app, call, user.get());
    }

    private boolean sendAgain(App app, Call call, ObjectNode user) {
        boolean needed =
                mail.settings(app).verification().required()
                        && !isVerified(user)
                        && !user.path("email").asString("").isEmpty();
        if (needed) {
            send(app, user, mail.language(Optional.of(call)));
        }
        return needed;
    }

    /// The user who has an address, whatever its case.
    Optional<ObjectNode> withAddress(App app, String address) {
        // The first look-up makes the class if the app has none yet.
        return users.findBy(app, "email", address)
                .or(() -> tokens.owner(app, address).flatMap(id -> users.find(app, id)));
    }

    /// The user of a link, if its address is still the one that the link was sent to.
    Optional<ObjectNode> addressee(App app, Link link) {
        return users.find(app, link.userId())
                .filter(user -> user.path("email").asString("").equals(link.address()));
    }

    /// Verifies the address that a link was sent to. A link works once.
    Outcome verify(App app, String token) {
        Optional<Link> link = tokens.take(app, Purpose.VERIFY, token);
        if (link.isEmpty()) {
            return tokens.find(app, Purpose.VERIFY, token)
                            .filter(each -> !each.used() && tokens.isExpired(each))
                            .isPresent()
                    ? Outcome.EXPIRED
                    : Outcome.INVALID;
        }
        boolean done = false;
        try {
            boolean same = users.verifyEmail(app, link.get().userId(), link.get().address());
            done = true;
            return same ? Outcome.VERIFIED : Outcome.INVALID;
        } finally {
            if (!done) {
                tokens.giveBack(app, link.get());
            }
        }
    }
}

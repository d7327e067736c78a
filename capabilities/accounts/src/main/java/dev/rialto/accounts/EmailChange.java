package dev.rialto.accounts;

import dev.rialto.accounts.EmailSettings.Change;
import dev.rialto.accounts.LinkTokens.Link;
import dev.rialto.accounts.LinkTokens.Purpose;
import dev.rialto.accounts.LinkTokens.Recipient;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Changes the address of a user at both ends: who has the new one confirms it, and who has the old
/// one can undo that for some days.
final class EmailChange {
    /// How long a link to confirm an address works.
    private static final Duration CONFIRMABLE = Duration.ofHours(24);

    private final Database database;
    private final LinkTokens tokens;
    private final AccountMail mail;
    private final StoredUsers users;
    private final PasswordReset reset;

    EmailChange(
            Database database,
            LinkTokens tokens,
            AccountMail mail,
            StoredUsers users,
            PasswordReset reset) {
        this.database = database;
        this.tokens = tokens;
        this.mail = mail;
        this.users = users;
        this.reset = reset;
    }

    /// Whether users of an app confirm new addresses.
    boolean isConfirmed(App app) {
        return mail.settings(app).change().confirmed();
    }

    /// Refuses an address that another user has, or may still take back.
    void requireFree(App app, String userId, String address) {
        boolean taken =
                tokens.owner(app, address).filter(owner -> !owner.equals(userId)).isPresent();
        if (taken || tokens.isReserved(app, address, userId)) {
            throw new RialtoException(
                    ErrorCode.EMAIL_TAKEN, "Account already exists for this email address.");
        }
    }

    /// Asks for a confirmation at a new address.
    void begin(App app, ObjectNode user, String address, String language) {
        String userId = user.path("objectId").asString("");
        requireFree(app, userId, address);
        var to = new Recipient(userId, address, language);
        if (tokens.mayIssue(app, to, mail.settings(app).mailsPerHour())) {
            String token = tokens.issue(app, Purpose.CHANGE, to, CONFIRMABLE, false);
            mail.sendLink(
                    app,
                    user,
                    to,
                    new AccountMail.Link(
                            "email-change", "confirm_email_change", token, CONFIRMABLE));
        }
    }

    /// The link that confirms a new address, if it still works.
    Optional<Link> toConfirm(App app, String token) {
        return tokens.valid(app, Purpose.CHANGE, token);
    }

    /// The link that undoes a change, if it still works.
    Optional<Link> toUndo(App app, String token) {
        return tokens.valid(app, Purpose.UNDO, token);
    }

    /// Gives a user the new address, and tells the old one.
    ///
    /// @return false when the link doesn't work, or somebody else has the address by now
    boolean confirm(App app, String token) {
        return unlessTaken(
                        () -> {
                            Optional<Link> link = tokens.take(app, Purpose.CHANGE, token);
                            Optional<ObjectNode> user =
                                    link.flatMap(each -> users.find(app, each.userId()));
                            user.ifPresent(each -> {
                                users.update(app, link.get().userId(), verified(link.get()));
                                tellOld(app, each, link.get().language());
                            });
                            return user;
                        })
                .isPresent();
    }

    private void tellOld(App app, ObjectNode user, String language) {
        String old = user.path("email").asString("");
        if (old.isEmpty()) {
            return;
        }
        Change rules = mail.settings(app).change();
        var to = new Recipient(user.path("objectId").asString(""), old, language);
        // The owner of the old address is told even if it was sent many links.
        String token = tokens.issue(app, Purpose.UNDO, to, rules.undo(), true);
        mail.sendLink(
                app,
                user,
                to,
                new AccountMail.Link("email-changed", "undo_email_change", token, rules.undo()));
    }

    /// Gives a user the old address back, and removes each way in that whoever changed it may have
    /// made: the password too, as another one is chosen next.
    ///
    /// @return a token to choose a password with; empty when the link doesn't work
    Optional<String> undo(App app, String token) {
        return unlessTaken(() ->
                tokens.take(app, Purpose.UNDO, token)
                        .flatMap(link ->
                                users.find(app, link.userId()).map(user -> undo(app, link, user))));
    }

    private String undo(App app, Link link, ObjectNode user) {
        ObjectNode proven = verified(link);
        proven.putObject(PasswordField.HASH).put("__op", "Delete");
        users.restore(app, user, proven);
        // Later changes are undone with this one.
        tokens.revoke(app, link.userId(), List.of(Purpose.UNDO), link.createdAt());
        users.endSessions(app, link.userId());
        return reset.grant(app, new Recipient(link.userId(), link.address(), link.language()));
    }

    private static ObjectNode verified(Link link) {
        return Json.object().put("email", link.address()).put("emailVerified", true);
    }

    /// Does work in a transaction, which is undone when it is refused: the link still works then.
    ///
    /// @return empty when another user has the address
    private <T> Optional<T> unlessTaken(Supplier<Optional<T>> work) {
        try {
            return database.inTransaction(work);
        } catch (RialtoException refusal) {
            if (refusal.code() == ErrorCode.EMAIL_TAKEN) {
                return Optional.empty();
            }
            throw refusal;
        }
    }
}

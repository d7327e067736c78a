package dev.rialto.accounts;

import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Assembles what accounts do with addresses: verifying and changing them, and resetting passwords
/// by them.
final class Emails {
    private final LinkTokens tokens;
    private final EmailVerification verification;
    private final EmailField field;
    private final EmailRoutes routes;
    private final EmailPages pages;

    Emails(
            Database database,
            Mailing mailing,
            AccountMail mail,
            LinkTokens tokens,
            StoredUsers users,
            InstantSource clock) {
        this.tokens = tokens;
        this.verification = new EmailVerification(database, tokens, mail, users);
        var reset = new PasswordReset(database, tokens, mail, users);
        var change = new EmailChange(database, tokens, mail, users, reset);
        this.field = new EmailField(mail, tokens, verification, change, clock);
        var time = new EvenTime(mailing.timing());
        this.routes = new EmailRoutes(verification, reset, time);
        this.pages = new EmailPages(mailing, verification, reset, change, time);
    }

    EmailVerification verification() {
        return verification;
    }

    EmailField field() {
        return field;
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        all.addAll(routes.operations());
        all.addAll(pages.operations());
        return all;
    }

    void removeExpired(App app) {
        tokens.removeExpired(app);
    }
}

package dev.rialto.accounts;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Settings of the mail that accounts send, and of the links in it.
///
/// @param mailsPerHour how many links are sent for one user, and to one address, in an hour
/// @param passwordChangedMail whether users are told that their password was changed
record EmailSettings(
        Verification verification,
        Reset reset,
        Change change,
        int mailsPerHour,
        boolean passwordChangedMail,
        OwnPages pages) {
    private static final Duration MAX_VALIDITY = Duration.ofDays(3650);

    /// Settings of verifying addresses.
    ///
    /// @param required whether addresses are verified at all
    /// @param beforeLogIn whether users can't log in with a password before that
    /// @param beforeSignUp whether a sign-up that opens no session for that reason is an error
    /// @param validity how long a link works
    /// @param reuse whether earlier links still work when another one is sent
    /// @param sends whether the mail is sent at sign-up, and not only when it is asked for
    /// @param silent whether a request for another link succeeds whoever has the address
    /// @param asks whether the page that the link leads to has a button that verifies
    record Verification(
            boolean required,
            boolean beforeLogIn,
            boolean beforeSignUp,
            Duration validity,
            boolean reuse,
            boolean sends,
            boolean silent,
            boolean asks) {
        Verification {
            requireValidity("accounts.email-verify-token-validity", validity);
        }

        static Verification defaults() {
            return new Verification(
                    false, false, false, Duration.ofHours(24), false, true, true, false);
        }

        static Verification read(Settings in) {
            Verification standard = defaults();
            boolean required = in.yes("accounts.verify-user-emails", standard.required());
            boolean beforeLogIn =
                    in.yes("accounts.prevent-login-with-unverified-email", standard.beforeLogIn());
            boolean beforeSignUp =
                    in.yes(
                            "accounts.prevent-signup-with-unverified-email",
                            standard.beforeSignUp());
            Duration validity =
                    in.duration("accounts.email-verify-token-validity", standard.validity());
            boolean reuse = in.yes("accounts.email-verify-token-reuse", standard.reuse());
            boolean sends = in.yes("accounts.send-user-email-verification", standard.sends());
            boolean silent =
                    in.yes("accounts.email-verify-success-on-invalid-email", standard.silent());
            boolean asks = in.yes("accounts.verify-email-by-button", standard.asks());
            return in.build(
                    standard,
                    () ->
                            new Verification(
                                    required,
                                    beforeLogIn,
                                    beforeSignUp,
                                    validity,
                                    reuse,
                                    sends,
                                    silent,
                                    asks));
        }
    }

    /// Settings of resetting passwords.
    ///
    /// @param validity how long a link works
    /// @param reuse whether earlier links still work when another one is sent
    /// @param silent whether a request for a link succeeds whoever has the address
    /// @param endsSessions whether a new password ends the sessions of its user
    record Reset(Duration validity, boolean reuse, boolean silent, boolean endsSessions) {
        Reset {
            requireValidity("accounts.reset-token-validity", validity);
        }

        static Reset defaults() {
            return new Reset(Duration.ofHours(2), false, true, true);
        }

        static Reset read(Settings in) {
            Reset standard = defaults();
            Duration validity = in.duration("accounts.reset-token-validity", standard.validity());
            boolean reuse = in.yes("accounts.reset-token-reuse", standard.reuse());
            boolean silent = in.yes("accounts.reset-success-on-invalid-email", standard.silent());
            boolean endsSessions =
                    in.yes("accounts.revoke-session-on-password-reset", standard.endsSessions());
            return in.build(standard, () -> new Reset(validity, reuse, silent, endsSessions));
        }
    }

    /// Settings of changing addresses.
    ///
    /// @param confirmed whether a user's new address holds once it has been confirmed
    /// @param undo how long the owner of the old address can undo that
    record Change(boolean confirmed, Duration undo) {
        Change {
            requireValidity("accounts.email-change-undo", undo);
        }

        static Change defaults() {
            return new Change(false, Duration.ofDays(7));
        }

        static Change read(Settings in) {
            Change standard = defaults();
            boolean confirmed = in.yes("accounts.confirm-email-change", standard.confirmed());
            Duration undo = in.duration("accounts.email-change-undo", standard.undo());
            return in.build(standard, () -> new Change(confirmed, undo));
        }
    }

    EmailSettings {
        if (mailsPerHour < 1) {
            throw new IllegalArgumentException("accounts.mails-per-hour must be at least 1");
        }
    }

    static EmailSettings defaults() {
        return new EmailSettings(
                Verification.defaults(),
                Reset.defaults(),
                Change.defaults(),
                10,
                true,
                OwnPages.none());
    }

    /// Reads what the operator or an app's owner has set.
    static EmailSettings read(Settings in) {
        EmailSettings standard = defaults();
        Verification verification = Verification.read(in);
        Reset reset = Reset.read(in);
        Change change = Change.read(in);
        int perHour = in.integer("accounts.mails-per-hour", standard.mailsPerHour());
        boolean changed = in.yes("accounts.password-changed-mail", standard.passwordChangedMail());
        OwnPages pages = OwnPages.read(in);
        return in.build(
                standard,
                () -> new EmailSettings(verification, reset, change, perHour, changed, pages));
    }

    private static void requireValidity(String key, Duration validity) {
        if (!validity.isPositive() || validity.compareTo(MAX_VALIDITY) > 0) {
            throw new IllegalArgumentException(
                    key + " must be positive and at most " + MAX_VALIDITY.toDays() + "d");
        }
    }
}

package dev.rialto.accounts;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A page that a link in mail leads to.
enum EmailPage {
    CHOOSE_PASSWORD(200, true),
    PASSWORD_RESET_SUCCESS(200, true),
    INVALID_PASSWORD_RESET_LINK(400, true),
    VERIFY_EMAIL(200, false),
    VERIFY_EMAIL_SUCCESS(200, true),
    INVALID_VERIFICATION_LINK(400, true),
    EXPIRED_VERIFICATION_LINK(400, true),
    LINK_SEND_SUCCESS(200, true),
    LINK_SEND_FAIL(400, true),
    CONFIRM_EMAIL_CHANGE(200, false),
    EMAIL_CHANGE_SUCCESS(200, true),
    UNDO_EMAIL_CHANGE(200, false),
    INVALID_LINK(400, true);

    private final int status;
    private final boolean replaceable;

    EmailPage(int status, boolean replaceable) {
        this.status = status;
        this.replaceable = replaceable;
    }

    /// The HTTP status.
    int status() {
        return status;
    }

    /// In settings and resources, such as `choose-password`.
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The setting with the address of the app's own page.
    String setting() {
        return "accounts.pages." + text();
    }

    /// The pages that an app may have of its own. The others have a button, without which nothing
    /// happens.
    static List<EmailPage> replaceable() {
        return Stream.of(values()).filter(page -> page.replaceable).toList();
    }

    /// The page whose own one is shown when an app has none for this one.
    EmailPage broader() {
        return switch (this) {
            case EXPIRED_VERIFICATION_LINK -> INVALID_VERIFICATION_LINK;
            case INVALID_VERIFICATION_LINK, INVALID_PASSWORD_RESET_LINK -> INVALID_LINK;
            case CHOOSE_PASSWORD,
                    PASSWORD_RESET_SUCCESS,
                    VERIFY_EMAIL,
                    VERIFY_EMAIL_SUCCESS,
                    LINK_SEND_SUCCESS,
                    LINK_SEND_FAIL,
                    CONFIRM_EMAIL_CHANGE,
                    EMAIL_CHANGE_SUCCESS,
                    UNDO_EMAIL_CHANGE,
                    INVALID_LINK ->
                    this;
        };
    }
}

package dev.rialto.accounts;

import dev.rialto.accounts.EmailVerification.Outcome;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The pages that links in mail lead to, at Parse Server's addresses.
final class EmailPages {
    private static final String HTML = "text/html";

    private final Mailing mailing;
    private final PageAnswers answers;
    private final EmailVerification verification;
    private final PasswordReset reset;
    private final EmailChange change;
    private final EvenTime time;

    EmailPages(
            Mailing mailing,
            EmailVerification verification,
            PasswordReset reset,
            EmailChange change,
            EvenTime time) {
        this.mailing = mailing;
        this.answers = new PageAnswers(mailing);
        this.verification = verification;
        this.reset = reset;
        this.change = change;
        this.time = time;
    }

    List<Operation> operations() {
        return List.of(
                // Parse's links verify when they are opened, so that GET writes.
                page(
                        Operation.get("accounts.verify-email", "/apps/{appId}/verify_email")
                                .summary("Verifies the address that a link was sent to.")
                                .traits(Trait.WRITES),
                        this::openVerification),
                page(
                        Operation.post(
                                        "accounts.verify-email-by-button",
                                        "/apps/{appId}/verify_email")
                                .summary("Verifies the address that a link was sent to."),
                        this::verify),
                page(
                        Operation.post(
                                        "accounts.resend-verification",
                                        "/apps/{appId}/resend_verification_email")
                                .summary("Sends another link that verifies an address."),
                        this::resend),
                page(
                        Operation.get(
                                        "accounts.reset-password-page",
                                        "/apps/{appId}/request_password_reset")
                                .summary("Shows a form to choose a password."),
                        this::openReset),
                page(
                        Operation.post(
                                        "accounts.reset-password",
                                        "/apps/{appId}/request_password_reset")
                                .summary("Sets the password that a user has chosen."),
                        this::resetPassword),
                Operation.get("accounts.choose-password-page", "/apps/choose_password")
                        .access(Access.PUBLIC)
                        .summary("Shows a form to choose a password.")
                        .produces(HTML)
                        .handle(this::choosePassword),
                page(
                        Operation.get(
                                        "accounts.confirm-email-change-page",
                                        "/apps/{appId}/confirm_email_change")
                                .summary("Shows a button that confirms a new address."),
                        this::openConfirmation),
                page(
                        Operation.post(
                                        "accounts.confirm-email-change",
                                        "/apps/{appId}/confirm_email_change")
                                .summary("Confirms a new address."),
                        this::confirm),
                page(
                        Operation.get(
                                        "accounts.undo-email-change-page",
                                        "/apps/{appId}/undo_email_change")
                                .summary("Shows a button that undoes the change of an address."),
                        this::openUndoing),
                page(
                        Operation.post(
                                        "accounts.undo-email-change",
                                        "/apps/{appId}/undo_email_change")
                                .summary("Undoes the change of an address."),
                        this::undo));
    }

    private Operation page(Operation.Builder operation, BiFunction<App, Call, Answer> handler) {
        return operation
                .access(Access.PUBLIC)
                .produces(HTML)
                .errors(ErrorCode.UNAUTHORIZED)
                .requestIds(RequestIds.IGNORED)
                .handle(call -> handler.apply(app(call.path("appId")), call));
    }

    private App app(String id) {
        return mailing.apps()
                .apply(id)
                .orElseThrow(() -> new RialtoException(ErrorCode.UNAUTHORIZED, "unauthorized"));
    }

    /// Programs that look whether a link is harmful send HEAD, which verifies nothing.
    private Answer openVerification(App app, Call call) {
        String token = parameter(call, "token");
        if (token.isEmpty()) {
            return answers.show(app, call, EmailPage.INVALID_LINK);
        }
        boolean asks = mailing.settings().of(app).verification().asks();
        return asks || call.headersOnly()
                ? answers.withToken(app, call, EmailPage.VERIFY_EMAIL, token)
                : verified(app, call, token);
    }

    private Answer verify(App app, Call call) {
        return verified(app, call, field(call, "token"));
    }

    private Answer verified(App app, Call call, String token) {
        Outcome outcome = verification.verify(app, token);
        return switch (outcome) {
            case VERIFIED -> answers.show(app, call, EmailPage.VERIFY_EMAIL_SUCCESS);
            case EXPIRED ->
                    answers.withToken(app, call, EmailPage.EXPIRED_VERIFICATION_LINK, token);
            case INVALID -> answers.show(app, call, EmailPage.INVALID_VERIFICATION_LINK);
        };
    }

    private Answer resend(App app, Call call) {
        String token = field(call, "token");
        String username = field(call, "username");
        if (token.isEmpty() && username.isEmpty()) {
            return answers.show(app, call, EmailPage.INVALID_LINK);
        }
        boolean sent = time.spend(() -> verification.resend(app, call, token, username));
        boolean told = sent || mailing.settings().of(app).verification().silent();
        return answers.show(
                app, call, told ? EmailPage.LINK_SEND_SUCCESS : EmailPage.LINK_SEND_FAIL);
    }

    private Answer openReset(App app, Call call) {
        String token = parameter(call, "token");
        Optional<ObjectNode> user = reset.find(app, token);
        return user.isPresent()
                ? answers.form(app, call, token, username(user.get()), "")
                : answers.show(app, call, EmailPage.INVALID_PASSWORD_RESET_LINK);
    }

    /// Parse's choose-password page, which other pages of an app lead to.
    private Answer choosePassword(Call call) {
        String id = parameter(call, "appId");
        return openReset(app(id.isEmpty() ? parameter(call, "id") : id), call);
    }

    private Answer resetPassword(App app, Call call) {
        String token = field(call, "token");
        String password = field(call, "new_password");
        boolean byScript =
                call.header("X-Requested-With")
                        .filter("XMLHttpRequest"::equalsIgnoreCase)
                        .isPresent();
        if (byScript) {
            return resetByScript(app, token, password);
        }
        Optional<ObjectNode> user = reset.find(app, token);
        if (user.isEmpty()) {
            return answers.show(app, call, EmailPage.INVALID_PASSWORD_RESET_LINK);
        }
        String username = username(user.get());
        if (password.isEmpty()) {
            return answers.form(app, call, token, username, "password is required");
        }
        try {
            reset.complete(app, token, password);
        } catch (RialtoException refusal) {
            return refused(app, call, token, username, refusal);
        }
        return answers.show(app, call, EmailPage.PASSWORD_RESET_SUCCESS);
    }

    private Answer refused(
            App app, Call call, String token, String username, RialtoException refusal) {
        if (refusal.code() == ErrorCode.OTHER_CAUSE) {
            return answers.show(app, call, EmailPage.INVALID_PASSWORD_RESET_LINK);
        }
        if (refusal.code().kind() == ErrorCode.Kind.CALLER) {
            return answers.form(app, call, token, username, refusal.getMessage());
        }
        throw refusal;
    }

    private Answer resetByScript(App app, String token, String password) {
        if (token.isEmpty()) {
            throw new RialtoException(ErrorCode.OTHER_CAUSE, "Missing token");
        }
        if (password.isEmpty()) {
            throw new RialtoException(ErrorCode.PASSWORD_MISSING, "Missing password");
        }
        try {
            reset.complete(app, token, password);
        } catch (RialtoException refusal) {
            throw refusal.code().kind() == ErrorCode.Kind.CALLER
                    ? new RialtoException(ErrorCode.OTHER_CAUSE, refusal.getMessage(), refusal)
                    : refusal;
        }
        return Answer.ok(Json.nodes().stringNode("Password successfully reset"));
    }

    private Answer openConfirmation(App app, Call call) {
        String token = parameter(call, "token");
        return change.toConfirm(app, token)
                .map(link ->
                        answers.withAddress(
                                app,
                                call,
                                EmailPage.CONFIRM_EMAIL_CHANGE,
                                new PageAnswers.Button(token, link.address())))
                .orElseGet(() -> answers.show(app, call, EmailPage.INVALID_LINK));
    }

    private Answer confirm(App app, Call call) {
        return answers.show(
                app,
                call,
                change.confirm(app, field(call, "token"))
                        ? EmailPage.EMAIL_CHANGE_SUCCESS
                        : EmailPage.INVALID_LINK);
    }

    private Answer openUndoing(App app, Call call) {
        String token = parameter(call, "token");
        return change.toUndo(app, token)
                .map(link ->
                        answers.withAddress(
                                app,
                                call,
                                EmailPage.UNDO_EMAIL_CHANGE,
                                new PageAnswers.Button(token, link.address())))
                .orElseGet(() -> answers.show(app, call, EmailPage.INVALID_LINK));
    }

    private Answer undo(App app, Call call) {
        Optional<String> token = change.undo(app, field(call, "token"));
        if (token.isEmpty()) {
            return answers.show(app, call, EmailPage.INVALID_LINK);
        }
        String username = reset.find(app, token.get()).map(EmailPages::username).orElse("");
        return answers.form(app, call, token.get(), username, "");
    }

    private static String username(ObjectNode user) {
        return user.path("username").asString("");
    }

    private static String parameter(Call call, String name) {
        return text(call.parameters().path(name));
    }

    private static String field(Call call, String name) {
        return text(call.body().path(name));
    }

    /// What is not a string, such as a condition in JSON, counts as missing.
    private static String text(JsonNode value) {
        return value.isString() ? value.stringValue() : "";
    }
}

package dev.rialto.accounts;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ObjectSchemas;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The operations by which SDKs ask for mail.
final class EmailRoutes {
    private static final int MAX_ADDRESS = 1_000;

    private final EmailVerification verification;
    private final PasswordReset reset;
    private final EvenTime time;

    EmailRoutes(EmailVerification verification, PasswordReset reset, EvenTime time) {
        this.verification = verification;
        this.reset = reset;
        this.time = time;
    }

    List<Operation> operations() {
        return List.of(
                Operation.post("accounts.request-password-reset", "/requestPasswordReset")
                        .summary("Sends an email that lets a user choose a new password.")
                        .input(
                                JsonSchema.object()
                                        .with("email", JsonSchema.string("email"))
                                        .with("token", JsonSchema.string()))
                        .output(ObjectSchemas.NOTHING)
                        .errors(
                                ErrorCode.EMAIL_MISSING,
                                ErrorCode.INVALID_EMAIL_ADDRESS,
                                ErrorCode.OBJECT_NOT_FOUND)
                        .requestIds(RequestIds.IGNORED)
                        .handle(call -> time.spend(() -> requestReset(call))),
                Operation.post("accounts.request-email-verification", "/verificationEmailRequest")
                        .summary("Sends an email that lets a user verify an address.")
                        .input(JsonSchema.object().requiring("email", JsonSchema.string("email")))
                        .output(ObjectSchemas.NOTHING)
                        .errors(
                                ErrorCode.EMAIL_MISSING,
                                ErrorCode.INVALID_EMAIL_ADDRESS,
                                ErrorCode.EMAIL_NOT_FOUND)
                        .requestIds(RequestIds.IGNORED)
                        .handle(call -> time.spend(() -> requestVerification(call))));
    }

    private Answer requestReset(Call call) {
        JsonNode token = call.body().path("token");
        if (isGiven(token)) {
            if (!token.isString()) {
                throw new RialtoException(ErrorCode.INVALID_VALUE, "token must be a string");
            }
            if (!reset.requestAgain(call.app(), call, token.stringValue())) {
                throw invalidEmail();
            }
        } else {
            reset.request(call.app(), call, address(call));
        }
        return Answer.ok(Json.object());
    }

    private Answer requestVerification(Call call) {
        verification.resend(call.app(), call, address(call));
        return Answer.ok(Json.object());
    }

    private static String address(Call call) {
        JsonNode email = call.body().path("email");
        if (!isGiven(email)) {
            throw new RialtoException(ErrorCode.EMAIL_MISSING, "you must provide an email");
        }
        if (!email.isString() || email.stringValue().length() > MAX_ADDRESS) {
            throw invalidEmail();
        }
        return email.stringValue();
    }

    private static RialtoException invalidEmail() {
        return new RialtoException(
                ErrorCode.INVALID_EMAIL_ADDRESS, "you must provide a valid email string");
    }

    private static boolean isGiven(JsonNode value) {
        return !value.isMissingNode()
                && !value.isNull()
                && !(value.isString() && value.stringValue().isEmpty());
    }
}

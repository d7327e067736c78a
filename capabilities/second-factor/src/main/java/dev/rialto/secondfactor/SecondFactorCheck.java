package dev.rialto.secondfactor;

import dev.rialto.accounts.spi.SignInCheck;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.secondfactor.FactorStore.Active;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks all who sign in for the second factor that they have, whatever way they come. A passkey
/// that has verified its user is two factors already.
final class SecondFactorCheck implements SignInCheck {
    private static final Set<String> STRONG = Set.of("passkey");
    private static final int MAX_TEXT = 10_000;

    private final Factors factors;

    SecondFactorCheck(Factors factors) {
        this.factors = factors;
    }

    @Override
    public void check(Attempt attempt) {
        if (!attempt.opensSession() || STRONG.contains(attempt.method())) {
            return;
        }
        Optional<Active> factor = factors.required(attempt.app(), attempt.user());
        if (factor.isEmpty()) {
            return;
        }
        JsonNode said = said(attempt.said().path("authData")).path(Factors.NAME);
        if (said.isMissingNode() || said.isNull()) {
            throw new RialtoException(
                    ErrorCode.OTHER_CAUSE, "Missing additional authData " + Factors.NAME);
        }
        JsonNode token = said.path("token");
        if (token.isBoolean() || token.asString("").equals("request")) {
            throw asked(attempt);
        }
        if (!token.isString()) {
            throw Factors.wrong();
        }
        factors.require(attempt.app(), attempt.call(), id(attempt.user()), token.stringValue());
    }

    /// Sends a code to users who have a phone; others know their codes already.
    private RialtoException asked(Attempt attempt) {
        boolean sent =
                attempt.call().filter(call -> factors.send(call, id(attempt.user()))).isPresent();
        return sent
                ? new RialtoException(ErrorCode.SCRIPT_FAILED, "Please enter the token")
                : Factors.wrong();
    }

    /// In the address of a request, `authData` is text.
    private static JsonNode said(JsonNode authData) {
        if (!authData.isString() || authData.stringValue().length() > MAX_TEXT) {
            return authData;
        }
        try {
            return Json.read(authData.stringValue());
        } catch (JacksonException malformed) {
            throw new RialtoException(ErrorCode.INVALID_JSON, "authData is not valid JSON");
        }
    }

    private static String id(ObjectNode user) {
        return user.path("objectId").asString("");
    }
}

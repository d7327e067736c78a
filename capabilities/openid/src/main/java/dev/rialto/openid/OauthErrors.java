package dev.rialto.openid;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.rialto.http.Answer;
import dev.rialto.kernel.Json;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A request of a client that is refused, and its answer as RFC 6749 has it.
final class OauthErrors {
    private OauthErrors() {}

    /// Refuses a request.
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("serial") // never serialized
        private final transient ErrorObject error;

        private final transient Optional<Duration> wait;

        private Refused(ErrorObject error, Optional<Duration> wait) {
            super(error.getCode(), null, false, false);
            this.error = error;
            this.wait = wait;
        }

        /// Whether it counts as an attempt to guess something.
        boolean isGuess() {
            return error.getCode().equals(OAuth2Error.INVALID_CLIENT.getCode())
                    || error.getCode().equals(OAuth2Error.INVALID_GRANT.getCode());
        }
    }

    static Refused of(ErrorObject error) {
        return new Refused(error, Optional.empty());
    }

    static Refused of(ErrorObject error, String description) {
        return of(error.setDescription(description));
    }

    static Refused invalidGrant() {
        return of(
                OAuth2Error.INVALID_GRANT,
                "the code or token is wrong, expired, used, or not this client's");
    }

    static Refused tooMany(Duration wait) {
        return new Refused(
                new ErrorObject("slow_down", "too many failed requests: try again later", 429),
                Optional.of(wait));
    }

    /// @param basic whether the client authenticated by HTTP Basic
    static Answer answer(Refused refused, boolean basic) {
        ErrorObject error = refused.error;
        ObjectNode body = Json.object().put("error", error.getCode());
        if (error.getDescription() != null) {
            body.put("error_description", error.getDescription());
        }
        int status = error.getHTTPStatusCode() == 0 ? 400 : error.getHTTPStatusCode();
        Answer answer = secret(Answer.of(status, body));
        if (status == 401 && basic) {
            answer = answer.withHeader("WWW-Authenticate", "Basic realm=\"openid\"");
        }
        return refused.wait
                .map(Duration::toSeconds)
                .map(seconds -> Long.toString(Math.max(1, seconds)))
                .map(seconds -> OauthErrors.answerAfter(refused, body, seconds))
                .orElse(answer);
    }

    private static Answer answerAfter(Refused refused, ObjectNode body, String seconds) {
        return secret(Answer.of(refused.error.getHTTPStatusCode(), body))
                .withHeader("Retry-After", seconds);
    }

    /// An answer that nobody on its way keeps.
    static Answer secret(Answer answer) {
        return answer.withHeader("Cache-Control", "no-store").withHeader("Pragma", "no-cache");
    }

    /// The refusal of a bearer token by RFC 6750.
    static Answer bearer(int status, String error) {
        return secret(Answer.of(status, Json.object().put("error", error)))
                .withHeader("WWW-Authenticate", "Bearer error=\"" + error + "\"");
    }
}

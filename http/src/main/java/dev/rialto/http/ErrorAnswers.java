package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The one place where exceptions become answers. Clients see code and message of a
/// [RialtoException] and never a cause; what the server has to act on is logged once.
final class ErrorAnswers {
    private static final Logger LOG = Logger.getLogger(ErrorAnswers.class.getName());

    private final List<ErrorTranslator> translators;

    ErrorAnswers(List<ErrorTranslator> translators) {
        this.translators = List.copyOf(translators);
    }

    /// What a failure means to the caller. Logs it when it is the server's.
    RialtoException translate(Throwable failure, String requestId) {
        var meaning = meaning(failure);
        if (meaning.code().kind() == ErrorCode.Kind.SERVER) {
            LOG.log(Level.SEVERE, "request " + requestId + " failed", failure);
        }
        return meaning;
    }

    Answer answer(Throwable failure, String requestId) {
        return answer(translate(failure, requestId));
    }

    static Answer answer(RialtoException failure) {
        var code = failure.code();
        var answer = Answer.json(code.status(), out -> Json.mapper().writeTree(out, body(failure)));
        return code == ErrorCode.OVERLOADED || code == ErrorCode.REQUEST_LIMIT_EXCEEDED
                ? answer.withHeader("Retry-After", Long.toString(secondsToWait(failure)))
                : answer;
    }

    private static long secondsToWait(RialtoException failure) {
        return failure.retryAfter()
                .map(wait -> Math.max(1, wait.plusMillis(999).toSeconds()))
                .orElse(1L);
    }

    static tools.jackson.databind.node.ObjectNode body(RialtoException failure) {
        var body = Json.object();
        if (failure.number() != 0) {
            body.put("code", failure.number());
        }
        body.put("error", failure.getMessage());
        failure.hint().ifPresent(hint -> body.put("hint", hint));
        return body;
    }

    /// What a failure means to the caller.
    RialtoException meaning(Throwable failure) {
        if (failure instanceof RialtoException known) {
            return known;
        }
        for (var translator : translators) {
            var meaning = translator.translate(failure);
            if (meaning.isPresent()) {
                return meaning.get();
            }
        }
        return new RialtoException(ErrorCode.INTERNAL, "Internal server error.", failure);
    }
}

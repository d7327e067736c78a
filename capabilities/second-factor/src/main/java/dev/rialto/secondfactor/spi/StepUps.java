package dev.rialto.secondfactor.spi;

import dev.rialto.http.Call;
import java.time.Instant;

/// Tokens for the header `X-Rialto-Step-Up`.
public interface StepUps {
    /// Makes a token for the session of a call whose user has just proven who it is.
    Proof open(Call call);

    /// A token and until when it is accepted.
    record Proof(String token, Instant expiresAt) {
        /// Doesn't show the token.
        @Override
        public String toString() {
            return "step-up until " + expiresAt;
        }
    }
}

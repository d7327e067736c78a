package dev.rialto.secondfactor.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import java.time.Instant;
import java.util.function.BiPredicate;

/// Tokens for the header `X-Rialto-Step-Up`.
public interface StepUps {
    /// The header that proofs are sent in.
    String HEADER = "X-Rialto-Step-Up";

    /// Makes a token for the session of a call whose user has just proven who it is.
    Proof open(Call call);

    /// Adds a way to prove who one is beside a password and a second factor. To be called before
    /// the first request.
    ///
    /// @param has whether a user can prove itself so
    void accept(BiPredicate<App, String> has);

    /// Refuses a call without a valid proof that makes a user able to prove more, such as by a
    /// passkey, when the user has a second factor, or the app asks for proofs and the user can give
    /// one: a session alone, which may have been stolen, must not do.
    ///
    /// @throws dev.rialto.kernel.RialtoException STEP_UP_REQUIRED
    void requireForNewProof(Call call);

    /// A token and until when it is accepted.
    record Proof(String token, Instant expiresAt) {
        /// Doesn't show the token.
        @Override
        public String toString() {
            return "step-up until " + expiresAt;
        }
    }
}

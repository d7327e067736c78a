package dev.rialto.accounts.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A proof in `authData` that users give in addition to the way they sign in, such as a one-time
/// code. It identifies nobody. A [SignInCheck] asks for it.
public interface AdditionalFactor {
    /// The key in `authData`, e.g. `mfa`.
    String name();

    /// Checks what is written to a user's `authData` under the name. Runs outside a transaction
    /// unless the write is part of a larger one, whose failure must not undo the count of wrong
    /// guesses.
    ///
    /// @throws dev.rialto.kernel.RialtoException if it is not valid
    Change check(Asked asked);

    /// What users and holders of keys see in `authData` under the name.
    ///
    /// @param stored as it is in the database
    JsonNode shown(JsonNode stored);

    /// A write to a user.
    ///
    /// @param said empty to remove the factor
    record Asked(
            App app,
            Caller caller,
            Optional<Call> call,
            String userId,
            boolean creating,
            Optional<ObjectNode> said) {
        /// Doesn't show what was said.
        @Override
        public String toString() {
            return "factor of " + userId;
        }
    }

    /// A change that was found to be valid.
    interface Change {
        /// Makes the change, in the transaction that writes the user. When that is tried again, so
        /// is this.
        Outcome make();
    }

    /// What has changed.
    ///
    /// @param kept what `authData` has under the name from now on
    /// @param response what the client is told in `authDataResponse`
    record Outcome(Optional<ObjectNode> kept, ObjectNode response) {}
}

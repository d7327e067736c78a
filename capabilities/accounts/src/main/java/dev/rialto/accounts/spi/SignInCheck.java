package dev.rialto.accounts.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Decides whether a user who has proven who it is may sign in now. Called before the triggers,
/// outside a transaction.
public interface SignInCheck {
    /// @throws dev.rialto.kernel.RialtoException when it may not
    void check(Attempt attempt);

    /// Asked again in the transaction that opens a session, so that what changed meanwhile is not
    /// missed: whoever ends all sessions of the user waits for it, or it for them. Asked also for
    /// sessions that are not a sign-in, but not for those that the master key opens.
    ///
    /// @throws dev.rialto.kernel.RialtoException when the user may not sign in any more
    default void confirm(App app, String userId) {}

    /// Somebody who signs in.
    ///
    /// @param user as it is stored, with hidden fields
    /// @param method how it has proven who it is: `password`, or the names of providers with commas
    ///   between them
    /// @param said what the client sent
    /// @param opensSession false when a password is verified without signing in
    record Attempt(
            App app,
            Optional<Call> call,
            ObjectNode user,
            String method,
            ObjectNode said,
            boolean opensSession) {
        /// Doesn't show what the client sent.
        @Override
        public String toString() {
            return "sign-in by " + method;
        }
    }
}

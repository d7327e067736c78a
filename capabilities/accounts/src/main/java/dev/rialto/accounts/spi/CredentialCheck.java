package dev.rialto.accounts.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.Optional;

/// Decides whether a user may change how it signs in: its session alone may have been stolen.
public interface CredentialCheck {
    /// @param call that changes it; empty when a function does
    /// @throws dev.rialto.kernel.RialtoException when it may not
    void check(App app, Caller.User user, Optional<Call> call);
}

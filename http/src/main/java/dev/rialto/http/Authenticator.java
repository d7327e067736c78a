package dev.rialto.http;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;

/// Turns session tokens into users. Asked on every request that carries one.
public interface Authenticator {
    /// @throws dev.rialto.kernel.RialtoException INVALID_SESSION_TOKEN when the token names no
    ///   running session of this app
    Caller.User authenticate(App app, String sessionToken);
}

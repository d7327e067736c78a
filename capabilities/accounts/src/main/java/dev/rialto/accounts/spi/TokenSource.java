package dev.rialto.accounts.spi;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.Optional;

/// Tokens that stand for a user beside session tokens. Asked on every request that carries a token,
/// so what is not its own must be told by its shape.
public interface TokenSource {
    /// @return empty when it is not a token of this kind
    /// @throws dev.rialto.kernel.RialtoException INVALID_SESSION_TOKEN when it is, and is not valid
    Optional<Caller.User> authenticate(App app, String token);
}

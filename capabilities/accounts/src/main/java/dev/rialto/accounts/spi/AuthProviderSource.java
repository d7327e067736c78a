package dev.rialto.accounts.spi;

import dev.rialto.kernel.App;
import java.util.Optional;

/// Finds ways to sign in, which may differ between apps.
public interface AuthProviderSource {
    /// @param name the key in `authData`, as a client sent it
    Optional<AuthProvider> find(App app, String name);
}

package dev.rialto.accounts.spi;

import dev.rialto.kernel.App;
import tools.jackson.databind.node.ObjectNode;

/// A way to sign in without a password: it checks what a client says about an identity that
/// somebody else vouches for.
public interface AuthProvider {
    /// The key in `authData`, e.g. `anonymous`.
    String name();

    /// Checks what a client claims. Runs outside a transaction and may ask other servers.
    ///
    /// @param claims the value under the provider's name in `authData`, never empty
    /// @throws dev.rialto.kernel.RialtoException when the claims don't hold
    Identity verify(App app, ObjectNode claims);

    /// Somebody, as the provider knows them.
    ///
    /// @param id unique for the provider and never reused by it
    /// @param kept what is stored in `authData` and shown to the user
    record Identity(String id, ObjectNode kept) {}
}

package dev.rialto.accounts.spi;

import dev.rialto.kernel.App;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A way to sign in without a password: verifies a client's claims about an identity of another
/// provider.
public interface AuthProvider {
    /// The key in `authData`, e.g. `anonymous`.
    String name();

    /// Verifies a client's claims. Runs outside a transaction and may call other servers.
    ///
    /// @param claims the value under the provider's name in `authData`, never empty
    /// @throws dev.rialto.kernel.RialtoException if the claims are not valid
    Identity verify(App app, ObjectNode claims);

    /// A person, as known to the provider.
    ///
    /// @param id unique for the provider and never reused by it
    /// @param kept the data stored in `authData` and returned to the user
    /// @param linkableEmail an address that the provider has verified, when the identity is to
    ///   belong to the user who has verified the same address
    record Identity(String id, ObjectNode kept, Optional<String> linkableEmail) {
        public Identity(String id, ObjectNode kept) {
            this(id, kept, Optional.empty());
        }
    }
}

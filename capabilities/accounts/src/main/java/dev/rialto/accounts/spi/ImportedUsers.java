package dev.rialto.accounts.spi;

import dev.rialto.kernel.App;

/// What becomes of users that were written without the rules of their class.
public interface ImportedUsers {
    /// Links the identities in their `authData`, so that they can log in.
    ///
    /// @return how many were linked
    int link(App app);
}

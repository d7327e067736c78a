package dev.rialto.accounts.spi;

import dev.rialto.http.Authenticator;
import dev.rialto.kernel.App;

/// Who the users are that requests come from.
public interface UserSessions {
    /// Trusts for a while what it has read.
    Authenticator authenticator();

    /// Asks the database every time.
    Authenticator uncachedAuthenticator();

    /// Whether a user signed up anonymously and has added no credentials since.
    boolean isAnonymous(App app, String userId);
}

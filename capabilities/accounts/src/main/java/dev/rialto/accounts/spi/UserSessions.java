package dev.rialto.accounts.spi;

import dev.rialto.http.Authenticator;
import dev.rialto.kernel.App;

/// Who the users are that requests come from.
public interface UserSessions {
    /// Trusts for a while what it has read.
    Authenticator authenticator();

    /// Asks the database every time.
    Authenticator uncachedAuthenticator();

    /// Opens a session for a user whom the caller has let in already.
    ///
    /// @param provider the `authProvider` of the session
    /// @return its token
    String open(App app, String userId, String provider);

    /// Ends a session, if it has not ended.
    void end(App app, String sessionToken);

    /// Whether a user signed up anonymously and has added no credentials since.
    boolean isAnonymous(App app, String userId);
}

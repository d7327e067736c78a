package dev.rialto.accounts.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.Caller;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/// Opens sessions for users who have proven who they are, and asks others whether it may.
public interface SignIns {
    /// Signs in a user: checks, triggers, a session.
    ///
    /// @param user as it is stored
    /// @param method how the user has proven who it is, such as `passkey`: the `authProvider` of
    ///   the session
    /// @return the user as it sees itself, and its `sessionToken`
    /// @throws dev.rialto.kernel.RialtoException when a check or a trigger refuses it
    ObjectNode admit(Call call, ObjectNode user, String method);

    /// The same, for a proof that changes the user.
    ///
    /// @param proven changes it once nothing refuses the sign-in, and returns it as it is then
    ObjectNode admit(Call call, ObjectNode user, String method, UnaryOperator<ObjectNode> proven);

    /// The user with a name and a password, within the limits of log-ins. Nobody is signed in: that
    /// is what [#admit] is for.
    ///
    /// @param username or email address
    /// @return the user as it is stored
    /// @throws dev.rialto.kernel.RialtoException OBJECT_NOT_FOUND, with the same message whatever
    ///   was wrong; REQUEST_LIMIT_EXCEEDED
    ObjectNode withPassword(Call call, String username, String password);

    /// Signs in the user to whom an identity belongs; if there is none, signs a user up.
    ///
    /// @param profile fields of a new user
    /// @return the user as it sees itself, and its `sessionToken`
    ObjectNode withIdentity(
            Call call, String provider, AuthProvider.Identity identity, ObjectNode profile);

    /// Links an identity, which has been proven, to the user of a session.
    ///
    /// @return the user as it sees itself, and its `sessionToken`
    /// @throws dev.rialto.kernel.RialtoException ACCOUNT_ALREADY_LINKED when it belongs to another
    ///   user
    ObjectNode link(Call call, Caller.User user, String provider, AuthProvider.Identity identity);

    /// Adds a proof that users may have to give in addition. To be called before the first request.
    void acceptFactor(AdditionalFactor factor);

    /// Adds a check of all that sign in. To be called before the first request.
    void require(SignInCheck check);

    /// Adds a check of users who change how they sign in. To be called before the first request.
    void guard(CredentialCheck check);

    /// Asks these checks for a call that changes how its user signs in otherwise than by writing
    /// the fields of the user, or that takes away what they would ask for.
    void requireChangeable(Call call);

    /// Adds ways to sign in by `authData`. To be called before the first request.
    void acceptProviders(AuthProviderSource providers);

    /// Adds tokens that are accepted as session tokens are. To be called before the first request.
    void acceptTokens(TokenSource tokens);
}

package dev.rialto.sdk;

/// The app's users. What is not here is done with [Objects] of the class `_User`: a password is
/// changed by saving the field `password`, roles are objects of the class `_Role` whose relations
/// `users` and `roles` are changed by an [Update].
public interface Users {
    /// Signs a user up.
    ///
    /// @param user of the class `_User`, with `username` and `password`
    /// @throws FunctionException 202 when the name is taken, 203 when the email is
    Session signUp(Entity user);

    /// @throws FunctionException 101 when name or password are wrong
    Session logIn(String username, String password);

    /// Whether this is the user's password. Makes no session.
    boolean hasPassword(String username, String password);

    /// A user with the token of a session, which is a secret of the user's.
    record Session(Entity user, String token) {
        /// Doesn't show the token.
        @Override
        public String toString() {
            return "Session[user=" + user.id() + "]";
        }
    }
}
